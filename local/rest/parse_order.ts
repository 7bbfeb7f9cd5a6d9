/** @module Reads `order`. */
import type { OrderTerm } from "./ast.ts";
import { Scanner } from "./scanner.ts";

const END = "(?=[.,]|$)";
const DIRECTION = new RegExp(`^\\.(asc|desc)${END}`);
const NULLS = new RegExp(`^\\.nulls(first|last)${END}`);

function term(scanner: Scanner): OrderTerm {
  const first = scanner.field();
  let target: Pick<OrderTerm, "field" | "relation"> = { field: first };
  if (first.json.length === 0 && scanner.take("(")) {
    target = { relation: first.name, field: scanner.field() };
    scanner.expect(")");
  }
  const direction = scanner.match(DIRECTION)?.[1] as OrderTerm["direction"];
  const nulls = scanner.match(NULLS)?.[1] as OrderTerm["nulls"];
  return { ...target, ...(direction && { direction }), ...(nulls && { nulls }) };
}

/** Reads the parameter `order`. */
export function parseOrder(text: string): OrderTerm[] {
  const scanner = new Scanner(text, "order");
  const terms: OrderTerm[] = [];
  do terms.push(term(scanner)); while (scanner.take(","));
  if (!scanner.atEnd) {
    throw scanner.failure(
      'expecting "asc", "desc", "nullsfirst", "nullslast", "," or end of input',
    );
  }
  return terms;
}
