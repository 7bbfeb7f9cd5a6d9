/** @module Opaque keyset cursors that are bound to one list and one reader. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import { AppError } from "./errors.ts";

/** One column of a keyset. Times are the database's own text, so that no microsecond is lost. */
export type CursorValue = string | number | null;

/** Which list a cursor walks, and for whom. */
export interface CursorScope {
  /** Name of the list with whatever changes its order or content, as in `posts:author=…`. */
  readonly list: string;
  /** Id of the reader, or `anonymous`. */
  readonly viewer: string;
}

/** One page of a list, as the API answers it. */
export interface Page<T> {
  readonly items: T[];
  readonly next_cursor: string | null;
}

/** Makes and reads cursors. */
export interface Cursors {
  /**
   * Reads a cursor; no cursor is the first page.
   *
   * @throws `malformed-request` when it was altered, or made for another list or reader
   */
  open(scope: CursorScope, cursor: string | undefined): readonly CursorValue[] | undefined;
  /** Makes a cursor. */
  seal(scope: CursorScope, values: readonly CursorValue[]): string;
  /**
   * Makes a page of rows that were read with a limit of one more than the page holds: the extra
   * row tells that there is a next page. `keyOf` gives the keyset of the last row shown.
   */
  page<T>(
    scope: CursorScope,
    rows: readonly T[],
    options: { limit: number; keyOf: (row: T) => readonly CursorValue[] },
  ): Page<T>;
}

/** Longest cursor that is looked at. */
const CURSOR_LENGTH_MAX = 1_024;
/** Bytes of the seal: enough that it cannot be guessed. */
const SEAL_BYTES = 16;

function sealOf(secret: string, scope: CursorScope, payload: string): string {
  return createHmac("sha256", secret)
    .update(JSON.stringify([scope.list, scope.viewer, payload]))
    .digest()
    .subarray(0, SEAL_BYTES)
    .toString("base64url");
}

/** Compares texts, not the bytes they decode to: several texts decode to the same bytes. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refuse(): never {
  throw new AppError("malformed-request", "The cursor does not belong to this list", {
    errors: [{ path: "cursor", message: "Not a cursor of this list" }],
  });
}

function isCursorValue(value: unknown): value is CursorValue {
  return value === null || typeof value === "string" || typeof value === "number";
}

/** Makes cursors that only the holder of the same secret can read. */
export function createCursors(secret: string): Cursors {
  function seal(scope: CursorScope, values: readonly CursorValue[]): string {
    const payload = Buffer.from(JSON.stringify(values)).toString("base64url");
    return `${payload}.${sealOf(secret, scope, payload)}`;
  }

  function open(scope: CursorScope, cursor: string | undefined) {
    if (cursor === undefined) return undefined;
    if (cursor.length > CURSOR_LENGTH_MAX) refuse();
    const [payload = "", ...mark] = cursor.split(".");
    if (!isSame(mark.join("."), sealOf(secret, scope, payload))) refuse();
    const values: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    return Array.isArray(values) && values.every(isCursorValue) ? values : refuse();
  }

  return {
    seal,
    open,
    page(scope, rows, { limit, keyOf }) {
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      const next = rows.length > limit && last !== undefined ? seal(scope, keyOf(last)) : null;
      return { items, next_cursor: next };
    },
  };
}
