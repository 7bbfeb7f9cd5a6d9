/** @module Wraps rows so that the database itself writes the answer's body. */
import type { Statement, Values } from "./sql_text.ts";

/** How the body is written. */
export type BodyFormat = "array" | "object" | "csv" | "none";

/** What the statement is to answer. */
export interface AnswerShape {
  readonly format: BodyFormat;
  /** Leaves null values out of objects. */
  readonly stripped: boolean;
  /** The rows have one column, whose value is the answer. */
  readonly scalar?: boolean;
}

const CSV = `(SELECT coalesce(string_agg(k.key, ','), '') FROM json_object_keys(
  (SELECT (json_agg(row_to_json(_postgrest_t)) -> 0))) AS k(key)) || E'\\n' ||
  coalesce(string_agg(
    substring(_postgrest_t::text, 2, length(_postgrest_t::text) - 2), E'\\n'), '')`;

function bodySql({ format, stripped, scalar }: AnswerShape): string {
  if (format === "none") return "''";
  if (format === "csv") return CSV;
  const row = scalar === true ? "_postgrest_t.pgrst_scalar" : "_postgrest_t";
  const list = stripped ? `json_strip_nulls(json_agg(${row}))` : `json_agg(${row})`;
  return format === "object" ? `(${list} -> 0)::text` : `coalesce(${list}, '[]')::text`;
}

/** Parts of an answering statement. */
export interface AnswerParts {
  /** `with` clauses. */
  readonly ctes: readonly string[];
  /** The select of the rows. */
  readonly rows: string;
  /** The select whose rows are counted for `count=exact`. */
  readonly countable?: string;
  /** Further columns of the one row of the result. */
  readonly extra?: readonly string[];
}

/** The row that an answering statement gives. */
export interface AnswerRow {
  readonly total: string | null;
  readonly page: string;
  readonly body: string | null;
  readonly keys?: string | null;
}

/** Writes the whole statement. */
export function answer(parts: AnswerParts, shape: AnswerShape, values: Values): Statement {
  const ctes = parts.ctes.length === 0 ? "" : `WITH ${parts.ctes.join(", ")} `;
  const total = parts.countable === undefined
    ? "null"
    : `(SELECT count(*) FROM (${parts.countable}) pgrst_counted)`;
  const columns = [
    `${total}::text AS total`,
    "count(*)::text AS page",
    `${bodySql(shape)} AS body`,
    ...parts.extra ?? [],
  ];
  const text = `${ctes}SELECT ${columns.join(", ")} FROM (${parts.rows}) _postgrest_t`;
  return { text, values: values.list };
}
