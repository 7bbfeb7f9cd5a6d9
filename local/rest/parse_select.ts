/** @module Reads `select`: columns, casts, JSON paths and nested embeds. */
import type { SelectItem, SelectRelation } from "./ast.ts";
import { RestError } from "./errors.ts";
import { Scanner } from "./scanner.ts";

const AGGREGATE = /^\.?(?:count|sum|avg|max|min)\(\)/;
const CAST = /^::([A-Za-z_][\w ]*(?:\[\])?)/;

function refuseAggregate(scanner: Scanner): void {
  if (AGGREGATE.test(scanner.rest)) {
    throw new RestError(400, "PGRST123", "Use of aggregate functions is not allowed");
  }
}

function hints(scanner: Scanner): Pick<SelectRelation, "inner"> & { hint?: string } {
  let hint: string | undefined;
  let inner = false;
  while (scanner.take("!")) {
    const word = scanner.name();
    if (word === "inner") inner = true;
    else if (word !== "left") hint = word;
  }
  return hint === undefined ? { inner } : { inner, hint };
}

function relation(
  scanner: Scanner,
  name: string,
  alias: string | undefined,
  spread: boolean,
): SelectRelation {
  const found = hints(scanner);
  scanner.expect("(");
  const select = scanner.nested(() => items(scanner));
  scanner.expect(")");
  return { kind: "relation", name, ...(alias && { alias }), ...found, spread, select };
}

function item(scanner: Scanner): SelectItem {
  refuseAggregate(scanner);
  if (scanner.take("...")) {
    const first = scanner.name();
    const name = scanner.take(":") ? scanner.name() : first;
    return relation(scanner, name, undefined, true);
  }
  if (scanner.take("*")) {
    refuseAggregate(scanner);
    return { kind: "field", field: { name: "*", json: [] } };
  }
  let name = scanner.name();
  let alias: string | undefined;
  if (scanner.peek(":") && !scanner.peek("::")) {
    scanner.expect(":");
    alias = name;
    refuseAggregate(scanner);
    name = scanner.name();
  }
  if (scanner.peek("(") || scanner.peek("!")) return relation(scanner, name, alias, false);
  const json = scanner.jsonPath();
  refuseAggregate(scanner);
  const cast = scanner.match(CAST)?.[1];
  refuseAggregate(scanner);
  return { kind: "field", field: { name, json }, ...(alias && { alias }), ...(cast && { cast }) };
}

function items(scanner: Scanner): SelectItem[] {
  const found: SelectItem[] = [];
  if (scanner.atEnd || scanner.peek(")")) return found;
  do {
    scanner.match(/^\s+/);
    found.push(item(scanner));
    scanner.match(/^\s+/);
  } while (scanner.take(","));
  return found;
}

/** Reads the parameter `select`. */
export function parseSelect(text: string): SelectItem[] {
  const scanner = new Scanner(text, "select parameter");
  const found = items(scanner);
  if (!scanner.atEnd) throw scanner.failure('expecting "," or end of input');
  return found;
}
