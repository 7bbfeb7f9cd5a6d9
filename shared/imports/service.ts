/** @module Use case: load a chat archive into a room, as often as one likes. */
import { createHash } from "node:crypto";
import { AppError } from "../core/errors.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Sql } from "../platform/postgres.ts";
import { renderMarkdown } from "../text/mod.ts";
import { type ArchiveMessage, createLineReader, handleFor } from "./rules.ts";
import type { ArchiveNames } from "./rules.ts";
import type { ArchiveFormat } from "./schemas.ts";
import {
  beginBulk,
  insertAccounts,
  insertMembers,
  insertMessages,
  insertRoom,
  lockImports,
  selectAccounts,
  selectHandles,
  selectPerson,
  selectRoom,
  selectWritten,
} from "./sql.ts";

/** Messages of one transaction. */
export const BATCH_SIZE = 1_000;
/** Malformed lines that are named; further ones are counted. */
export const MALFORMED_NAMED_MAX = 100;
/** Digits that keep two handles apart. */
const MARK_LENGTH = 6;

/** What an import needs. */
export type ImportDeps = Pick<AppDeps, "db">;

/** What to load, and where. */
export interface ImportSource {
  readonly format: ArchiveFormat;
  readonly names?: ArchiveNames;
  readonly room: string;
  /** Handle of the owner, should the room be new. */
  readonly owner?: string;
  readonly lines: AsyncIterable<string> | Iterable<string>;
}

/** How far an import is. */
export interface ImportReport {
  readonly room_id: string;
  lines: number;
  imported: number;
  /** Messages that an earlier run had loaded. */
  existing: number;
  /** Lines that are no messages: notices of the server, empty texts, other rooms. */
  left_out: number;
  malformed: number;
  readonly malformed_lines: { readonly line: number; readonly reason: string }[];
}

/**
 * An id that follows from what it names, so that a second run finds what the first has written.
 * The name-based layout of RFC 9562, with the digest that the RFC leaves open.
 */
function idOf(...parts: readonly string[]): string {
  const bytes = createHash("sha256").update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]].map(([a, b]) => hex.slice(a, b)).join("-");
}

/** Finds the room, or makes it. */
async function ensureRoom(sql: Sql, { room, owner }: ImportSource): Promise<string> {
  await lockImports(sql);
  const [known] = await selectRoom(sql, room);
  if (known !== undefined) return known.id;
  if (owner === undefined) return await insertRoom(sql, room, null);
  const [person] = await selectPerson(sql, owner);
  if (person === undefined) throw new AppError("not-found", `There is nobody called ${owner}`);
  return await insertRoom(sql, room, person.id);
}

/** Gives each person without an account one, under the name of old where that is free. */
async function ensureAccounts(sql: Sql, people: ReadonlyMap<string, string>): Promise<void> {
  const known = new Set((await selectAccounts(sql, [...people.keys()])).map(({ id }) => id));
  const missing = [...people].filter(([id]) => !known.has(id))
    .map(([id, name]) => ({ id, name, wish: handleFor(name) }));
  if (missing.length === 0) return;
  const rows = await selectHandles(sql, missing.map(({ wish }) => wish));
  const byHandle = new Map(rows.map((row) => [row.handle, row]));
  const taken = new Set<string>();
  const accounts = missing.map(({ id, name, wish }) => {
    const row = byHandle.get(wish);
    const isFree = row?.is_free === true && !taken.has(row.skeleton);
    if (row !== undefined) taken.add(row.skeleton);
    const handle = isFree ? wish : `${wish}_${id.slice(0, MARK_LENGTH)}`;
    return { id, handle, display_name: [...name].slice(0, 80).join("") };
  });
  await insertAccounts(sql, accounts);
}

/** Writes one batch: authors, their membership, messages. */
async function writeBatch(
  deps: ImportDeps,
  target: { format: ArchiveFormat; room: string; seen: Set<string> },
  batch: readonly ArchiveMessage[],
): Promise<number> {
  const authorOf = (message: ArchiveMessage) => idOf("account", target.format, message.author);
  const people = new Map<string, string>();
  for (const message of batch) {
    const id = authorOf(message);
    if (!target.seen.has(id) && !people.has(id)) people.set(id, message.authorName);
  }
  const byId = new Map(
    batch.map((message) => [idOf("message", target.room, target.format, message.key), message]),
  );
  const written = await deps.db.asService("an archive speaks for many people", async (sql) => {
    await beginBulk(sql);
    if (people.size > 0) {
      await lockImports(sql);
      await ensureAccounts(sql, people);
      await insertMembers(sql, target.room, [...people.keys()]);
    }
    for (const { id } of await selectWritten(sql, [...byId.keys()])) byId.delete(id);
    if (byId.size === 0) return 0;
    const messages = [...byId].map(([id, message]) => ({
      id,
      author_id: authorOf(message),
      body: message.body,
      body_html: renderMarkdown(message.body, []),
      created_at: message.at,
    }));
    return await insertMessages(sql, target.room, messages);
  });
  for (const id of people.keys()) target.seen.add(id);
  return written;
}

/**
 * Loads an archive. Messages keep their times; live events and notifications are not sent. Each
 * batch is one transaction, so an interrupted import goes on where it was when it is run again.
 * Links between answers are left out: here an answer lives in a thread of its own, outside of the
 * room's history, which is not what such links mean in an archive.
 */
export async function importArchive(
  deps: ImportDeps,
  source: ImportSource,
  onBatch: (report: ImportReport) => void = ignore,
): Promise<ImportReport> {
  const room = await deps.db.asService(
    "an archive may come without an owner",
    (sql) => ensureRoom(sql, source),
  );
  const target = { format: source.format, room, seen: new Set<string>() };
  const report: ImportReport = {
    room_id: room,
    lines: 0,
    imported: 0,
    existing: 0,
    left_out: 0,
    malformed: 0,
    malformed_lines: [],
  };
  const read = createLineReader(source.format, source.names);
  // A key may come twice in one archive; the first one counts, as it does between batches.
  let batch = new Map<string, ArchiveMessage>();

  async function flush(): Promise<void> {
    if (batch.size > 0) {
      const written = await writeBatch(deps, target, [...batch.values()]);
      report.imported += written;
      report.existing += batch.size - written;
      batch = new Map();
    }
    onBatch(report);
  }

  for await (const line of source.lines) {
    report.lines += 1;
    if (line.trim() === "") continue;
    const result = read(line);
    if (result.kind === "left_out") report.left_out += 1;
    else if (result.kind === "malformed") addMalformed(report, result.reason);
    else if (batch.has(result.message.key)) report.existing += 1;
    else batch.set(result.message.key, result.message);
    if (batch.size >= BATCH_SIZE) await flush();
  }
  await flush();
  return report;
}

function addMalformed(report: ImportReport, reason: string): void {
  report.malformed += 1;
  if (report.malformed_lines.length < MALFORMED_NAMED_MAX) {
    report.malformed_lines.push({ line: report.lines, reason });
  }
}

function ignore(): void {}
