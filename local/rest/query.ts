/** @module Reads a whole query string. */
import type { At, Condition, Filter, OrderTerm, SelectItem } from "./ast.ts";
import { RestError } from "./errors.ts";
import { forest, names, order, treePath } from "./grammar.ts";
import { filterValue, logicPath, logicTree } from "./grammar_filters.ts";
import { describe, type Parser, placeOf } from "./parsec.ts";
import { ALL_ROWS, intersect, limited, type Range, startingAt } from "./ranges.ts";

/** A whole query string. */
export interface Query {
  readonly select: readonly SelectItem[];
  readonly filters: readonly At<Filter>[];
  readonly logic: readonly At<Condition>[];
  readonly orders: readonly At<readonly OrderTerm[]>[];
  /** By the embeds' path, as it was written; the top's is `limit`. */
  readonly ranges: ReadonlyMap<string, Range>;
  readonly columns: readonly string[] | undefined;
  readonly onConflict: readonly string[] | undefined;
  /** Keys of all filters. */
  readonly filterKeys: ReadonlySet<string>;
  /** Arguments of a function that is called by GET. */
  readonly args: readonly (readonly [string, string])[];
  /** All parameters in the order of their names, for `Content-Location`. */
  readonly canonical: string;
}

const RESERVED = new Set(["select", "columns", "on_conflict"]);
const RESERVED_ENDS = new Set(["order", "limit", "offset", "and", "or"]);
const INTEGER = /^\s*-?\d+\s*$/;
/** Parsed parts that are remembered; a busy API repeats itself. */
const MAX_REMEMBERED = 2000;
/** Longer texts are rarely repeated. */
const MAX_REMEMBERED_CHARS = 1000;

const remembered = new Map<string, unknown>();

function parse<T>(parser: Parser<T>, what: string, text: string, shown = text): T {
  const key = `${what}\n${text}`;
  const known = remembered.get(key);
  if (known !== undefined) return known as T;
  const result = parser(text, 0);
  if (!result.ok) {
    const message = `"failed to parse ${what} (${shown})" ${placeOf(text, result.failure)}`;
    throw new RestError(400, "PGRST100", message, { details: describe(result.failure) });
  }
  if (text.length <= MAX_REMEMBERED_CHARS) {
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(key, result.value);
  }
  return result.value;
}

function lastWord(key: string): string {
  return key.slice(key.lastIndexOf(".") + 1);
}

function decode(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Broken escapes stay as they are, byte by byte.
    return spaced.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
      const bytes = Uint8Array.from(run.slice(1).split("%"), (hex) => parseInt(hex, 16));
      return new TextDecoder().decode(bytes);
    });
  }
}

type Param = readonly [key: string, value: string | undefined];

/** The parameters; those without `=` have no value. */
export function readParams(search: string): Param[] {
  const text = search.startsWith("?") ? search.slice(1) : search;
  return text.split(/[&;]/).filter((part) => part !== "").map((part): Param => {
    const at = part.indexOf("=");
    if (at < 0) return [decode(part), undefined];
    return [decode(part.slice(0, at)), decode(part.slice(at + 1))];
  });
}

const UNRESERVED = /[^A-Za-z0-9\-_.~]/gu;

function encode(text: string): string {
  return text.replace(UNRESERVED, (char) => {
    const bytes = new TextEncoder().encode(char);
    return [...bytes].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(
      "",
    );
  });
}

function canonical(params: readonly Param[]): string {
  return params.toSorted(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)
    .map(([key, value]) => `${encode(key)}=${encode(value ?? "").replaceAll("%20", "+")}`)
    .join("&");
}

function integer(text: string): number | undefined {
  return INTEGER.test(text) ? Number(text) : undefined;
}

function readRanges(params: readonly (readonly [string, string])[]): Map<string, Range> {
  const limits = new Map<string, Range>();
  const offsets = new Map<string, Range>();
  for (const [key, value] of params) {
    const word = lastWord(key);
    if (word === "limit") {
      limits.set(key, limited(ALL_ROWS, integer(value)));
    } else if (word === "offset") {
      const offset = integer(value);
      const name = `${key.slice(0, key.length - "offset".length)}limit`;
      offsets.set(name, offset === undefined ? ALL_ROWS : startingAt(offset));
    }
  }
  const ranges = new Map(limits);
  for (const [key, range] of offsets) {
    const limit = limits.get(key);
    if (limit === undefined) ranges.set(key, range);
    else {
      const size = limit.upper === Infinity ? 0 : limit.upper - limit.lower + 1;
      ranges.set(key, { lower: range.lower, upper: range.lower + size - 1 });
    }
  }
  return ranges;
}

/** Embeds that a range is about; the last name is `limit`. */
export function rangePath(key: string): readonly string[] {
  return parse(treePath, "tree path", key).path;
}

interface Filters {
  readonly filters: At<Filter>[];
  readonly args: (readonly [string, string])[];
}

function readFilters(
  params: readonly (readonly [string, string])[],
  isCall: boolean,
): Filters {
  const filters: At<Filter>[] = [];
  const args: (readonly [string, string])[] = [];
  for (const [key, value] of params) {
    const { path, field } = parse(treePath, "tree path", key);
    if (isCall) {
      const result = filterValue(value, 0);
      // What does not even begin like a filter is an argument.
      if (!result.ok && !result.took) {
        args.push([field.name, value]);
        continue;
      }
    }
    const comparison = parse(filterValue, "filter", value);
    filters.push({ path, value: { kind: "filter", field, ...comparison } });
  }
  return { filters, args };
}

function readLogic(params: readonly (readonly [string, string])[]): At<Condition>[] {
  return params.map(([key, value]) => {
    const { path, operator } = parse(logicPath, "logic path", key);
    return { path, value: parse(logicTree, "logic tree", operator + value, value) };
  });
}

function readOrders(
  params: readonly (readonly [string, string])[],
): At<readonly OrderTerm[]>[] {
  return params.map(([key, value]) => {
    const { path } = parse(treePath, "tree path", key);
    return { path, value: parse(order, "order", value) };
  });
}

/** Reads the query string of a table's or a function's URL. */
export function parseQuery(search: string, isCall: boolean): Query {
  const all = readParams(search);
  const valued = all.filter((param): param is [string, string] => param[1] !== undefined);
  function first(name: string): string | undefined {
    return all.find(([key]) => key === name)?.[1];
  }
  function ending(...words: readonly string[]): [string, string][] {
    return valued.filter(([key]) => words.includes(lastWord(key)));
  }
  const others = valued.filter(([key]) => {
    return !RESERVED.has(key) && !RESERVED_ENDS.has(lastWord(key));
  });
  const orders = readOrders(ending("order"));
  const logic = readLogic(ending("and", "or"));
  const columns = first("columns");
  const onConflict = first("on_conflict");
  return {
    orders,
    logic,
    columns: columns === undefined
      ? undefined
      : [...new Set(parse(names, "columns parameter", columns))].toSorted(),
    select: parse(forest, "select parameter", first("select") ?? "*"),
    ...readFilters(others, isCall),
    ranges: readRanges(valued),
    onConflict: onConflict === undefined
      ? undefined
      : parse(names, "on_conflict parameter", onConflict),
    filterKeys: new Set(others.map(([key]) => key)),
    canonical: canonical(all),
  };
}

/** The range of the whole answer, which the header `Range` narrows. */
export function topRange(query: Query, header: Range): Range {
  return intersect(header, query.ranges.get("limit") ?? ALL_ROWS);
}
