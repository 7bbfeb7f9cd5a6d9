/** @module Wraps rows so that the database itself writes the answer's body. */
import type { Handler } from "./negotiate.ts";
import { isScalar, isScalarSet, type Routine } from "./schema.ts";
import { ident, qualified, type Statement, type Values } from "./sql_text.ts";

const ROWS = "_postgrest_t";
const CSV = `(SELECT coalesce(string_agg(k.key, ','), '') FROM json_object_keys(
  (SELECT (json_agg(row_to_json(${ROWS})) -> 0))) AS k(key)) || E'\\n' ||
  coalesce(string_agg(substring(${ROWS}::text, 2, length(${ROWS}::text) - 2), E'\\n'), '')`;
const GEO = `json_build_object('type', 'FeatureCollection', 'features',
  coalesce(json_agg(ST_AsGeoJSON(${ROWS})::json), '[]'))`;

function listSql(row: string, stripped: boolean): string {
  const list = `json_agg(${row})`;
  return stripped ? `json_strip_nulls(${list})` : list;
}

function jsonSql(routine: Routine | undefined, stripped: boolean): string {
  if (routine === undefined) return `coalesce(${listSql(ROWS, stripped)}, '[]')::text`;
  const isValue = isScalar(routine) || isScalarSet(routine);
  const list = listSql(isValue ? `${ROWS}.pgrst_scalar` : ROWS, stripped);
  return routine.isSet ? `coalesce(${list}, '[]')::text` : `coalesce(${list}->0, 'null')::text`;
}

/** The body as an expression over the rows. */
function bodySql(handler: Handler, routine: Routine | undefined): string {
  const isValue = routine !== undefined && isScalar(routine);
  switch (handler.kind) {
    case "none":
      return "''::text";
    case "json":
      return jsonSql(routine, handler.stripped);
    case "object": {
      const row = isValue ? `${ROWS}.pgrst_scalar` : ROWS;
      return `coalesce(${listSql(row, handler.stripped)}->0, 'null')::text`;
    }
    case "csv":
      return CSV;
    case "geo":
      return `${GEO}::text`;
    case "custom": {
      const name = qualified(handler.routine);
      if (isValue) return `${name}(${ROWS}.pgrst_scalar)`;
      if (handler.target === undefined) return `${name}(${ROWS})`;
      return `${name}(${ROWS}::${qualified(handler.target)})`;
    }
  }
}

/** Parts of an answering statement. */
export interface AnswerParts {
  /** `with` clauses. */
  readonly ctes: readonly string[];
  /** The select of the rows. */
  readonly rows: string;
  /** The select whose rows are counted. */
  readonly countable?: string | undefined;
  /** Columns whose values name the one row that was written. */
  readonly location?: readonly string[] | undefined;
  readonly routine?: Routine | undefined;
  /** Counts the rows that were inserted rather than updated. */
  readonly inserted?: boolean;
}

/** The row that an answering statement gives. */
export interface AnswerRow {
  readonly total: string | null;
  readonly page: string;
  readonly location: string | null;
  readonly body: string | Uint8Array | null;
  readonly headers: string | null;
  readonly status: string | null;
  readonly inserted: string | null;
}

function setting(name: string): string {
  return `nullif(current_setting('${name}', true), '')`;
}

/** Marks every inserted row, and takes the mark back when it is updated instead. */
export function insertedMark(isInserted: boolean): string {
  const [sign, compared] = isInserted ? ["+", "'0'"] : ["-", "'-1'"];
  return `set_config('pgrst.inserted', (coalesce(${setting("pgrst.inserted")}::int, 0) ${sign} 1)` +
    `::text, true) <> ${compared}`;
}

function locationSql(columns: readonly string[] | undefined): string {
  if (columns === undefined || columns.length === 0) return "null";
  const pairs = columns.map((name) => `(pgrst_location.${ident(name)})::text`).join(", ");
  return `CASE WHEN pg_catalog.count(${ROWS}) = 1 THEN ` +
    `(SELECT json_build_array(${pairs})::text FROM pgrst_source pgrst_location LIMIT 1) END`;
}

/** Writes the whole statement. */
export function answer(parts: AnswerParts, handler: Handler, values: Values): Statement {
  const ctes = [...parts.ctes];
  if (parts.countable !== undefined) ctes.push(`pgrst_source_count AS (${parts.countable})`);
  const total = parts.countable === undefined
    ? "null"
    : "(SELECT pg_catalog.count(*) FROM pgrst_source_count)";
  const columns = [
    `${total}::text AS total`,
    `pg_catalog.count(${ROWS})::text AS page`,
    `${locationSql(parts.location)} AS location`,
    `${bodySql(handler, parts.routine)} AS body`,
    `${setting("response.headers")} AS headers`,
    `${setting("response.status")} AS status`,
    `${parts.inserted === true ? setting("pgrst.inserted") : "null"} AS inserted`,
  ];
  const start = ctes.length === 0 ? "" : `WITH ${ctes.join(", ")} `;
  const text = `${start}SELECT ${columns.join(", ")} FROM (${parts.rows}) ${ROWS}`;
  return { text, values: values.list };
}
