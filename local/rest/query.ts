/** @module Reads a whole query string. */
import type { At, Condition, Field, OrderTerm, Query, SelectItem } from "./ast.ts";
import { parseFailure } from "./errors.ts";
import { hasOperator, parseFilter, parseLogic } from "./parse_filters.ts";
import { parseOrder } from "./parse_order.ts";
import { parseSelect } from "./parse_select.ts";
import { Scanner } from "./scanner.ts";

const INTEGER = /^-?\d+$/;
const ALL: readonly SelectItem[] = [{ kind: "field", field: { name: "*", json: [] } }];
const ENDS = /^(?:(.+)\.)?(order|limit|offset)$/;
const LOGIC = /^(?:(.+)\.)?(and|or)$/;

function names(text: string, what: string): string[] {
  const scanner = new Scanner(text, what);
  const found: string[] = [];
  if (scanner.atEnd) return found;
  do {
    scanner.match(/^\s+/);
    found.push(scanner.name());
  } while (scanner.take(","));
  if (!scanner.atEnd) throw scanner.failure('expecting "," or end of input');
  return found;
}

function pathOf(text: string | undefined): string[] {
  if (text === undefined || text === "") return [];
  const scanner = new Scanner(text, "tree path");
  const path: string[] = [];
  do path.push(scanner.name()); while (scanner.take("."));
  if (!scanner.atEnd) throw scanner.failure('expecting "." or end of input');
  return path;
}

/** The key of a filter: embeds, then a column. */
function target(key: string): { path: string[]; field: Field } {
  const scanner = new Scanner(key, "tree path");
  const path: string[] = [];
  let field = scanner.field();
  while (scanner.take(".")) {
    if (field.json.length > 0) throw scanner.failure("expecting end of input");
    path.push(field.name);
    field = scanner.field();
  }
  if (!scanner.atEnd) throw scanner.failure("expecting end of input");
  return { path, field };
}

function integer(key: string, value: string): number {
  if (!INTEGER.test(value)) throw parseFailure(`${key} parameter`, value, 1, "expecting integer");
  return Number(value);
}

/** Collects the parameters one by one. */
class Collector {
  select: readonly SelectItem[] = ALL;
  columns: string[] | undefined;
  onConflict: string[] | undefined;
  readonly conditions: At<Condition>[] = [];
  readonly orders: At<readonly OrderTerm[]>[] = [];
  readonly limits: At<number>[] = [];
  readonly offsets: At<number>[] = [];
  readonly args: (readonly [string, string])[] = [];

  constructor(private readonly isCall: boolean) {}

  add(key: string, value: string): void {
    if (key === "select") this.select = parseSelect(value);
    else if (key === "columns") this.columns = names(value, "columns parameter");
    else if (key === "on_conflict") this.onConflict = names(value, "on_conflict parameter");
    else if (!this.#addEnd(key, value) && !this.#addLogic(key, value)) this.#addFilter(key, value);
  }

  #addEnd(key: string, value: string): boolean {
    const found = ENDS.exec(key);
    if (found === null) return false;
    const path = pathOf(found[1]);
    if (found[2] === "order") {
      if (value !== "") this.orders.push({ path, value: parseOrder(value) });
    } else if (value !== "") {
      const list = found[2] === "limit" ? this.limits : this.offsets;
      list.push({ path, value: integer(key, value) });
    }
    return true;
  }

  #addLogic(key: string, value: string): boolean {
    const found = LOGIC.exec(key);
    if (found === null) return false;
    const before = found[1] ?? "";
    const negated = before === "not" || before.endsWith(".not");
    const path = pathOf(negated ? before.slice(0, -".not".length) : before);
    const kind = found[2] === "or" ? "or" : "and";
    this.conditions.push({ path, value: parseLogic(kind, negated, value) });
    return true;
  }

  #addFilter(key: string, value: string): void {
    if (this.isCall && !hasOperator(value)) {
      this.args.push([key, value]);
      return;
    }
    const { path, field } = target(key);
    this.conditions.push({ path, value: parseFilter(field, value) });
  }
}

/** Reads the query string of a table's or a function's URL. */
export function parseQuery(params: URLSearchParams, isCall: boolean): Query {
  const collector = new Collector(isCall);
  for (const [key, value] of params) collector.add(key, value);
  const { select, conditions, orders, limits, offsets, columns, onConflict, args } = collector;
  return {
    select,
    conditions,
    orders,
    limits,
    offsets,
    args,
    ...(columns && { columns }),
    ...(onConflict && { onConflict }),
  };
}
