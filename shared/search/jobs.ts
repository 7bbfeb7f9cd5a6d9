/** @module Keeps the search service's copies: each event makes one of them as its row is now. */
import type { Meilisearch } from "meilisearch";
import { z } from "zod";
import type { Consumer } from "../outbox/mod.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Sql } from "../platform/postgres.ts";
import { INDEX_SETTINGS, indexOf, PRIMARY_KEY, type SearchDocument } from "./documents.ts";
import { SEARCH_TYPES, type SearchType } from "./schemas.ts";
import { emitRebuild, lockSubject, selectDocuments, selectIds } from "./sql.ts";

/** What an event is about. */
const TYPE_OF: Readonly<Record<string, SearchType>> = {
  content: "posts",
  room: "rooms",
  user: "users",
};

/** Services that this process has told how to search. */
const prepared = new WeakSet<Meilisearch>();

/** Tells the service how to search, which also makes the indexes. Repeating it changes nothing. */
async function prepare(client: Meilisearch): Promise<void> {
  if (prepared.has(client)) return;
  for (const type of SEARCH_TYPES) {
    await client.index(indexOf(type)).updateSettings(INDEX_SETTINGS[type]);
  }
  prepared.add(client);
}

/** Which part of which index is made anew. */
const RebuildPage = z.object({ type: z.enum(SEARCH_TYPES), after: z.uuid().nullish() });
/** Rows that one job of a rebuilding looks at. */
const REBUILT_AT_ONCE = 500;

/** Makes an index anew from the database, part by part: after a restore, or by hand. */
export const rebuildConsumer: Consumer = {
  name: "search_rebuild",
  topics: ["search.rebuild"],
  async handle(deps, event, sql) {
    if (deps.search === undefined) return;
    const { type, after = null } = RebuildPage.parse(event.payload);
    await prepare(deps.search);
    if (after === null) await deps.search.index(indexOf(type)).deleteAllDocuments();
    const ids = (await selectIds(sql, type, after, REBUILT_AT_ONCE)).map(({ id }) => id);
    await copyDocuments(deps, sql, type, ids);
    const last = ids.at(-1);
    if (ids.length === REBUILT_AT_ONCE && last !== undefined) {
      await emitRebuild(sql, event.subject_id, { type, after: last });
    }
  },
};

/** Copies what may be found to the search service, where there is one. */
export const searchConsumer: Consumer = {
  name: "search",
  isIdle: ({ search }) => search === undefined,
  topics: [
    "content.created",
    "content.updated",
    "content.deleted",
    "room.created",
    "room.updated",
    "user.created",
    "user.updated",
  ],
  async handle(deps, event, sql) {
    const type = TYPE_OF[event.topic.split(".")[0] ?? ""];
    const { search, searchCircuit } = deps;
    if (search === undefined || type === undefined) return;
    await searchCircuit.run(() => prepare(search));
    await lockSubject(sql, event.subject_id);
    const [document] = await selectDocuments(sql, type, [event.subject_id]);
    const index = search.index(indexOf(type));
    await searchCircuit.run<unknown>(() =>
      document === undefined
        ? index.deleteDocument(event.subject_id)
        : index.addDocuments([document], { primaryKey: PRIMARY_KEY })
    );
  },
};

/** Removes a copy at once, for what leaves without an event. */
export async function removeDocument(
  deps: Pick<AppDeps, "search">,
  type: SearchType,
  id: string,
): Promise<void> {
  await deps.search?.index(indexOf(type)).deleteDocument(id);
}

/** Copies many rows at once, for what comes without events. */
export async function copyDocuments(
  deps: Pick<AppDeps, "search">,
  sql: Sql,
  type: SearchType,
  ids: readonly string[],
): Promise<void> {
  if (deps.search === undefined || ids.length === 0) return;
  await prepare(deps.search);
  const documents: SearchDocument[] = [...await selectDocuments(sql, type, ids)];
  await deps.search.index(indexOf(type)).addDocuments(documents, { primaryKey: PRIMARY_KEY });
}
