/** @module Reads request bodies: JSON, CSV, forms and plain values. */
import { badBody, RestError } from "./errors.ts";
import {
  BYTES_MEDIA,
  CSV_MEDIA,
  FORM_MEDIA,
  JSON_MEDIA,
  type Media,
  TEXT_MEDIA,
  XML_MEDIA,
} from "./media.ts";
import { readParams } from "./query.ts";

/** A body. */
export type Payload =
  | {
    readonly kind: "json";
    readonly text: string;
    /** Keys of the objects, sorted. */
    readonly keys: readonly string[];
  }
  | { readonly kind: "form"; readonly pairs: readonly (readonly [string, string])[] }
  | { readonly kind: "raw"; readonly text: string };

/** What is known before the body is read. */
export interface PayloadOptions {
  readonly media: Media;
  readonly isCall: boolean;
  /** The keys that the client says are the ones that count. */
  readonly columns: readonly string[] | undefined;
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

/** The body of a request, which is read once however often it is asked for. */
export class Body {
  #bytes: Promise<Uint8Array> | undefined;

  constructor(private readonly request: Request) {}

  /** Everything in the body. */
  bytes(): Promise<Uint8Array> {
    this.#bytes ??= bytesOf(this.request);
    return this.#bytes;
  }
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

/** Objects must have the same keys; whatever is no object counts as no rows. */
function uniform(text: string, value: unknown, complaint: string): Payload {
  if (isObject(value)) return { kind: "json", text, keys: Object.keys(value).toSorted() };
  if (!Array.isArray(value) || value.length === 0) return { kind: "json", text: "[]", keys: [] };
  const rows: unknown[] = value;
  const [first] = rows;
  if (!isObject(first)) throw badBody(complaint);
  const keys = new Set(Object.keys(first));
  for (const row of rows) {
    const own = isObject(row) ? Object.keys(row) : undefined;
    if (own === undefined || own.length !== keys.size || !own.every((key) => keys.has(key))) {
      throw badBody(complaint);
    }
  }
  return { kind: "json", text, keys: [...keys].toSorted() };
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

function fromCsv(text: string): Payload {
  const complaint = "All lines must have same number of fields";
  const [header, ...rows] = csvRows(text);
  if (header === undefined) throw badBody("not enough input");
  const value = rows.map((row) => {
    if (row.length !== header.length) throw badBody(complaint);
    const pairs = header.map((name, index) => {
      return [name, row[index] === "NULL" ? null : row[index] ?? ""] as const;
    });
    return Object.fromEntries(pairs);
  });
  return uniform(JSON.stringify(value), value, complaint);
}

function fromJson(text: string, { columns, isCall }: PayloadOptions): Payload {
  if (columns !== undefined) return { kind: "json", text, keys: columns };
  if (text === "" && isCall) return { kind: "json", text: "{}", keys: [] };
  return uniform(text, parseJson(text), "All object keys must match");
}

function fromForm(text: string, isCall: boolean): Payload {
  const pairs = readParams(text).map(([key, value]) => [key, value ?? ""] as const);
  if (isCall) return { kind: "form", pairs };
  const value = Object.fromEntries(pairs);
  return { kind: "json", text: JSON.stringify(value), keys: Object.keys(value).toSorted() };
}

/** Reads the body of a request that writes or calls. */
export async function readPayload(body: Body, options: PayloadOptions): Promise<Payload> {
  const { media, isCall } = options;
  const bytes = await body.bytes();
  if (media === BYTES_MEDIA && isCall) return { kind: "raw", text: `\\x${bytes.toHex()}` };
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  switch (media) {
    case JSON_MEDIA:
      return fromJson(text, options);
    case CSV_MEDIA:
      return fromCsv(text);
    case FORM_MEDIA:
      return fromForm(text, isCall);
    case TEXT_MEDIA:
    case XML_MEDIA:
      if (isCall) return { kind: "raw", text };
  }
  throw badBody(`Content-Type not acceptable: ${media}`);
}
