/** @module Chooses the relationship that an embed means. */
import type { SelectRelation } from "./ast.ts";
import { RestError } from "./errors.ts";
import type { ColumnPairs, Relation, Relationship, Schema } from "./schema_cache.ts";

function isFirst(pairs: ColumnPairs, name: string): boolean {
  return pairs.length === 1 && pairs[0]?.[0] === name;
}

function isSecond(pairs: ColumnPairs, name: string): boolean {
  return pairs.length === 1 && pairs[0]?.[1] === name;
}

/** A foreign key's only column, on whichever side it is. */
function matchesColumn(way: Relationship, name: string): boolean {
  if (way.kind === "m2o" || way.kind === "o2o") return isFirst(way.pairs, name);
  return false;
}

function matchesReference(way: Relationship, name: string): boolean {
  if (way.kind === "m2o") return isSecond(way.pairs, name);
  if (way.kind === "o2m" || way.kind === "o2o") {
    return isFirst(way.pairs, name) || isSecond(way.pairs, name);
  }
  return false;
}

function matchesHint(way: Relationship, hint: string): boolean {
  if (way.kind === "m2m") return way.junction?.relation.name === hint;
  return way.constraint === hint || matchesColumn(way, hint) || matchesReference(way, hint);
}

/**
 * A table that refers to itself has one foreign key and two ways: its name means the many, the
 * key's column means the one.
 */
function matchesSelf(way: Relationship, asked: SelectRelation): boolean {
  const { name, hint } = asked;
  if (hint === undefined) {
    return (way.to.name === name && way.kind === "o2m") ||
      (way.isTable && matchesColumn(way, name));
  }
  if (way.to.name !== name) return false;
  if (way.kind === "m2m") return way.junction?.relation.name === hint;
  return way.kind === "o2m" && (way.constraint === hint || isSecond(way.pairs, hint));
}

function matches(way: Relationship, asked: SelectRelation): boolean {
  if (way.kind === "computed") return way.constraint === asked.name;
  if (way.isSelf) return matchesSelf(way, asked);
  const { name, hint } = asked;
  if (hint === undefined) {
    if (way.to.name === name) return true;
    return way.isTable && way.kind !== "m2m" &&
      (way.constraint === name || matchesColumn(way, name));
  }
  return way.to.name === name && matchesHint(way, hint);
}

function notFound(from: Relation, asked: SelectRelation): RestError {
  const { name, hint } = asked;
  const using = hint === undefined ? "" : ` using the hint '${hint}'`;
  return new RestError(
    400,
    "PGRST200",
    `Could not find a relationship between '${from.name}' and '${name}' in the schema cache`,
    {
      details: `Searched for a foreign key relationship between '${from.name}' and '${name}'` +
        `${using} in the schema '${from.schema}', but no matches were found.`,
    },
  );
}

const CARDINALITY = {
  m2o: "many-to-one",
  o2m: "one-to-many",
  o2o: "one-to-one",
  m2m: "many-to-many",
  computed: "computed",
} as const;

function sides(relation: Relation, columns: readonly string[]): string {
  return `${relation.name}(${columns.join(", ")})`;
}

function describe(way: Relationship): Record<string, string> {
  const { from, to, constraint, pairs, junction, kind } = way;
  const embedding = `${from.name} with ${to.name}`;
  const mine = pairs.map(([column]) => column);
  const theirs = pairs.map(([, column]) => column);
  const relationship = junction === undefined
    ? `${constraint} using ${sides(from, mine)} and ${sides(to, theirs)}`
    : `${junction.relation.name} using ${constraint}(${theirs.join(", ")}) and ` +
      `${junction.constraint}(${junction.pairs.map(([column]) => column).join(", ")})`;
  return { cardinality: CARDINALITY[kind], embedding, relationship };
}

function ambiguous(
  from: Relation,
  asked: SelectRelation,
  ways: readonly Relationship[],
): RestError {
  const { name } = asked;
  const hints = ways.map((way) => {
    return `'${name}!${way.junction?.relation.name ?? way.constraint}'`;
  });
  return new RestError(
    300,
    "PGRST201",
    `Could not embed because more than one relationship was found for '${from.name}' and '${name}'`,
    {
      details: ways.map(describe),
      hint: `Try changing '${name}' to one of the following: ${hints.join(", ")}. ` +
        "Find the desired relationship in the 'details' key.",
    },
  );
}

/** Finds the relationship, or refuses none and several. */
export function findRelationship(
  schema: Schema,
  from: Relation,
  asked: SelectRelation,
): Relationship {
  const ways = schema.relationships(from).filter((way) => matches(way, asked));
  const computed = ways.find((way) => way.kind === "computed");
  const [only, ...others] = computed === undefined ? ways : [computed];
  if (only === undefined) throw notFound(from, asked);
  if (others.length > 0) throw ambiguous(from, asked, ways);
  return only;
}
