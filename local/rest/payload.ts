/** @module Reads request bodies: JSON, CSV and forms. */
import { badBody, RestError } from "./errors.ts";

/** Rows in a body, as a JSON array. */
export interface Payload {
  readonly text: string;
  readonly count: number;
  readonly keys: readonly string[];
  /** The body as it came. */
  readonly raw: string;
  readonly isArray: boolean;
}

/** As much as a request may bring. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

async function bytesOf(request: Request): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new RestError(413, "PGRST102", "Request body is too large");
    chunks.push(chunk);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** Reads the body as text. */
export async function bodyText(request: Request): Promise<string> {
  return new TextDecoder().decode(await bytesOf(request));
}

/** Reads the body as Postgres writes bytes. */
export async function bodyBytes(request: Request): Promise<string> {
  return `\\x${(await bytesOf(request)).toHex()}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badBody("Empty or invalid json");
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function rowsOf(value: unknown, hasColumns: boolean): { keys: string[]; count: number } {
  const rows: unknown[] = Array.isArray(value) ? value : [value];
  const first = rows[0];
  const keys = isObject(first) ? Object.keys(first) : [];
  const set = new Set(keys);
  for (const row of rows) {
    if (!isObject(row)) throw badBody("All object keys must match");
    if (hasColumns) continue;
    const own = Object.keys(row);
    if (own.length !== set.size || !own.every((key) => set.has(key))) {
      throw badBody("All object keys must match");
    }
  }
  return { keys, count: rows.length };
}

const CSV_FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/** Rows of a CSV text; quotes are undone. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  CSV_FIELD.lastIndex = 0;
  while (CSV_FIELD.lastIndex < text.length) {
    const found = CSV_FIELD.exec(text);
    if (found === null) throw badBody("Invalid CSV");
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    if (found[3] === ",") continue;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push([...row, ""]);
  return rows;
}

function fromCsv(text: string): Record<string, string | null>[] {
  const [header, ...rows] = csvRows(text);
  if (header === undefined) throw badBody("Empty or invalid CSV");
  return rows.map((row) => {
    if (row.length !== header.length) throw badBody("All lines must have same number of fields");
    return Object.fromEntries(
      header.map((name, index) => {
        const value = row[index] ?? "";
        return [name, value === "NULL" ? null : value];
      }),
    );
  });
}

/** Reads rows. With `columns` given by the client, rows may differ in their keys. */
export async function readRows(request: Request, hasColumns: boolean): Promise<Payload> {
  const type = (request.headers.get("content-type") ?? "application/json").split(";")[0]?.trim();
  const raw = await bodyText(request);
  let value: unknown;
  if (type === "text/csv") value = fromCsv(raw);
  else if (type === "application/x-www-form-urlencoded") {
    value = Object.fromEntries(new URLSearchParams(raw));
  } else if (type === "application/json" || type === "" || type === undefined) {
    value = parseJson(raw);
  } else throw badBody(`Content-Type not acceptable: ${type}`);
  const { keys, count } = rowsOf(value, hasColumns);
  const isArray = Array.isArray(value);
  const json = type === "application/json" ? raw : JSON.stringify(value);
  return { text: isArray ? json : `[${json}]`, count, keys, raw, isArray };
}
