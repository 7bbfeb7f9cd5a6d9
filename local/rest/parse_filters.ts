/** @module Reads filters such as `id=eq.1` and trees such as `or=(a.eq.1,b.is.null)`. */
import type { Condition, Field, Filter, Logic } from "./ast.ts";
import { Scanner } from "./scanner.ts";

const SIMPLE = new Set([
  "neq",
  "cs",
  "cd",
  "ov",
  "sl",
  "sr",
  "nxr",
  "nxl",
  "adj",
  "isdistinct",
]);
const QUANTIFIABLE = new Set([
  "eq",
  "gt",
  "gte",
  "lt",
  "lte",
  "like",
  "ilike",
  "match",
  "imatch",
]);
const TEXT_SEARCH = new Set(["fts", "plfts", "phfts", "wfts"]);
const IS_VALUES = new Set(["null", "not_null", "true", "false", "unknown"]);
const OPERATOR = /^([a-z]+)(?:\(([^()]*)\))?\./;
const LOOKS_LIKE_OPERATION = /^(?:not\.)?([a-z]+)(?:\([^()]*\))?\./;

function isOperator(word: string | undefined): boolean {
  if (word === undefined) return false;
  return SIMPLE.has(word) || QUANTIFIABLE.has(word) || TEXT_SEARCH.has(word) || word === "in" ||
    word === "is";
}

/** Whether a value is a filter; for functions the others are arguments. */
export function hasOperator(value: string): boolean {
  return isOperator(LOOKS_LIKE_OPERATION.exec(value)?.[1]);
}

interface Head {
  readonly negated: boolean;
  readonly operator: string;
  readonly quantifier?: "any" | "all";
  readonly language?: string;
}

/** What stands before the value: `not.`, the operator and what it has in parentheses. */
function head(scanner: Scanner): Head {
  const negated = scanner.take("not.");
  const before = scanner.failure(`expecting operator (eq, gt, ...)`);
  const found = scanner.match(OPERATOR);
  const operator = found?.[1];
  const option = found?.[2];
  if (operator === undefined || !isOperator(operator)) throw before;
  if (option === undefined) return { negated, operator };
  if (TEXT_SEARCH.has(operator)) return { negated, operator, language: option };
  if ((option === "any" || option === "all") && QUANTIFIABLE.has(operator)) {
    return { negated, operator, quantifier: option };
  }
  throw before;
}

function checkIs(scanner: Scanner, text: string): string {
  const value = text.toLowerCase();
  if (!IS_VALUES.has(value)) {
    throw scanner.failure("expecting null, not_null, true, false or unknown");
  }
  return value;
}

/** Reads the operation of a filter whose value goes to the end. */
export function parseFilter(field: Field, text: string): Filter {
  const scanner = new Scanner(text, "filter");
  const found = head(scanner);
  if (found.operator === "in") {
    const value = scanner.list();
    if (!scanner.atEnd) throw scanner.failure("expecting end of input");
    return { kind: "filter", field, ...found, value };
  }
  const value = found.operator === "is" ? checkIs(scanner, scanner.rest) : scanner.rest;
  return { kind: "filter", field, ...found, value };
}

/** A value within a tree ends at a comma or parenthesis, unless it is quoted. */
function nestedValue(scanner: Scanner): string {
  if (scanner.peek('"')) return scanner.quoted();
  const array = scanner.match(/^\{[^{}]*\}/)?.[0];
  return array ?? scanner.match(/^[^,)]*/)?.[0] ?? "";
}

function member(scanner: Scanner): Condition {
  scanner.match(/^\s+/);
  const joined = scanner.match(/^(not\.)?(and|or)(?=\()/);
  if (joined !== null) {
    const kind = joined[2] === "or" ? "or" : "and";
    return { kind, negated: joined[1] !== undefined, children: members(scanner) };
  }
  const field = scanner.field();
  scanner.expect(".");
  const found = head(scanner);
  if (found.operator === "in") return { kind: "filter", field, ...found, value: scanner.list() };
  const text = nestedValue(scanner);
  const value = found.operator === "is" ? checkIs(scanner, text) : text;
  return { kind: "filter", field, ...found, value };
}

function members(scanner: Scanner): Condition[] {
  scanner.expect("(");
  const children = scanner.nested(() => {
    const read: Condition[] = [];
    do {
      read.push(member(scanner));
      scanner.match(/^\s+/);
    } while (scanner.take(","));
    return read;
  });
  scanner.expect(")");
  return children;
}

/** Reads the value of `and`, `or` and their negations. */
export function parseLogic(kind: "and" | "or", negated: boolean, text: string): Logic {
  const scanner = new Scanner(text, "logic tree");
  const children = members(scanner);
  if (!scanner.atEnd) throw scanner.failure("expecting end of input");
  return { kind, negated, children };
}
