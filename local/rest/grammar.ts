/** @module The grammar of names, `select`, `order` and `columns`. */
import type { Aggregate, Field, JsonStep, OrderTerm, SelectItem } from "./ast.ts";
import {
  anyChar,
  before,
  between,
  bind,
  char,
  choice,
  digit,
  eof,
  fail,
  label,
  lazy,
  letter,
  lookAhead,
  many,
  many1,
  map,
  noneOf,
  notFollowedBy,
  oneOf,
  optional,
  or,
  type Parser,
  pure,
  sepBy,
  sepBy1,
  string,
  then,
  try_,
} from "./parsec.ts";

const blanks = many(oneOf(" \t"));

/** Allows blanks around. */
export function lexeme<T>(parser: Parser<T>): Parser<T> {
  return then(blanks, before(parser, blanks));
}

function joined(parser: Parser<string[]>): Parser<string> {
  return map(parser, (parts) => parts.join(""));
}

/** Something that follows is seen, but not taken. */
function ahead(text: string): Parser<string> {
  return try_(lookAhead(string(text)));
}

/** The point between an operator and its value, or between embeds. */
export const delimiter: Parser<string> = label(char("."), "delimiter (.)");

/** A text in double quotes, in which a backslash escapes. */
export const quotedValue: Parser<string> = between(
  char('"'),
  char('"'),
  joined(many(or(noneOf('\\"'), then(char("\\"), anyChar)))),
);

const identifierChar = or(letter, or(digit, oneOf("_ $")));

/** Letters, digits and blanks. */
export const identifier: Parser<string> = map(
  joined(many1(identifierChar)),
  (text) => text.trim(),
);

const dash = try_(before(char("-"), notFollowedBy(char(">"))));

function dashed(parser: Parser<string>): Parser<string> {
  return map(sepBy1(parser, dash), (parts) => parts.join("-"));
}

/** Name of a column or relation. */
export const fieldName: Parser<string> = label(
  or(quotedValue, dashed(identifier)),
  "field name (* or [a..z0..9_$])",
);

const jsonKey: Parser<string> = label(
  or(quotedValue, dashed(map(joined(many1(noneOf("(-:.,>)"))), (text) => text.trim()))),
  "any non reserved character different from: .,>()",
);

const indexEnd: Parser<unknown> = choice<unknown>(
  ahead("->"),
  ahead("::"),
  ahead("."),
  ahead(","),
  try_(eof),
);

const sign = or(char("-"), pure("+"));
const index = before(
  bind(sign, (before_) => map(many1(digit), (digits) => before_ + digits.join(""))),
  indexEnd,
);

type Operand = Pick<JsonStep, "key" | "isIndex">;

const operand: Parser<Operand> = or(
  try_(map(index, (key) => ({ key, isIndex: true }))),
  try_(map(jsonKey, (key) => ({ key, isIndex: false }))),
);

const arrow: Parser<JsonStep["arrow"]> = or(
  try_(map(string("->>"), () => "->>" as const)),
  try_(map(string("->"), () => "->" as const)),
);

const jsonPath: Parser<JsonStep[]> = many(
  bind(arrow, (taken) => map(operand, (found) => ({ arrow: taken, ...found }))),
);

/** A column, with a path into its document. */
export const field: Parser<Field> = lexeme(
  bind(fieldName, (name) => map(or(jsonPath, pure([])), (json) => ({ name, json }))),
);

/** Embeds, then a column. */
export const treePath: Parser<{ path: string[]; field: Field }> = bind(
  sepBy1(fieldName, delimiter),
  (names) =>
    map(or(jsonPath, pure([])), (json) => ({
      path: names.slice(0, -1),
      field: { name: names.at(-1) ?? "", json },
    })),
);

const aliasMark = before(char(":"), notFollowedBy(char(":")));
const alias = optional(try_(before(fieldName, aliasMark)));

type EmbedOption = { readonly hint: string } | { readonly join: "inner" | "left" };

const embedOption: Parser<EmbedOption> = then(
  char("!"),
  choice<EmbedOption>(
    try_(map(string("left"), () => ({ join: "left" as const }))),
    try_(map(string("inner"), () => ({ join: "inner" as const }))),
    try_(map(fieldName, (hint) => ({ hint }))),
  ),
);

interface EmbedOptions {
  readonly hint: string | undefined;
  readonly join: "inner" | "left" | undefined;
}

const embedOptions: Parser<EmbedOptions> = bind(
  optional(embedOption),
  (first) =>
    map(optional(embedOption), (second) => {
      const both = [first, second].filter((option) => option !== undefined);
      return {
        hint: both.find((option) => "hint" in option)?.hint,
        join: both.find((option) => "join" in option)?.join,
      };
    }),
);

const children: Parser<SelectItem[]> = between(char("("), char(")"), lazy(() => forest));

const relationHead = lexeme(
  bind(alias, (as) =>
    bind(fieldName, (name) =>
      then(
        name === "count" ? fail : pure(null),
        map(before(embedOptions, ahead("(")), (options) => ({ alias: as, name, ...options })),
      ))),
);

const spreadHead = lexeme(
  bind(
    then(string("..."), fieldName),
    (name) =>
      map(before(embedOptions, ahead("(")), (options) => ({ alias: undefined, name, ...options })),
  ),
);

const end: Parser<unknown> = choice<unknown>(ahead(")"), ahead(","), try_(eof));
const cast = optional(then(string("::"), identifier));

const aggregation: Parser<Aggregate> = choice<Aggregate>(
  map(string("sum"), () => "sum"),
  map(string("avg"), () => "avg"),
  map(string("count"), () => "count"),
  map(try_(string("max")), () => "max"),
  map(try_(string("min")), () => "min"),
);

const NOTHING = {
  alias: undefined,
  cast: undefined,
  aggregate: undefined,
  aggregateCast: undefined,
} as const;
const ALL: Field = { name: "*", json: [] };

const star: Parser<SelectItem> = map(
  before(string("*"), end),
  () => ({ ...NOTHING, kind: "field", field: ALL }),
);

const count: Parser<SelectItem> = bind(
  alias,
  (as) =>
    map(before(then(string("count()"), cast), end), (aggregateCast): SelectItem => ({
      ...NOTHING,
      kind: "field",
      field: ALL,
      alias: as,
      aggregate: "count",
      aggregateCast,
    })),
);

const column: Parser<SelectItem> = bind(
  alias,
  (as) =>
    bind(field, (found) =>
      bind(cast, (type) =>
        bind(
          optional(try_(before(then(char("."), aggregation), string("()")))),
          (aggregate) =>
            map(before(cast, end), (aggregateCast): SelectItem => ({
              kind: "field",
              field: found,
              alias: as,
              cast: type,
              aggregate,
              aggregateCast,
            })),
        ))),
);

const selectField = lexeme(or(try_(star), or(try_(count), column)));

type Head = EmbedOptions & { readonly alias: string | undefined; readonly name: string };

function withChildren(head: Parser<Head>, spread: boolean): Parser<SelectItem> {
  return bind(
    try_(head),
    (found) =>
      map(children, (select): SelectItem => ({ kind: "relation", ...found, spread, select })),
  );
}

const tree: Parser<SelectItem> = or(
  withChildren(spreadHead, true),
  or(withChildren(relationHead, false), selectField),
);

/** The value of `select`. */
export const forest: Parser<SelectItem[]> = sepBy(tree, lexeme(char(",")));

/** Names with commas between them. */
export const names: Parser<string[]> = sepBy1(fieldName, lexeme(char(",")));

const direction = or(
  try_(map(then(delimiter, string("asc")), () => "ASC" as const)),
  try_(map(then(delimiter, string("desc")), () => "DESC" as const)),
);
const nulls = or(
  try_(map(then(delimiter, string("nullsfirst")), () => "NULLS FIRST" as const)),
  try_(map(then(delimiter, string("nullslast")), () => "NULLS LAST" as const)),
);
const orderEnd: Parser<unknown> = or<unknown, unknown>(ahead(","), try_(eof));

function ordered(
  target: Parser<Pick<OrderTerm, "field" | "relation">>,
): Parser<OrderTerm> {
  const last = or(before(optional(nulls), orderEnd), map(orderEnd, () => undefined));
  return bind(
    target,
    (found) =>
      bind(
        optional(direction),
        (way) => map(last, (place) => ({ ...found, direction: way, nulls: place })),
      ),
  );
}

const relatedTerm = ordered(
  bind(
    fieldName,
    (relation) =>
      map(between(char("("), char(")"), field), (found) => ({ field: found, relation })),
  ),
);
const plainTerm = ordered(map(field, (found) => ({ field: found, relation: undefined })));

/** The value of `order`. */
export const order: Parser<OrderTerm[]> = sepBy1(
  lexeme(or(try_(relatedTerm), plainTerm)),
  char(","),
);
