/** @module Chooses the relationship that an embed means. */
import { RestError } from "./errors.ts";
import { mostSimilar, similar } from "./fuzzy.ts";
import {
  type Cardinality,
  type KeyRelationship,
  type Relationship,
  relationshipKey,
  type Schema,
} from "./schema.ts";

/** An embed that is looked for. */
export interface Wanted {
  readonly schemaName: string;
  /** The relation around it. */
  readonly origin: string;
  readonly target: string;
  readonly hint: string | undefined;
}

function onlyPair(card: Cardinality): readonly [string, string] | undefined {
  return card.kind !== "m2m" && card.pairs.length === 1 ? card.pairs[0] : undefined;
}

function isColumn(card: Cardinality, name: string): boolean {
  return onlyPair(card)?.[0] === name;
}

function isReference(card: Cardinality, name: string): boolean {
  return onlyPair(card)?.[1] === name;
}

function isConstraint(card: Cardinality, name: string): boolean {
  return card.kind !== "m2m" && card.constraint === name;
}

function isJunction(card: Cardinality, name: string): boolean {
  return card.kind === "m2m" && card.junction.table.name === name;
}

function isTowardsMany(card: Cardinality): boolean {
  return card.kind === "o2m" || (card.kind === "o2o" && card.isParent);
}

/**
 * A table that refers to itself has one foreign key and two ways: its name means the many, the
 * key's column means the one.
 */
function matchesSelf(way: KeyRelationship, { target, hint }: Wanted): boolean {
  const card = way.cardinality;
  const isNamed = target === way.foreign.name;
  if (hint === undefined) {
    if (isNamed && isTowardsMany(card)) return true;
    return card.kind !== "m2m" && !isTowardsMany(card) && isColumn(card, target);
  }
  if (!isNamed) return false;
  if (card.kind === "m2m") return isJunction(card, hint);
  return isTowardsMany(card) && (isReference(card, hint) || isConstraint(card, hint));
}

function matches(way: Relationship, wanted: Wanted): boolean {
  const { target, hint } = wanted;
  if (way.kind === "computed") return target === way.routine.name;
  if (way.isSelf) return matchesSelf(way, wanted);
  const card = way.cardinality;
  const isNamed = target === way.foreign.name;
  if (hint === undefined) {
    if (isNamed) return true;
    return !way.foreignIsView && (isConstraint(card, target) || isColumn(card, target));
  }
  return isNamed && (isConstraint(card, hint) || isColumn(card, hint) ||
    isReference(card, hint) || isJunction(card, hint));
}

function waysFrom(schema: Schema, schemaName: string, origin: string): readonly Relationship[] {
  return schema.relationships.get(
    relationshipKey({ schema: schemaName, name: origin }, schemaName),
  ) ?? [];
}

function nearestHint(schema: Schema, { schemaName, origin, target }: Wanted): string | null {
  const ways = waysFrom(schema, schemaName, origin);
  if (ways.length > 0) {
    const names = [...new Set(ways.map((way) => way.foreign.name))];
    const [first] = similar(names, target).filter(({ score }) => score < 1);
    return first === undefined
      ? null
      : `Perhaps you meant '${first.value}' instead of '${target}'.`;
  }
  const origins = [...schema.relationships.values()].flatMap((list) =>
    list.filter((way) => way.table.schema === schemaName && way.foreign.schema === schemaName)
      .map((way) => way.table.name)
  );
  const found = mostSimilar([...new Set(origins)], origin);
  return found === undefined ? null : `Perhaps you meant '${found}' instead of '${origin}'.`;
}

function notFound(schema: Schema, wanted: Wanted): RestError {
  const { schemaName, origin, target, hint } = wanted;
  const using = hint === undefined ? "'" : `' using the hint '${hint}'`;
  return new RestError(
    400,
    "PGRST200",
    `Could not find a relationship between '${origin}' and '${target}' in the schema cache`,
    {
      details: `Searched for a foreign key relationship between '${origin}' and '${target}` +
        `${using} in the schema '${schemaName}', but no matches were found.`,
      hint: nearestHint(schema, wanted),
    },
  );
}

const CARDINALITY = {
  m2o: "many-to-one",
  o2m: "one-to-many",
  o2o: "one-to-one",
  m2m: "many-to-many",
} as const;

function inBrackets(names: readonly string[]): string {
  return `(${names.join(", ")})`;
}

function relationshipText({ cardinality: card, table, foreign }: KeyRelationship): string {
  if (card.kind === "m2m") {
    const { table: middle, constraints, source, target } = card.junction;
    return `${middle.name} using ${constraints[0]}${inBrackets(source.map(([, name]) => name))}` +
      ` and ${constraints[1]}${inBrackets(target.map(([, name]) => name))}`;
  }
  const mine = `${table.name}${inBrackets(card.pairs.map(([name]) => name))}`;
  const theirs = `${foreign.name}${inBrackets(card.pairs.map(([, name]) => name))}`;
  return `${card.constraint} using ${mine} and ${theirs}`;
}

function ambiguous({ origin, target }: Wanted, ways: readonly Relationship[]): RestError {
  const keys = ways.filter((way) => way.kind === "key");
  const hints = keys.map(({ foreign, cardinality: card }) => {
    const name = card.kind === "m2m" ? card.junction.table.name : card.constraint;
    return `'${foreign.name}!${name}'`;
  });
  return new RestError(
    300,
    "PGRST201",
    `Could not embed because more than one relationship was found for '${origin}' and '${target}'`,
    {
      details: keys.map((way) => ({
        cardinality: CARDINALITY[way.cardinality.kind],
        embedding: `${way.table.name} with ${way.foreign.name}`,
        relationship: relationshipText(way),
      })),
      hint: `Try changing '${target}' to one of the following: ${hints.join(", ")}. ` +
        "Find the desired relationship in the 'details' key.",
    },
  );
}

/** Finds the relationship, or refuses none and several. */
export function findRelationship(schema: Schema, wanted: Wanted): Relationship {
  const found = waysFrom(schema, wanted.schemaName, wanted.origin)
    .filter((way) => matches(way, wanted));
  const [only, ...others] = found;
  if (only === undefined) throw notFound(schema, wanted);
  if (others.length > 0) throw ambiguous(wanted, found);
  return only;
}
