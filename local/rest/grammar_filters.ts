/** @module The grammar of filters and of the trees in `and` and `or`. */
import type { Comparison, Condition, Operation } from "./ast.ts";
import { delimiter, field, fieldName, identifier, lexeme, quotedValue } from "./grammar.ts";
import {
  anyChar,
  before,
  between,
  bind,
  char,
  choice,
  label,
  lazy,
  many,
  map,
  noneOf,
  notFollowedBy,
  optional,
  or,
  type Parser,
  pure,
  sepBy1,
  string,
  then,
  try_,
} from "./parsec.ts";

/** SQL of the operators that take one value. */
const SIMPLE: readonly (readonly [string, string])[] = [
  ["neq", "<>"],
  ["cs", "@>"],
  ["cd", "<@"],
  ["ov", "&&"],
  ["sl", "<<"],
  ["sr", ">>"],
  ["nxr", "&<"],
  ["nxl", "&>"],
  ["adj", "-|-"],
];

/** SQL of the operators that may be quantified. */
const QUANTIFIED: readonly (readonly [string, string])[] = [
  ["eq", "="],
  ["gte", ">="],
  ["gt", ">"],
  ["lte", "<="],
  ["lt", "<"],
  ["like", "like"],
  ["ilike", "ilike"],
  ["match", "~"],
  ["imatch", "~*"],
];

/** SQL of text searches. */
const SEARCHES: readonly (readonly [string, string])[] = [
  ["fts", "to_tsquery"],
  ["plfts", "plainto_tsquery"],
  ["phfts", "phraseto_tsquery"],
  ["wfts", "websearch_to_tsquery"],
];

const STATES: readonly (readonly [string, string])[] = [
  ["null", "NULL"],
  ["not_null", "NOT NULL"],
  ["true", "TRUE"],
  ["false", "FALSE"],
  ["unknown", "UNKNOWN"],
];

function joined(parser: Parser<string[]>): Parser<string> {
  return map(parser, (parts) => parts.join(""));
}

function oneWord(table: readonly (readonly [string, string])[]): Parser<string> {
  return choice(...table.map(([word, sql]) => try_(map(string(word), () => sql))));
}

/** A word in either case. */
function anyCase(word: string): Parser<string> {
  return [...word].reduce(
    (all: Parser<string>, one) => then(all, or(char(one), char(one.toUpperCase()))),
    pure(""),
  );
}

const free = joined(many(noneOf(",)")));
const plain = try_(before(quotedValue, notFollowedBy(noneOf(",)"))));
const element: Parser<string> = or(plain, free);

const list: Parser<string[]> = then(
  lexeme(char("(")),
  before(sepBy1(element, char(",")), lexeme(char(")"))),
);

const state: Parser<string> = label(
  choice(...STATES.map(([word, sql]) => try_(map(anyCase(word), () => sql)))),
  "isVal: (null, not_null, true, false, unknown)",
);

const quantifier = optional(try_(between(
  char("("),
  char(")"),
  or(
    try_(map(string("any"), () => "ANY" as const)),
    map(string("all"), () => "ALL" as const),
  ),
)));

function search(value: Parser<string>): Parser<Operation> {
  const language = optional(try_(between(char("("), char(")"), identifier)));
  return bind(
    oneWord(SEARCHES),
    (operator) =>
      bind(language, (found) =>
        map(then(delimiter, value), (text): Operation => ({
          kind: "search",
          operator,
          language: found,
          value: text,
        }))),
  );
}

function quantified(value: Parser<string>): Parser<Operation> {
  return bind(
    oneWord(QUANTIFIED),
    (operator) =>
      bind(quantifier, (found) =>
        map(then(delimiter, value), (text): Operation => ({
          kind: "quantified",
          operator,
          quantifier: found,
          value: text,
        }))),
  );
}

function operation(value: Parser<string>): Parser<Operation> {
  const simple = bind(
    oneWord(SIMPLE),
    (operator) =>
      map(then(delimiter, value), (text): Operation => ({ kind: "simple", operator, value: text })),
  );
  return label(
    choice<Operation>(
      map(then(try_(then(string("in"), delimiter)), list), (values) => ({ kind: "in", values })),
      map(then(try_(then(string("is"), delimiter)), state), (found) => ({
        kind: "is",
        value: found,
      })),
      map(then(try_(then(string("isdistinct"), delimiter)), value), (text) => ({
        kind: "distinct",
        value: text,
      })),
      try_(search(value)),
      try_(simple),
      try_(quantified(value)),
    ),
    "operator (eq, gt, ...)",
  );
}

function comparison(value: Parser<string>): Parser<Comparison> {
  const negation = or(
    try_(map(then(string("not"), delimiter), () => true)),
    pure(false),
  );
  return bind(
    negation,
    (negated) => map(operation(value), (found) => ({ negated, operation: found })),
  );
}

/** The value of a filter. */
export const filterValue: Parser<Comparison> = comparison(joined(many(anyChar)));

const pgArray = map(
  between(string("{"), string("}"), joined(many(noneOf("{}")))),
  (text) => `{${text}}`,
);
const nestedComparison = comparison(or(plain, or(try_(pgArray), free)));

const nestedFilter: Parser<Condition> = bind(
  before(field, delimiter),
  (found) => map(nestedComparison, (compared) => ({ kind: "filter", field: found, ...compared })),
);

const negation = label(
  or(try_(map(then(string("not"), delimiter), () => true)), pure(false)),
  "negation operator (not)",
);
const joiner: Parser<"and" | "or"> = label(
  or(
    try_(map(string("and"), () => "and" as const)),
    map(string("or"), () => "or" as const),
  ),
  "logic operator (and, or)",
);

/** A tree such as `or(a.eq.1,b.is.null)`. */
export const logicTree: Parser<Condition> = or(
  try_(nestedFilter),
  bind(negation, (negated) =>
    bind(joiner, (kind) =>
      map(
        then(
          lexeme(char("(")),
          before(
            sepBy1(lazy(() => logicTree), lexeme(char(","))),
            lexeme(char(")")),
          ),
        ),
        (children): Condition => ({ kind, negated, children }),
      ))),
);

/** The key of a tree: embeds, then the operator and its negation. */
export const logicPath: Parser<{ path: string[]; operator: string }> = map(
  sepBy1(fieldName, delimiter),
  (parts) => {
    const operator = parts.at(-1) ?? "";
    return {
      path: parts.slice(0, -1).filter((part) => part !== "not"),
      operator: parts.includes("not") ? `not.${operator}` : operator,
    };
  },
);
