/** @module Use case: search. Engines name candidates; the caller's own rights choose among them. */
import type { CursorScope, CursorValue } from "../core/cursor.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type Viewer, viewerKey } from "../platform/postgres.ts";
import type { EngineQuery, SearchEngine } from "./engine.ts";
import { createMeilisearchEngine } from "./meilisearch_engine.ts";
import { createPostgresEngine } from "./postgres_engine.ts";
import { type Candidate, compareCandidates, highlight, rank, wordsOf } from "./rules.ts";
import { SEARCH_TYPES, SearchHit, type SearchPage, type SearchQuery } from "./schemas.ts";
import { selectPosts, selectRooms, selectUsers, selectVisible, type ShownRow } from "./sql.ts";

/** What search needs. */
export type SearchDeps = Pick<
  AppDeps,
  "db" | "cursors" | "search" | "searchCircuit" | "log" | "metrics"
>;

/** Where a page begins, and how its list was made: a walk does not change its ways. */
interface Start {
  readonly engine: SearchEngine["name"];
  readonly any: boolean;
  readonly after?: Candidate;
}

/** What was found, in order, and by whom. */
interface Found {
  readonly engine: SearchEngine["name"];
  readonly any: boolean;
  readonly candidates: readonly Candidate[];
}

/** Fields of each type that are marked. */
const MARKED = {
  users: { fields: ["handle", "display_name"], within: true },
  rooms: { fields: ["name", "description"], within: false },
  posts: { fields: ["body"], within: false },
} as const;
const SINGULAR = { users: "user", rooms: "room", posts: "post" } as const;

function startOf(deps: SearchDeps, values: readonly CursorValue[] | undefined): Start {
  if (values === undefined) {
    return { engine: deps.search === undefined ? "postgres" : "meilisearch", any: false };
  }
  const [engine, any, score, id] = values;
  return {
    engine: engine === "meilisearch" ? "meilisearch" : "postgres",
    any: any === 1,
    after: { type: "users", score: Number(score), id: String(id) },
  };
}

/** Asks the engine; when the search service fails, the database answers. */
async function askEngine(
  deps: SearchDeps,
  wanted: SearchEngine["name"],
  query: EngineQuery,
): Promise<Omit<Found, "any">> {
  if (wanted === "meilisearch" && deps.search !== undefined) {
    try {
      const engine = createMeilisearchEngine(deps.search);
      return await deps.searchCircuit.run(() => askCounted(deps, engine, query));
    } catch (error) {
      deps.log.warn("search service failed", { error });
    }
  }
  return await askCounted(deps, createPostgresEngine(deps.db), query);
}

async function askCounted(deps: SearchDeps, engine: SearchEngine, query: EngineQuery) {
  const count = (outcome: string) =>
    deps.metrics.count("search_requests_total", [engine.name, outcome]);
  try {
    const candidates = rank(await engine.search(query));
    count(candidates.length === 0 ? "empty" : "found");
    return { engine: engine.name, candidates };
  } catch (error) {
    count("failed");
    throw error;
  }
}

function idsOf(candidates: readonly Candidate[]) {
  const of = (type: Candidate["type"]) =>
    candidates.filter((candidate) => candidate.type === type).map(({ id }) => id);
  return { users: of("users"), rooms: of("rooms"), posts: of("posts") };
}

/** The candidates that the caller may see. */
async function keepVisible(deps: SearchDeps, viewer: Viewer, candidates: readonly Candidate[]) {
  if (candidates.length === 0) return [];
  const rows = await deps.db.read(
    viewer,
    (sql) => selectVisible(sql, idsOf(candidates), viewer.kind === "person"),
  );
  const visible = new Set(rows.map(({ id }) => id));
  return candidates.filter(({ id }) => visible.has(id));
}

/**
 * All words, or any when all find nothing. What counts is what the caller may see: otherwise the
 * other kind of answer would tell that something hidden is there.
 */
async function find(deps: SearchDeps, start: Start, query: Omit<EngineQuery, "any">) {
  const isFirst = start.after === undefined;
  const ways = isFirst && query.words.length > 1 ? [false, true] : [start.any];
  let found: Found = { engine: start.engine, any: start.any, candidates: [] };
  for (const any of ways) {
    const { engine, candidates } = await askEngine(deps, found.engine, { ...query, any });
    found = { engine, any, candidates: await keepVisible(deps, query.viewer, candidates) };
    if (found.candidates.length > 0) break;
  }
  return found;
}

/** Reads the hits of one page as the caller sees them. */
async function readItems(deps: SearchDeps, viewer: Viewer, candidates: readonly Candidate[]) {
  const ids = idsOf(candidates);
  const rows = await deps.db.asViewer(viewer, async (sql) => {
    const parts: (readonly ShownRow[])[] = [];
    if (ids.users.length > 0) parts.push(await selectUsers(sql, ids.users));
    if (ids.rooms.length > 0) parts.push(await selectRooms(sql, ids.rooms));
    if (ids.posts.length > 0) parts.push(await selectPosts(sql, ids.posts));
    return parts.flat();
  });
  return new Map(rows.map(({ id, item }) => [id, item]));
}

function marksOf(type: Candidate["type"], item: ShownRow["item"], words: readonly string[]) {
  const { fields, within } = MARKED[type];
  const marks: Record<string, string> = {};
  for (const field of fields) {
    const text = item[field];
    const marked = typeof text === "string" ? highlight(text, words, { within }) : undefined;
    if (marked !== undefined) marks[field] = marked;
  }
  return marks;
}

/** Searches, the best first. */
export async function searchEverything(
  deps: SearchDeps,
  viewer: Viewer,
  query: SearchQuery,
): Promise<SearchPage> {
  const words = wordsOf(query.q);
  const asked = query.type ?? SEARCH_TYPES;
  const scope: CursorScope = {
    list: `search:${asked.join(",")}:${words.join(" ")}`,
    viewer: viewerKey(viewer),
  };
  const start = startOf(deps, deps.cursors.open(scope, query.cursor));
  // Rooms are for people with an account.
  const types = asked.filter((type) => type !== "rooms" || viewer.kind === "person");
  if (words.length === 0 || types.length === 0) {
    return { items: [], next_cursor: null, engine: start.engine };
  }
  const { engine, any, candidates } = await find(deps, start, { viewer, types, words });
  const { after } = start;
  const rest = after === undefined
    ? candidates
    : candidates.filter((candidate) => compareCandidates(candidate, after) > 0);
  const page = deps.cursors.page(scope, rest.slice(0, query.limit + 1), {
    limit: query.limit,
    keyOf: ({ score, id }) => [engine, any ? 1 : 0, score, id],
  });
  const items = await readItems(deps, viewer, page.items);
  const hits = page.items.flatMap(({ type, id, score }) => {
    const item = items.get(id);
    if (item === undefined) return [];
    const hit = { type: SINGULAR[type], score, highlight: marksOf(type, item, words), item };
    return [SearchHit.parse(hit)];
  });
  return { items: hits, next_cursor: page.next_cursor, engine };
}
