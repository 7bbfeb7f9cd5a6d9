/** @module Writes inserts, updates and deletes as one statement that answers like a read. */
import type { Condition } from "./ast.ts";
import { answer, type AnswerShape } from "./build_answer.ts";
import { conditionSql, type Scope } from "./build_conditions.ts";
import { rowsSql } from "./build_read.ts";
import { RestError } from "./errors.ts";
import type { Payload } from "./payload.ts";
import type { ReadNode } from "./plan.ts";
import type { Column, Relation } from "./schema_cache.ts";
import { ident, qualified, type Statement, Values } from "./sql_text.ts";

/** What is written. */
export type Mutation =
  | {
    readonly kind: "insert";
    readonly payload: Payload;
    readonly columns: readonly string[];
    readonly missingDefault: boolean;
    readonly resolution: "merge" | "ignore" | undefined;
    readonly onConflict: readonly string[];
    /** Rows that are written, of those in the body. */
    readonly only?: readonly Condition[];
  }
  | {
    readonly kind: "update";
    readonly payload: Payload;
    readonly columns: readonly string[];
    readonly missingDefault: boolean;
    readonly conditions: readonly Condition[];
  }
  | { readonly kind: "delete"; readonly conditions: readonly Condition[] };

/** What the answer shows of what was written. */
export interface Shown {
  /** Undefined when no row is shown. */
  readonly node: ReadNode | undefined;
  readonly shape: AnswerShape;
  /** Whether the key of the first row is wanted, for `Location`. */
  readonly keys: boolean;
}

const BODY = "pgrst_body";

function columnsOf(relation: Relation, names: readonly string[]): Column[] {
  return names.map((name) => {
    const column = relation.columns.find((item) => item.name === name);
    if (column !== undefined) return column;
    const message = `Could not find the '${name}' column of '${relation.name}' in the schema cache`;
    throw new RestError(400, "PGRST204", message);
  });
}

/** The rows of the body, each column with its type. */
function bodyRows(
  payload: Payload,
  columns: readonly Column[],
  missingDefault: boolean,
  values: Values,
): string {
  const definitions = columns.map(({ name, type }) => `${ident(name)} ${type}`).join(", ");
  const body = `${values.add(payload.text)}::json`;
  // Every value that is added must stand in the text, or the server cannot tell its type.
  const defaults = columns.filter((column) => missingDefault && column.default !== null)
    .map((column) => `${values.add(column.name)}::text, ${column.default}`);
  const source = defaults.length > 0
    ? `(SELECT json_agg(jsonb_build_object(${defaults.join(", ")}) || pgrst_element) ` +
      `FROM jsonb_array_elements(${body}::jsonb) AS pgrst_element)`
    : body;
  return `json_to_recordset(${source}) AS ${BODY}(${definitions})`;
}

function where(scope: Scope, conditions: readonly Condition[], values: Values): string {
  if (conditions.length === 0) return "";
  const parts = conditions.map((item) => conditionSql(scope, undefined, item, values));
  return ` WHERE ${parts.join(" AND ")}`;
}

function conflictSql(
  mutation: Extract<Mutation, { kind: "insert" }>,
  relation: Relation,
): string {
  const { resolution, onConflict, columns } = mutation;
  const target = onConflict.length > 0 ? onConflict : relation.primaryKey;
  if (resolution === undefined || target.length === 0) return "";
  const on = ` ON CONFLICT (${target.map(ident).join(", ")})`;
  if (resolution === "ignore" || columns.length === 0) return `${on} DO NOTHING`;
  const sets = columns.map((name) => `${ident(name)} = EXCLUDED.${ident(name)}`);
  return `${on} DO UPDATE SET ${sets.join(", ")}`;
}

function insertSql(
  relation: Relation,
  mutation: Extract<Mutation, { kind: "insert" }>,
  values: Values,
): string {
  const { payload, missingDefault } = mutation;
  const into = `INSERT INTO ${qualified(relation.schema, relation.name)}`;
  const columns = columnsOf(relation, mutation.columns);
  if (columns.length === 0) {
    if (payload.count === 1) return `${into} DEFAULT VALUES${conflictSql(mutation, relation)}`;
    return "";
  }
  const names = columns.map(({ name }) => ident(name)).join(", ");
  const selected = columns.map(({ name }) => `${BODY}.${ident(name)}`).join(", ");
  const rows = bodyRows(payload, columns, missingDefault, values);
  const only = where({ alias: BODY, relation }, mutation.only ?? [], values);
  return `${into} (${names}) SELECT ${selected} FROM ${rows}${only}` +
    conflictSql(mutation, relation);
}

function updateSql(
  relation: Relation,
  mutation: Extract<Mutation, { kind: "update" }>,
  values: Values,
): string {
  const columns = columnsOf(relation, mutation.columns);
  if (columns.length === 0) return "";
  const sets = columns.map(({ name }) => `${ident(name)} = ${BODY}.${ident(name)}`);
  const rows = bodyRows(mutation.payload, columns, mutation.missingDefault, values);
  const scope = { alias: relation.name, relation };
  return `UPDATE ${qualified(relation.schema, relation.name)} SET ${sets.join(", ")} FROM ${rows}` +
    where(scope, mutation.conditions, values);
}

/** Columns that must come back: those shown, those that embeds join by, those ordered by. */
function returnedColumns(relation: Relation, shown: Shown): string[] {
  const names = new Set<string>(shown.keys ? relation.primaryKey : []);
  const { node } = shown;
  for (const item of node?.select ?? []) names.add(item.field.name);
  for (const term of node?.order ?? []) {
    if (term.relation === undefined) names.add(term.field.name);
  }
  for (const { way } of node?.embeds ?? []) {
    if (way.routine !== undefined) names.add("*");
    for (const [column] of way.pairs) names.add(column);
  }
  return names.has("*") ? ["*"] : [...names];
}

function returning(relation: Relation, shown: Shown): string {
  const table = qualified(relation.schema, relation.name);
  const names = returnedColumns(relation, shown);
  if (names.length === 0) return " RETURNING 1";
  const columns = names.map((name) => name === "*" ? `${table}.*` : `${table}.${ident(name)}`);
  return ` RETURNING ${columns.join(", ")}`;
}

/** A statement that writes nothing and has the same columns. */
function nothing(relation: Relation, shown: Shown): string {
  const table = qualified(relation.schema, relation.name);
  const names = returnedColumns(relation, shown);
  const columns = names.map((name) => name === "*" ? `${table}.*` : `${table}.${ident(name)}`);
  return `SELECT ${columns.length === 0 ? "1" : columns.join(", ")} FROM ${table} WHERE false`;
}

function mutationSql(relation: Relation, mutation: Mutation, values: Values): string {
  if (mutation.kind === "insert") return insertSql(relation, mutation, values);
  if (mutation.kind === "update") return updateSql(relation, mutation, values);
  const scope = { alias: relation.name, relation };
  return `DELETE FROM ${qualified(relation.schema, relation.name)}` +
    where(scope, mutation.conditions, values);
}

/** Writes the statement of a mutation. */
export function writeStatement(relation: Relation, mutation: Mutation, shown: Shown): Statement {
  const values = new Values();
  const written = mutationSql(relation, mutation, values);
  const source = written === ""
    ? nothing(relation, shown)
    : `${written}${returning(relation, shown)}`;
  const { node } = shown;
  const rows = node === undefined
    ? "SELECT * FROM pgrst_source"
    : rowsSql(node, { from: `pgrst_source AS ${ident(node.alias)}`, where: [] }, values);
  const keyPairs = relation.primaryKey.filter(() => shown.keys)
    .map((name) => `${values.add(name)}::text, ${ident(name)}`);
  const extra = keyPairs.length > 0
    ? [`(SELECT json_build_object(${keyPairs.join(", ")}) FROM pgrst_source LIMIT 1)::text AS keys`]
    : [];
  return answer({ ctes: [`pgrst_source AS (${source})`], rows, extra }, shown.shape, values);
}
