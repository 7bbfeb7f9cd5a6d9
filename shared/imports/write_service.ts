/** @module Writes what archives hold: rooms, people, messages; each batch as a whole, and once. */
import { createHash } from "node:crypto";
import { screenText } from "../platform/screening.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Sql } from "../platform/postgres.ts";
import { isVisible } from "../profiles/mod.ts";
import { isNaming, renderMarkdown } from "../text/mod.ts";
import { BODY_MAX } from "./archive_schemas.ts";
import {
  type ArchiveMessage,
  type ArchivePerson,
  type ArchiveRoom,
  handleFor,
  nameLine,
} from "./rules.ts";
import {
  beginBulk,
  type HandleRow,
  insertAccounts,
  insertMembers,
  insertMessages,
  insertNewRoom,
  insertReactions,
  lockImports,
  type OldMessage,
  selectAccounts,
  selectEntities,
  selectHandles,
  selectParents,
  selectWritten,
} from "./sql.ts";
import { splitText, withHandles } from "./text_rules.ts";

/** Digits that keep two handles apart. */
const MARK_LENGTH = 6;
const NAME_MAX = 80;
const TOPIC_MAX = 1_000;
/** People for whom accounts are made by one statement. */
const PEOPLE_PER_STATEMENT = 1_000;
/** Messages that one long text becomes. */
const PIECES_MAX = 12;

/** What writing needs. */
export type WriteDeps = Pick<AppDeps, "db" | "now">;

/** Where a run writes. */
export interface Target {
  readonly format: string;
  /** Whose people they are: everybody's of the format, or only of the room of this id. */
  readonly scope?: string;
  /** Texts are screened as their writer's would be: whoever brought them is no admin. */
  readonly screened: boolean;
  /** Handles of people whose accounts and memberships are there. */
  readonly seen: Map<string, string>;
}

/** A message on its way into a room. */
export interface Placed {
  readonly message: ArchiveMessage;
  readonly room: string;
}

/** What became of a batch. */
export interface Written {
  readonly imported: number;
  /** Messages that the rules of this place keep out. */
  readonly held: number;
  /** Messages without their thread, or left out by the rules of this place. */
  readonly problems: readonly { readonly key: string; readonly reason: string }[];
}

/**
 * An id that follows from what it names, so that a second run finds what the first has written.
 * The name-based layout of RFC 9562, with the digest that the RFC leaves open.
 */
export function idOf(...parts: readonly string[]): string {
  const bytes = createHash("sha256").update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]].map(([a, b]) => hex.slice(a, b)).join("-");
}

function personId({ format, scope }: Target, key: string): string {
  return scope === undefined ? idOf("account", format, key) : idOf("account", format, scope, key);
}

function messageId({ format }: Target, room: string, key: string): string {
  return idOf("message", room, format, key);
}

/** Makes the rooms of an archive that are not there yet; gives the id of each. */
export async function ensureRooms(
  sql: Sql,
  format: string,
  rooms: readonly ArchiveRoom[],
  owner: string | null,
): Promise<Map<string, string>> {
  await lockImports(sql);
  const ids = new Map<string, string>();
  for (const room of rooms) {
    const id = idOf("room", format, room.key);
    const line = nameLine(room.name, NAME_MAX);
    const name = isVisible(line) ? line : format;
    const description = nameLine(room.topic ?? "", TOPIC_MAX);
    await insertNewRoom(sql, { id, name, description, isPrivate: room.isPrivate, owner });
    ids.set(room.key, id);
  }
  return ids;
}

function chooseHandle(target: Target, id: string, wish: string, row: HandleRow | undefined) {
  // Into one's own room one brings names, but takes none away from others.
  const isFree = target.scope === undefined && row?.is_free === true;
  return isFree ? wish : `${wish}_${id.slice(0, MARK_LENGTH)}`;
}

/** Gives each person without an account one, under the name of old where that is free. */
async function makeAccounts(sql: Sql, target: Target, people: ReadonlyMap<string, string>) {
  const missing = [...people].map(([id, name]) => ({ id, name, wish: handleFor(name) }));
  const rows = await selectHandles(sql, missing.map(({ wish }) => wish));
  const byHandle = new Map(rows.map((row) => [row.handle, row]));
  const taken = new Set<string>();
  const accounts = missing.map(({ id, name, wish }) => {
    const row = byHandle.get(wish);
    const handle = chooseHandle(
      target,
      id,
      wish,
      row !== undefined && taken.has(row.skeleton) ? undefined : row,
    );
    if (row !== undefined) taken.add(row.skeleton);
    target.seen.set(id, handle);
    return { id, handle, display_name: nameLine(name, NAME_MAX) };
  });
  await insertAccounts(sql, target.format, accounts);
}

async function ensureAccounts(
  sql: Sql,
  target: Target,
  people: ReadonlyMap<string, string>,
): Promise<void> {
  const ids = [...people.keys()];
  for (let at = 0; at < ids.length; at += PEOPLE_PER_STATEMENT) {
    const some = ids.slice(at, at + PEOPLE_PER_STATEMENT);
    const known = await selectAccounts(sql, some);
    for (const { id, handle } of known) target.seen.set(id, handle);
    const missing = new Map(
      some.filter((id) => !target.seen.has(id)).map((id) => [id, people.get(id) ?? ""]),
    );
    if (missing.size > 0) await makeAccounts(sql, target, missing);
  }
}

function peopleOf({ message }: Placed): ArchivePerson[] {
  return [
    { key: message.author, name: message.authorName },
    ...(message.mentions ?? []),
    ...(message.reactions ?? []).flatMap(({ people }) => people),
  ];
}

/** Who is new to each room of a batch: seen are marks of person and room. */
function newcomersOf(target: Target, batch: readonly Placed[]) {
  const people = new Map<string, string>();
  const byRoom = new Map<string, Set<string>>();
  for (const placed of batch) {
    for (const { key, name } of peopleOf(placed)) {
      const id = personId(target, key);
      const mark = `${placed.room} ${id}`;
      if (target.seen.has(mark)) continue;
      if (!target.seen.has(id)) people.set(id, name);
      const members = byRoom.get(placed.room) ?? new Set();
      byRoom.set(placed.room, members.add(id));
    }
  }
  return { people, byRoom };
}

function isLater(time: string | undefined, at: number): boolean {
  return time !== undefined && Date.parse(time) >= at;
}

/** One message as the rows it becomes: long ones become several. */
function rowsOf(target: Target, { message, room }: Placed): OldMessage[] {
  const body = withHandles(
    message.body,
    message.mentions ?? [],
    ({ key }) => target.seen.get(personId(target, key)),
  );
  const at = Date.parse(message.at);
  const parent_id = message.parent === undefined ? null : messageId(target, room, message.parent);
  return splitText(body, BODY_MAX).slice(0, PIECES_MAX).map((piece, n) => ({
    id: messageId(target, room, n === 0 ? message.key : `${message.key} (${n + 1})`),
    author_id: personId(target, message.author),
    body: piece,
    body_html: "",
    entities: [],
    parent_id,
    also_in_room: message.alsoInRoom === true,
    created_at: n === 0 ? message.at : new Date(at + n).toISOString(),
    edited_at: isLater(message.editedAt, at) ? message.editedAt ?? null : null,
  }));
}

/** Renders texts as those of the API are: what they name is looked up, and stored with them. */
async function render(sql: Sql, rows: readonly OldMessage[]): Promise<OldMessage[]> {
  const naming = rows.filter(({ body }) => isNaming(body));
  const found = naming.length === 0 ? [] : await selectEntities(sql, naming);
  const entities = new Map(found.map((row) => [row.id, row.entities]));
  return rows.map((row) => {
    const named = entities.get(row.id) ?? [];
    return {
      ...row,
      body_html: renderMarkdown(row.body, named),
      entities: named.map(({ user_id: _, ...entity }) => entity),
    };
  });
}

/**
 * Rows in the order of their times, and of the archive within one moment. Threads have one level:
 * an answer to an answer joins the thread. Answers whose thread is neither there nor earlier in the
 * batch stand alone.
 */
async function inThreads(sql: Sql, room: string, unordered: readonly OldMessage[]) {
  const rows = unordered.toSorted((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));
  const lost = new Set<string>();
  const wanted = [...new Set(rows.flatMap(({ parent_id: id }) => id === null ? [] : [id]))];
  if (wanted.length === 0) return { rows, lost };
  const threads = new Map(
    (await selectParents(sql, room, wanted)).map(({ id, thread_id: thread }) => [id, thread]),
  );
  const placed = rows.map((row) => {
    const thread = row.parent_id === null ? undefined : threads.get(row.parent_id);
    threads.set(row.id, thread ?? row.id);
    if (row.parent_id !== null && thread === undefined) lost.add(row.id);
    return { ...row, parent_id: thread ?? null };
  });
  return { rows: placed, lost };
}

async function writeRoom(
  sql: Sql,
  target: Target,
  room: string,
  placed: readonly Placed[],
): Promise<Written> {
  const byId = new Map(placed.map((one) => [messageId(target, room, one.message.key), one]));
  for (const { id } of await selectWritten(sql, [...byId.keys()])) byId.delete(id);
  const problems: Written["problems"][number][] = [];
  for (const [id, { message }] of byId) {
    if (!target.screened || screenText(message.body).status !== "held") continue;
    problems.push({ key: message.key, reason: "is held back by the rules of this place" });
    byId.delete(id);
  }
  const held = problems.length;
  if (byId.size === 0) return { imported: 0, held, problems };
  const made = [...byId.values()].flatMap((one) => rowsOf(target, one));
  const { rows, lost } = await inThreads(sql, room, made);
  await insertMessages(sql, room, await render(sql, rows));
  const reactions = [...byId].flatMap(([id, { message }]) =>
    (message.reactions ?? []).flatMap(({ emoji, people }) =>
      people.map(({ key }) => ({ message_id: id, profile_id: personId(target, key), emoji }))
    )
  );
  if (reactions.length > 0) await insertReactions(sql, reactions);
  for (const [id, { message }] of byId) {
    if (lost.has(id) && message.isParentVague !== true) {
      problems.push({
        key: message.key,
        reason: "answers a message that is not there; stands alone",
      });
    }
  }
  return { imported: byId.size, held, problems };
}

/**
 * Writes one batch in one transaction: authors, their membership, messages, reactions, and what
 * `note` adds to it.
 */
export async function writeBatch(
  deps: WriteDeps,
  target: Target,
  batch: readonly Placed[],
  note: (sql: Sql, written: Written) => Promise<void>,
): Promise<Written> {
  const { people, byRoom } = newcomersOf(target, batch);
  const places = Map.groupBy(batch, ({ room }) => room);
  const before = new Map(target.seen);
  try {
    return await deps.db.asService("an archive speaks for many people", async (sql) => {
      await beginBulk(sql);
      if (byRoom.size > 0) {
        await lockImports(sql);
        if (people.size > 0) await ensureAccounts(sql, target, people);
        for (const [room, ids] of byRoom) {
          await insertMembers(sql, room, [...ids]);
          for (const id of ids) target.seen.set(`${room} ${id}`, "");
        }
      }
      let [imported, held] = [0, 0];
      const problems: Written["problems"][number][] = [];
      // In one order, so that two imports do not wait for each other.
      for (const [room, placed] of [...places].sort(([a], [b]) => a < b ? -1 : 1)) {
        const written = await writeRoom(sql, target, room, placed);
        imported += written.imported;
        held += written.held;
        problems.push(...written.problems);
      }
      await note(sql, { imported, held, problems });
      return { imported, held, problems };
    });
  } catch (error) {
    // What was rolled back is not there.
    target.seen.clear();
    for (const [id, handle] of before) target.seen.set(id, handle);
    throw error;
  }
}
