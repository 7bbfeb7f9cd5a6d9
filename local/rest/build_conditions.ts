/** @module Writes columns, filters and orders as SQL. */
import type { Condition, Field, Filter } from "./ast.ts";
import { type Embed, presenceOf, type ReadNode } from "./plan.ts";
import { arrayLiteral, type Relation } from "./schema_cache.ts";
import { ident, type Values } from "./sql_text.ts";

const OPERATORS: Readonly<Record<string, string>> = {
  eq: "=",
  neq: "<>",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
  like: "LIKE",
  ilike: "ILIKE",
  match: "~",
  imatch: "~*",
  isdistinct: "IS DISTINCT FROM",
  cs: "@>",
  cd: "<@",
  ov: "&&",
  sl: "<<",
  sr: ">>",
  nxr: "&<",
  nxl: "&>",
  adj: "-|-",
};

const TEXT_SEARCH: Readonly<Record<string, string>> = {
  fts: "to_tsquery",
  plfts: "plainto_tsquery",
  phfts: "phraseto_tsquery",
  wfts: "websearch_to_tsquery",
};

const IS: Readonly<Record<string, string>> = {
  null: "IS NULL",
  not_null: "IS NOT NULL",
  true: "IS TRUE",
  false: "IS FALSE",
  unknown: "IS UNKNOWN",
};

const JSON_TYPES = new Set(["json", "jsonb"]);
const INDEX = /^-?\d+$/;

/** Where columns are looked up. */
export interface Scope {
  readonly alias: string;
  readonly relation: Relation | undefined;
}

function typeOf(scope: Scope, name: string): string | undefined {
  return scope.relation?.columns.find((column) => column.name === name)?.base;
}

/** A column, or what a JSON path finds in it. */
export function fieldSql(scope: Scope, field: Field, values: Values): string {
  const column = `${ident(scope.alias)}.${ident(field.name)}`;
  if (field.json.length === 0) return column;
  const type = typeOf(scope, field.name);
  const isJson = type === undefined || JSON_TYPES.has(type);
  const steps = field.json.map(({ arrow, key }) => {
    return `${arrow}${INDEX.test(key) ? Number(key) : `${values.add(key)}::text`}`;
  });
  return `(${isJson ? column : `to_jsonb(${column})`}${steps.join("")})`;
}

/** Whether an embed has rows, as SQL. */
export function presenceSql(embed: Embed): string {
  const name = ident(embed.lateral);
  return embed.way.toOne ? `${name} IS DISTINCT FROM NULL` : `${name}.rows IS NOT NULL`;
}

function textSearch(scope: Scope, filter: Filter, values: Values): string {
  const language = filter.language === undefined ? "" : `${values.add(filter.language)}, `;
  const type = filter.field.json.length > 0 ? "text" : typeOf(scope, filter.field.name);
  const column = fieldSql(scope, filter.field, values);
  const isVector = type === undefined || type === "tsvector";
  const vector = isVector ? column : `to_tsvector(${language}${column})`;
  const config = filter.language === undefined ? "" : `${values.add(filter.language)}, `;
  const query = `${TEXT_SEARCH[filter.operator]}(${config}${values.add(String(filter.value))})`;
  return `${vector} @@ ${query}`;
}

function comparison(scope: Scope, filter: Filter, values: Values): string {
  const { operator, quantifier } = filter;
  const text = String(filter.value);
  if (TEXT_SEARCH[operator] !== undefined) return textSearch(scope, filter, values);
  const column = fieldSql(scope, filter.field, values);
  if (operator === "is") return `${column} ${IS[text]}`;
  if (operator === "in") {
    const list = typeof filter.value === "string" ? [filter.value] : filter.value;
    return `${column} = ANY (${values.add(arrayLiteral(list))})`;
  }
  const isPattern = operator === "like" || operator === "ilike";
  const operand = values.add(isPattern ? text.replaceAll("*", "%") : text);
  const right = quantifier === undefined ? operand : `${quantifier.toUpperCase()} (${operand})`;
  return `${column} ${OPERATORS[operator]} ${right}`;
}

function filterSql(scope: Scope, node: ReadNode | undefined, filter: Filter, values: Values) {
  const embed = node === undefined ? undefined : presenceOf(node, filter);
  if (embed === undefined) return comparison(scope, filter, values);
  const present = presenceSql(embed);
  return filter.value === "not_null" ? `(${present})` : `(NOT (${present}))`;
}

/** A condition as SQL; `node` makes the presence of embeds known to it. */
export function conditionSql(
  scope: Scope,
  node: ReadNode | undefined,
  condition: Condition,
  values: Values,
): string {
  const not = condition.negated ? "NOT " : "";
  if (condition.kind === "filter") return `${not}${filterSql(scope, node, condition, values)}`;
  const parts = condition.children.map((child) => conditionSql(scope, node, child, values));
  return `${not}(${parts.join(condition.kind === "and" ? " AND " : " OR ")})`;
}
