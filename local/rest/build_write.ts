/** @module Writes inserts, updates and deletes. */
import { insertedMark } from "./build_answer.ts";
import { columnSql, conditionSql } from "./build_conditions.ts";
import type { PlannedCondition, TypedField } from "./plan.ts";
import type { Name } from "./schema.ts";
import { ident, literal, qualified, type Values } from "./sql_text.ts";

/** What is written. */
export type Mutation =
  | {
    readonly kind: "insert";
    readonly columns: readonly TypedField[];
    readonly body: string;
    readonly withDefaults: boolean;
    /** What to do with rows that are there already, and which columns tell. */
    readonly conflict: {
      readonly merges: boolean;
      readonly columns: readonly string[];
    } | undefined;
    /** Rows that are written, of those in the body. */
    readonly only: readonly PlannedCondition[];
  }
  | {
    readonly kind: "update";
    readonly columns: readonly TypedField[];
    readonly body: string;
    readonly withDefaults: boolean;
    readonly where: readonly PlannedCondition[];
  }
  | { readonly kind: "delete"; readonly where: readonly PlannedCondition[] };

/** A mutation of a relation, and the columns that come back. */
export interface MutationPlan {
  readonly target: Name;
  readonly mutation: Mutation;
  readonly returning: readonly string[];
}

const BODY: Name = { schema: "", name: "pgrst_body" };
const OBJECT_START = /^[ \t\n\r]*\{/;

/** How a body is taken apart. */
export interface BodyOptions {
  readonly body: string;
  readonly fields: readonly TypedField[];
  readonly withDefaults: boolean;
  readonly isLimited: boolean;
}

function defaultsSql(fields: readonly TypedField[]): string {
  const pairs = fields.flatMap(({ name, default: value }) => {
    return value === null ? [] : [`${literal(name)}, ${value}`];
  });
  return `jsonb_build_object(${pairs.join(", ")})`;
}

/** The rows of a body, each field with its type. */
export function bodySql(options: BodyOptions, values: Values): string {
  const { body, fields, withDefaults, isLimited } = options;
  const isObject = OBJECT_START.test(body);
  const type = withDefaults ? "jsonb" : "json";
  const payload = `FROM (SELECT ${values.add(body)}::${type} AS json_data) pgrst_payload, `;
  const defaults = defaultsSql(fields);
  const filled = isObject
    ? `LATERAL (SELECT ${defaults} || pgrst_payload.json_data AS val) pgrst_json_defs, `
    : `LATERAL (SELECT jsonb_agg(${defaults} || elem) AS val FROM ` +
      "jsonb_array_elements(pgrst_payload.json_data) elem) pgrst_json_defs, ";
  const source = withDefaults ? "pgrst_json_defs.val" : "pgrst_payload.json_data";
  const parsed = fields.map(({ name, transform }) => {
    return transform === undefined ? ident(name) : `${transform}(${ident(name)}) AS ${ident(name)}`;
  }).join(", ");
  const typed = fields.map((field) => `${ident(field.name)} ${field.type}`).join(", ");
  const opened = isObject ? `${type}_to_record` : `${type}_to_recordset`;
  const bare = isObject ? "(values(1)) _ " : `${type}_array_elements(${source}) _ `;
  const rows = fields.length === 0
    ? bare
    : `${opened}(${source}) AS _(${typed}) ${isLimited ? "LIMIT 1" : ""}`;
  return `${payload}${withDefaults ? filled : ""}` +
    `LATERAL (SELECT ${parsed} FROM ${rows}) ${qualified(BODY)}`;
}

function whereSql(rows: Name, where: readonly PlannedCondition[], values: Values): string {
  if (where.length === 0) return "";
  return ` WHERE ${where.map((item) => conditionSql(rows, item, values)).join(" AND ")}`;
}

type Insert = Mutation & { readonly kind: "insert" };

function conflictSql({ conflict, columns }: Insert): string {
  if (conflict === undefined || conflict.columns.length === 0) return "";
  const on = ` ON CONFLICT(${conflict.columns.map(ident).join(", ")})`;
  if (!conflict.merges || columns.length === 0) return `${on} DO NOTHING`;
  const sets = columns.map(({ name }) => `${ident(name)} = EXCLUDED.${ident(name)}`);
  return `${on} DO UPDATE SET ${sets.join(", ")} WHERE ${insertedMark(false)}`;
}

function insertSql(target: Name, mutation: Insert, values: Values): string {
  const { columns, body, withDefaults, conflict, only } = mutation;
  const names = columns.map(({ name }) => ident(name)).join(", ");
  const into = `INSERT INTO ${qualified(target)}${columns.length === 0 ? "" : `(${names})`}`;
  const shown = columns.map(({ name }) => columnSql(BODY, name)).join(", ");
  const rows = bodySql({ body, fields: columns, withDefaults, isLimited: false }, values);
  const conditions = [
    ...conflict?.merges === true ? [insertedMark(true)] : [],
    ...only.map((item) => conditionSql(BODY, item, values)),
  ];
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return `${into} SELECT ${shown} ${rows}${where}${conflictSql(mutation)}`;
}

function returningSql(target: Name, returning: readonly string[]): string {
  if (returning.length === 0) return " RETURNING 1";
  return ` RETURNING ${returning.map((name) => columnSql(target, name)).join(", ")}`;
}

/** Writes a mutation with what it returns. */
export function mutationSql(plan: MutationPlan, values: Values): string {
  const { target, mutation, returning } = plan;
  const table = qualified(target);
  const back = returningSql(target, returning);
  switch (mutation.kind) {
    case "insert":
      return insertSql(target, mutation, values) + back;
    case "delete":
      return `DELETE FROM ${table}${whereSql(target, mutation.where, values)}${back}`;
    case "update": {
      const { columns, body, withDefaults, where } = mutation;
      if (columns.length === 0) {
        // An update without columns is no SQL; nothing with the same columns is.
        const shown = returning.map((name) => columnSql({ ...target, schema: "" }, name));
        return `SELECT ${shown.length === 0 ? "NULL" : shown.join(", ")} FROM ${table} WHERE false`;
      }
      const sets = columns.map(({ name }) => `${ident(name)} = ${columnSql(BODY, name)}`);
      const rows = bodySql({ body, fields: columns, withDefaults, isLimited: false }, values);
      return `UPDATE ${table} SET ${sets.join(", ")} ${rows}` +
        whereSql(target, where, values) + back;
    }
  }
}
