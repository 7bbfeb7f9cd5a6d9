/** @module Ranges of rows: the header `Range`, `limit` and `offset`. */
import { RestError } from "./errors.ts";

/** Rows from `lower` to `upper`, both included. */
export interface Range {
  readonly lower: number;
  /** Infinity when there is no end. */
  readonly upper: number;
}

/** Every row. */
export const ALL_ROWS: Range = { lower: 0, upper: Infinity };
/** No row, which only `limit=0` asks for. */
const NO_ROWS: Range = { lower: 0, upper: -1 };
const RANGE = /^(\d+)-(\d*)$/;

/** Rows from an offset on. */
export function startingAt(lower: number): Range {
  return { lower, upper: Infinity };
}

/** Rows of both ranges. */
export function intersect(a: Range, b: Range): Range {
  return { lower: Math.max(a.lower, b.lower), upper: Math.min(a.upper, b.upper) };
}

/** At most so many rows. */
export function limited(range: Range, limit: number | undefined): Range {
  if (limit === undefined) return range;
  return { lower: range.lower, upper: Math.min(range.upper, range.lower + limit - 1) };
}

function isEmpty(range: Range): boolean {
  return range.upper < range.lower;
}

/** `limit=0` stays what it is, whatever else narrows the range. */
export function keepingZero(asked: Range, range: Range): Range {
  return asked.upper === -1 ? NO_ROWS : range;
}

function notSatisfiable(details: string): RestError {
  return new RestError(416, "PGRST103", "Requested range not satisfiable", { details });
}

/** Rows that the header `Range` asks for. */
export function headerRange(headers: Headers): Range {
  const found = RANGE.exec(headers.get("range") ?? "");
  if (found === null) return ALL_ROWS;
  return { lower: Number(found[1]), upper: found[2] === "" ? Infinity : Number(found[2]) };
}

/** The range of the whole answer, or its refusal. */
export function answerRange(header: Range, asked: Range): Range {
  const range = keepingZero(asked, intersect(header, asked));
  if (isEmpty(range) && asked.upper !== -1) {
    throw notSatisfiable(
      isEmpty(header)
        ? "The lower boundary must be lower than or equal to the upper boundary in the " +
          "Range header."
        : "Limit should be greater than or equal to zero.",
    );
  }
  return range;
}

/** The header `Content-Range`. */
export function contentRange(lower: number, upper: number, total: number | undefined): string {
  const rows = total !== 0 && lower <= upper ? `${lower}-${upper}` : "*";
  return `${rows}/${total ?? "*"}`;
}

/** Status of a list: partial when there are more rows, refused when it starts after them. */
export function rangeStatus(lower: number, upper: number, total: number | undefined): number {
  if (total === undefined) return 200;
  if (lower > total) return 416;
  return 1 + upper - lower < total ? 206 : 200;
}

/** The refusal of a range that starts after the last row. */
export function outOfBounds(lower: number, total: number | undefined): RestError {
  return notSatisfiable(
    `An offset of ${lower} was requested, but there are only ${total ?? 0} rows.`,
  );
}
