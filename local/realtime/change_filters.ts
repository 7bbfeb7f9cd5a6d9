/** @module Filters of table changes, written `column=op.value`. */

/** Operators that are known. */
export type FilterOperator = "eq" | "neq" | "lt" | "lte" | "gt" | "gte" | "in";

/** One filter. */
export interface ChangeFilter {
  readonly column: string;
  readonly operator: FilterOperator;
  /** One value, or the list of `in`. */
  readonly value: string | readonly string[];
}

const SQL_OPERATORS: Readonly<Record<Exclude<FilterOperator, "in">, string>> = {
  eq: "=",
  neq: "<>",
  lt: "<",
  lte: "<=",
  gt: ">",
  gte: ">=",
};

const PATTERN = /^([^=]+)=(?:(eq|neq|lt|lte|gt|gte|in))\.(.*)$/s;
const COMBINED = /,[^,=()]+=(?:not\.)?[a-z]+\./;
const MAX_VALUES = 100;

/** A filter that cannot be understood; the message is for the client. */
export class FilterError extends Error {}

/** Reads a filter. */
export function parseFilter(text: string): ChangeFilter {
  const [, column, operator, rest = ""] = PATTERN.exec(text) ?? [];
  if (column === undefined || operator === undefined) {
    throw new FilterError(`Error parsing filter: ${text}`);
  }
  if (operator === "in") {
    const list = /^\((.*)\)$/s.exec(rest)?.[1];
    if (list === undefined) throw new FilterError(`Error parsing filter: ${text}`);
    const values = list.split(",").map((value) => value.trim().replace(/^"(.*)"$/s, "$1"));
    if (values.length > MAX_VALUES) throw new FilterError("filter: more than 100 values");
    return { column, operator, value: values };
  }
  if (COMBINED.test(rest)) {
    throw new FilterError("combined filters are not part of the local stack");
  }
  return { column, operator: operator as FilterOperator, value: rest };
}

/** Quotes a name for SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The condition on a row named `alias`; `parameter` stands for the filter's value. */
export function filterSql(
  filter: ChangeFilter,
  alias: string,
  type: string,
  parameter: string,
): string {
  const column = `${alias}.${quoted(filter.column)}`;
  if (filter.operator === "in") return `${column} = any(${parameter}::text[]::${type}[])`;
  return `${column} ${SQL_OPERATORS[filter.operator]} ${parameter}::text::${type}`;
}
