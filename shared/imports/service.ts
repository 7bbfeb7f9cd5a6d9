/** @module Use case: load a chat archive, as often as one likes, from where the last run ended. */
import { AppError, invalidField } from "../core/errors.ts";
import type { Sql } from "../platform/postgres.ts";
import { isVisible } from "../profiles/mod.ts";
import type { ArchiveNames } from "./gitter_rules.ts";
import { createLineReader, type LineFormat } from "./line_rules.ts";
import { type Archive, type ArchiveMessage, type ArchiveRecord, timeFault } from "./rules.ts";
import { insertRoom, lockImports, selectPerson, selectRoom } from "./sql.ts";
import {
  type Placed,
  type Target,
  writeBatch,
  type WriteDeps,
  type Written,
} from "./write_service.ts";

/** Messages of one transaction. */
export const BATCH_SIZE = 1_000;
/** Entries that are looked at before an archive without a message is given up. */
const PROBED_MAX = 1_000;
/** Malformed entries that are named; further ones are counted. */
export const MALFORMED_NAMED_MAX = 100;

/** What an import needs. */
export type ImportDeps = WriteDeps;

/** What to load, and where. */
export interface ImportSource {
  readonly format: LineFormat;
  readonly names?: ArchiveNames;
  readonly room: string;
  /** Handle of the owner, should the room be new. */
  readonly owner?: string;
  readonly lines: AsyncIterable<string> | Iterable<string>;
}

/** An entry that does not fit, or not quite. */
export interface Malformed {
  readonly file?: string;
  readonly line: number;
  readonly reason: string;
}

/** How far an import is. */
export interface ImportReport {
  readonly room_id: string;
  lines: number;
  imported: number;
  /** Messages that an earlier run had loaded. */
  existing: number;
  /** Messages that the rules of this place keep out. */
  held: number;
  /** Entries that are no messages: notices of the server, empty texts, other rooms. */
  left_out: number;
  malformed: number;
  readonly malformed_lines: Malformed[];
}

/** Files of entries, each to be read from its beginning. */
export interface Part {
  readonly name?: string;
  read(): AsyncIterable<ArchiveRecord> | Iterable<ArchiveRecord>;
}

/** A place in an archive: so many entries of so many files have been dealt with. */
export interface Position {
  part: number;
  record: number;
}

/** One run over an archive. */
export interface Run {
  readonly parts: readonly Part[];
  readonly target: Target;
  /** The room of a message; without one it is left out. */
  roomOf(message: ArchiveMessage): string | undefined;
  readonly from?: Position;
  /** The run ends behind so many messages. */
  readonly messagesMax?: number;
  /** Called within the transaction of each batch, with the place behind it. */
  readonly onWritten?: (sql: Sql, report: ImportReport, behind: Position) => Promise<void>;
  readonly onBatch?: (report: ImportReport) => void;
}

/** A report of nothing yet. */
export function emptyReport(room: string): ImportReport {
  return {
    room_id: room,
    lines: 0,
    imported: 0,
    existing: 0,
    held: 0,
    left_out: 0,
    malformed: 0,
    malformed_lines: [],
  };
}

function addMalformed(report: ImportReport, entry: Malformed): void {
  report.malformed += 1;
  if (report.malformed_lines.length < MALFORMED_NAMED_MAX) report.malformed_lines.push(entry);
}

interface Waiting extends Placed {
  readonly place: Omit<Malformed, "reason">;
}

/** Gathers batches and writes them. */
function createWriter(deps: ImportDeps, run: Run, report: ImportReport) {
  // A key may come twice in one archive; the first one counts, as it does between batches.
  let batch = new Map<string, Waiting>();
  return {
    size: () => batch.size,
    /** Adds a message unless it waits already. */
    add(waiting: Waiting): void {
      const key = `${waiting.room} ${waiting.message.key}`;
      if (batch.has(key)) report.existing += 1;
      else batch.set(key, waiting);
    },
    async flush(behind: Position): Promise<void> {
      const { size } = batch;
      const places = new Map([...batch.values()].map(({ message, place }) => [message.key, place]));
      function count({ imported, held, problems }: Written): ImportReport {
        const next = { ...report, malformed_lines: [...report.malformed_lines] };
        next.imported += imported;
        next.held += held;
        next.existing += size - imported - held;
        for (const { key, reason } of problems) {
          addMalformed(next, { line: 0, ...places.get(key), reason });
        }
        return next;
      }
      // What ends up in no row is counted only when the transaction has ended well.
      const written = await writeBatch(
        deps,
        run.target,
        [...batch.values()],
        async (sql, outcome) => await run.onWritten?.(sql, count(outcome), behind),
      );
      const { malformed_lines: named, ...counts } = count(written);
      Object.assign(report, counts);
      report.malformed_lines.splice(0, report.malformed_lines.length, ...named);
      batch = new Map();
      run.onBatch?.(report);
    },
  };
}

/** What is to be done with an entry: its room and message, or why it is none. */
function judge(run: Pick<Run, "roomOf">, now: number, record: ArchiveRecord) {
  if (record.kind === "malformed") return record.reason;
  const room = record.kind === "message" ? run.roomOf(record.message) : undefined;
  if (record.kind === "left_out" || room === undefined || !isVisible(record.message.body)) {
    return undefined;
  }
  return timeFault(record.message, now) ?? { message: record.message, room };
}

/**
 * Looks into the beginning of an archive: one of another format has nothing that can be read.
 *
 * @throws `invalid-input` that names the first entry that does not fit
 */
export function requireMessages(archive: Archive, format: string): void {
  let [seen, fault] = [0, "The archive holds no message"];
  for (const part of archive.parts) {
    for (const record of part.read()) {
      if (record.kind === "message") return;
      if (record.kind === "malformed" && !fault.includes("#")) {
        fault =
          `Nothing in it can be read as ${format}: ${part.name} #${record.line} ${record.reason}`;
      }
      seen += 1;
      // Notices of a server may go on for long.
      if (seen >= PROBED_MAX && fault.includes("#")) throw invalidField("file", fault);
    }
  }
  throw invalidField("file", fault);
}

/** How many messages of an archive a run would write if none of them were there. */
export async function countMessages(
  deps: ImportDeps,
  run: Pick<Run, "parts" | "roomOf">,
): Promise<number> {
  const now = deps.now().getTime();
  let count = 0;
  for (const part of run.parts) {
    for await (const record of part.read()) {
      if (typeof judge(run, now, record) === "object") count += 1;
    }
  }
  return count;
}

function takeRecord(
  run: Run,
  now: number,
  report: ImportReport,
  part: Part,
  record: ArchiveRecord,
): Waiting | undefined {
  const place = part.name === undefined
    ? { line: record.line }
    : { file: part.name, line: record.line };
  const judged = judge(run, now, record);
  if (typeof judged === "object") return { ...judged, place };
  if (judged === undefined) report.left_out += 1;
  else addMalformed(report, { ...place, reason: judged });
  return undefined;
}

/**
 * Reads an archive from a place on and writes it in batches. Messages keep their times; live events
 * and notifications are not sent. Each batch is one transaction together with the place behind it,
 * so an interrupted import goes on where it was when it is run again.
 *
 * @returns whether all of it was read
 */
export async function runParts(
  deps: ImportDeps,
  run: Run,
  report: ImportReport,
): Promise<boolean> {
  const writer = createWriter(deps, run, report);
  const from = run.from ?? { part: 0, record: 0 };
  const now = deps.now().getTime();
  let taken = 0;
  for (const [index, part] of run.parts.entries()) {
    if (index < from.part) continue;
    let record = 0;
    for await (const entry of part.read()) {
      record += 1;
      if (index === from.part && record <= from.record) continue;
      report.lines += 1;
      const waiting = takeRecord(run, now, report, part, entry);
      if (waiting === undefined) continue;
      writer.add(waiting);
      taken += 1;
      if (writer.size() < BATCH_SIZE) continue;
      await writer.flush({ part: index, record });
      if (run.messagesMax !== undefined && taken >= run.messagesMax) return false;
    }
  }
  await writer.flush({ part: run.parts.length, record: 0 });
  return true;
}

/** Finds the room, or makes it. */
async function ensureRoom(sql: Sql, { room, owner }: ImportSource): Promise<string> {
  await lockImports(sql);
  const [known] = await selectRoom(sql, room);
  if (known !== undefined) return known.id;
  if (owner === undefined) return await insertRoom(sql, room, null);
  return await insertRoom(sql, room, await findPerson(sql, owner));
}

/** @throws `not-found` */
export async function findPerson(sql: Sql, handle: string): Promise<string> {
  const [person] = await selectPerson(sql, handle);
  if (person === undefined) throw new AppError("not-found", `There is nobody called ${handle}`);
  return person.id;
}

async function* readLines({ format, names, lines }: ImportSource): AsyncGenerator<ArchiveRecord> {
  const read = createLineReader(format, names, "");
  let number = 0;
  for await (const line of lines) {
    number += 1;
    yield { ...(line.trim() === "" ? { kind: "left_out" } : read(line)), line: number };
  }
}

/**
 * Loads lines of IRC or Gitter into one room, found by its name.
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
  const report = emptyReport(room);
  await runParts(deps, {
    parts: [{ read: () => readLines(source) }],
    target: { format: source.format, screened: false, seen: new Map() },
    roomOf: () => room,
    onBatch,
  }, report);
  return report;
}

function ignore(): void {}
