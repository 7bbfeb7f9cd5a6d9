/** @module Writes fields, conditions and orders as SQL. */
import type { JsonStep, Operation } from "./ast.ts";
import {
  nameOfRows,
  type PlannedCondition,
  type PlannedField,
  type PlannedOrder,
  type ReadNode,
  type TypedField,
} from "./plan.ts";
import type { Name } from "./schema.ts";
import { arrayLiteral, ident, qualified, type Values } from "./sql_text.ts";

/** A column of some rows. */
export function columnSql(rows: Name, name: string): string {
  return `${qualified(rows)}.${name === "*" ? "*" : ident(name)}`;
}

function pathSql(steps: readonly JsonStep[], values: Values): string {
  return steps.map(({ arrow, key, isIndex }) => {
    return `${arrow}${values.add(key)}${isIndex ? "::int" : ""}`;
  }).join("");
}

/** A column, or what a JSON path finds in it. */
export function fieldSql(rows: Name, field: TypedField, values: Values): string {
  if (field.fullRow) return qualified(rows);
  const column = columnSql(rows, field.name);
  if (field.json.length === 0) return column;
  return (field.toJson ? `to_jsonb(${column})` : column) + pathSql(field.json, values);
}

function cast(value: string, type: string | undefined): string {
  // Types are words of letters, digits, `_`, `$` and blanks: the grammar lets nothing else in.
  return type === undefined ? value : `CAST( ${value} AS ${type} )`;
}

/** A column of an answer. */
export function selectSql(rows: Name, item: PlannedField, values: Values): string {
  const field = fieldSql(rows, item.field, values);
  const given = item.field.transform === undefined ? field : `${item.field.transform}(${field})`;
  const value = cast(given, item.cast);
  const shown = item.aggregate === undefined
    ? value
    : cast(`${item.aggregate.toUpperCase()}(${value})`, item.aggregateCast);
  return item.alias === undefined ? shown : `${shown} AS ${ident(item.alias)}`;
}

function operand(value: string, field: TypedField): string {
  return field.transform === undefined ? value : `${field.transform}(${value})`;
}

function listSql(items: readonly string[], field: TypedField, values: Values): string {
  if (items.length === 1 && items[0] === "") return "= ANY('{}')";
  const list = values.add(arrayLiteral(items));
  const { transform } = field;
  if (transform === undefined) return `= ANY (${list})`;
  return `= ANY ((SELECT array_agg(${transform}(x)) FROM unnest(${list}::text[]) x))`;
}

function searchSql(
  rows: Name,
  field: TypedField,
  operation: Operation & { kind: "search" },
  values: Values,
): string {
  const column = fieldSql(rows, field, values);
  const { language, operator, value } = operation;
  function inLanguage(text: string): string {
    return language === undefined ? text : `${values.add(language)}, ${text}`;
  }
  const vector = field.isText ? `to_tsvector(${inLanguage(column)})` : column;
  return `${vector} @@ ${operator}(${inLanguage(values.add(value))})`;
}

function operationSql(operation: Operation, field: TypedField, values: Values): string {
  switch (operation.kind) {
    case "simple":
      return `${operation.operator} ${operand(values.add(operation.value), field)}`;
    case "quantified": {
      const { operator, quantifier, value } = operation;
      const isPattern = operator === "like" || operator === "ilike";
      const right = isPattern
        ? values.add(value.replaceAll("*", "%"))
        : operand(values.add(value), field);
      return `${operator} ${quantifier === undefined ? right : `${quantifier}(${right})`}`;
    }
    case "is":
      return `IS ${operation.value}`;
    case "distinct":
      return `IS DISTINCT FROM ${values.add(operation.value)}`;
    case "in":
      return listSql(operation.values, field, values);
    case "search":
      throw new TypeError("A search is written as a whole");
  }
}

/** Writes whether an embed has rows. */
export type PresenceSql = (embed: ReadNode, isPresent: boolean, values: Values) => string;

/** The embed's join says whether it has rows. */
export function joinedPresence(embed: ReadNode, isPresent: boolean): string {
  return `${ident(embed.lateral)} IS ${isPresent ? "DISTINCT FROM" : "NOT DISTINCT FROM"} NULL`;
}

/** A condition as SQL. */
export function conditionSql(
  rows: Name,
  condition: PlannedCondition,
  values: Values,
  presence: PresenceSql = joinedPresence,
): string {
  if (condition.kind === "presence") {
    return presence(condition.embed, condition.isPresent, values);
  }
  const not = condition.negated ? "NOT " : "";
  if (condition.kind === "filter") {
    const { field, operation } = condition;
    if (operation.kind === "search") return not + searchSql(rows, field, operation, values);
    return `${not}${fieldSql(rows, field, values)} ${operationSql(operation, field, values)}`;
  }
  const parts = condition.children.map((child) => conditionSql(rows, child, values, presence));
  return `${not}(${parts.join(condition.kind === "and" ? " AND " : " OR ")})`;
}

function termSql(rows: Name, term: PlannedOrder, values: Values): string {
  const from = term.lateral === undefined ? rows : { schema: "", name: term.lateral };
  return [fieldSql(from, term.field, values), term.direction, term.nulls]
    .filter((part) => part !== undefined).join(" ");
}

/** The order of a node's rows. */
export function orderSql(node: ReadNode, values: Values): string {
  if (node.order.length === 0) return "";
  const rows = nameOfRows(node);
  return ` ORDER BY ${node.order.map((term) => termSql(rows, term, values)).join(", ")}`;
}
