/** @module Derives from foreign keys every way in which relations can be embedded. */
import type { ColumnPairs, ForeignKey, Relation, Relationship, Routine } from "./schema_cache.ts";
import { viewOrigins } from "./view_columns.ts";

/** What relationships are derived from. */
export interface Catalogue {
  readonly byOid: ReadonlyMap<string, Relation>;
  readonly visible: readonly Relation[];
  readonly keys: readonly ForeignKey[];
  readonly routines: readonly Routine[];
}

/** A foreign key between relations, some of which may be views. */
interface Link {
  readonly key: ForeignKey;
  readonly from: Relation;
  readonly to: Relation;
  readonly pairs: ColumnPairs;
  readonly isTable: boolean;
}

/** How the columns of a table are named by a relation that shows them. */
interface Face {
  readonly relation: Relation;
  readonly nameOf: (column: string) => string | undefined;
}

function facesByTable(catalogue: Catalogue): Map<string, Face[]> {
  const faces = new Map<string, Face[]>();
  function add(oid: string, face: Face): void {
    const list = faces.get(oid);
    if (list === undefined) faces.set(oid, [face]);
    else list.push(face);
  }
  for (const relation of catalogue.byOid.values()) {
    if (relation.action === null) add(relation.oid, { relation, nameOf: (column) => column });
  }
  for (const relation of catalogue.visible) {
    if (relation.action === null) continue;
    const tables = new Map<string, Map<string, string>>();
    for (const [name, origin] of viewOrigins(relation, catalogue.byOid)) {
      const names = tables.get(origin.oid) ?? new Map<string, string>();
      if (!names.has(origin.column)) names.set(origin.column, name);
      tables.set(origin.oid, names);
    }
    for (const [oid, names] of tables) {
      add(oid, { relation, nameOf: (column) => names.get(column) });
    }
  }
  return faces;
}

function pairsOf(key: ForeignKey, from: Face, to: Face): ColumnPairs | undefined {
  const pairs: [string, string][] = [];
  for (const [index, column] of key.columns.entries()) {
    const here = from.nameOf(column);
    const there = to.nameOf(key.refs[index] ?? "");
    if (here === undefined || there === undefined) return undefined;
    pairs.push([here, there]);
  }
  return pairs;
}

function linksOf(catalogue: Catalogue): Link[] {
  const faces = facesByTable(catalogue);
  const links: Link[] = [];
  for (const key of catalogue.keys) {
    for (const from of faces.get(key.from) ?? []) {
      for (const to of faces.get(key.to) ?? []) {
        const pairs = pairsOf(key, from, to);
        if (pairs === undefined) continue;
        const isTable = from.relation.action === null && to.relation.action === null;
        links.push({ key, from: from.relation, to: to.relation, pairs, isTable });
      }
    }
  }
  return links;
}

function reversed(pairs: ColumnPairs): ColumnPairs {
  return pairs.map(([a, b]) => [b, a] as const);
}

function bothWays(link: Link): Relationship[] {
  const { key, from, to, pairs } = link;
  const isSelf = from.oid === to.oid;
  const common = { isSelf, constraint: key.name, isTable: link.isTable };
  return [
    { ...common, kind: key.isUnique ? "o2o" : "m2o", from, to, toOne: true, pairs },
    {
      ...common,
      kind: key.isUnique ? "o2o" : "o2m",
      from: to,
      to: from,
      toOne: key.isUnique,
      pairs: reversed(pairs),
    },
  ];
}

/** A junction's primary key holds the columns of both its foreign keys. */
function isJunction(link: Link): boolean {
  const { primaryKey } = link.from;
  return link.from.action === null &&
    link.key.columns.every((column) => primaryKey.includes(column));
}

function acrossJunctions(links: readonly Link[]): Relationship[] {
  const found: Relationship[] = [];
  const candidates = links.filter(isJunction);
  for (const first of candidates) {
    for (const second of candidates) {
      if (first.from.oid !== second.from.oid || first.key.name === second.key.name) continue;
      found.push({
        kind: "m2m",
        from: first.to,
        to: second.to,
        isSelf: first.to.oid === second.to.oid,
        toOne: false,
        isTable: first.isTable && second.isTable,
        constraint: first.key.name,
        pairs: reversed(first.pairs),
        junction: {
          relation: first.from,
          constraint: second.key.name,
          pairs: second.pairs,
        },
      });
    }
  }
  return found;
}

/** Functions of one row that give rows of another relation. */
function computed(catalogue: Catalogue): Relationship[] {
  const found: Relationship[] = [];
  for (const routine of catalogue.routines) {
    const [only, ...others] = routine.args;
    if (only === undefined || others.length > 0 || routine.hasOut) continue;
    const from = catalogue.byOid.get(only.relation);
    const to = catalogue.byOid.get(routine.returnRelation);
    if (from === undefined || to === undefined) continue;
    const isSelf = from.oid === to.oid;
    const toOne = !routine.isSet || routine.isSingleRow;
    found.push({
      kind: "computed",
      from,
      to,
      isSelf,
      toOne,
      constraint: routine.name,
      isTable: false,
      pairs: [],
      routine,
    });
  }
  return found;
}

/** All relationships whose ends are visible. */
export function relationshipsOf(catalogue: Catalogue): Relationship[] {
  const visible = new Set(catalogue.visible.map((relation) => relation.oid));
  const links = linksOf(catalogue).filter((link) => visible.has(link.from.oid));
  const ways = [...links.flatMap(bothWays), ...acrossJunctions(links), ...computed(catalogue)];
  return ways.filter((way) => visible.has(way.from.oid) && visible.has(way.to.oid));
}
