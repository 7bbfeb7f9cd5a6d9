/** @module Rows on their way out of the database and back in, as Postgres itself writes them. */
import { AppError } from "../core/errors.ts";
import type { Bytes } from "../platform/file_store.ts";
import type { Sql } from "../platform/postgres.ts";
import { measureTable, type TableSpec } from "./sql.ts";

/** Bytes that a part of a table aims at; what is held in memory at once stays near it. */
const PART_BYTES = 4_000_000;
/** Pages of a part; a part is never less than one. */
const PAGES_MAX = 4_096;
/** Past the last page that a table can have. */
const PAGES_END = 4_294_967_295;
const NEWLINE = 10;

/** Some rows of a table, one a line. */
export interface TablePart {
  readonly bytes: Bytes;
  readonly rows: number;
}

/** The text form keeps NULL, bytes, arrays and infinities exactly; a line break only ends a row. */
export function countRows(bytes: Bytes): number {
  let rows = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) rows++;
  return rows;
}

/**
 * Runs `copy … to stdout`. The driver's stream hangs for good when its reader makes it wait, so
 * it is taken as it comes; the statement itself is what has to be small.
 */
async function copyOut(sql: Sql, statement: string): Promise<Bytes> {
  const source = await sql.unsafe(statement).readable();
  return await new Promise<Bytes>((resolve, reject) => {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    source.on("data", (part: Uint8Array<ArrayBuffer>) => parts.push(part));
    source.once("error", reject);
    source.once("end", () => resolve(join(parts)));
  });
}

function join(parts: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function clampPages(pages: number): number {
  return Math.min(PAGES_MAX, Math.max(1, Math.floor(pages)));
}

/**
 * Reads a table by stretches of its pages, within one snapshot. The size of the next stretch
 * follows that of the last one.
 */
export async function* readParts(sql: Sql, table: TableSpec): AsyncGenerator<TablePart> {
  const [size] = await measureTable(sql, table);
  const pages = size?.pages ?? 0;
  let stretch = clampPages(PART_BYTES / Math.max(1, (size?.bytes ?? 0) / Math.max(1, pages)));
  for (let from = 0; from < pages;) {
    const to = from + stretch >= pages ? PAGES_END : from + stretch;
    const bytes = await copyOut(
      sql,
      `copy (select ${table.columns.join(", ")} from ${table.table_name}
        where ctid >= '(${from},0)' and ctid < '(${to},0)') to stdout`,
    );
    if (bytes.length > 0) yield { bytes, rows: countRows(bytes) };
    from = to;
    stretch = clampPages(stretch * Math.min(2, PART_BYTES / Math.max(1, bytes.length)));
  }
}

/**
 * Brings rows back. Once the last byte has left, the driver loses the server's refusal and never
 * ends its stream; so a statement that follows at once asks whether the transaction is still sound.
 *
 * @throws `conflict` when the rows do not fit the table
 */
export async function copyIn(
  sql: Sql,
  target: { name: string; columns: readonly string[] },
  bytes: Bytes,
): Promise<void> {
  const columns = target.columns.join(", ");
  const sink = await sql.unsafe(`copy ${target.name} (${columns}) from stdin`).writable();
  const finish = sink._final.bind(sink);
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: unknown) =>
      reject(new AppError("conflict", `The rows do not fit: ${target.name}`, { cause }));
    sink.once("error", refuse);
    sink._final = (callback) => {
      finish(callback);
      sql`select`.then(() => resolve(), refuse);
    };
    sink.end(bytes);
  });
}
