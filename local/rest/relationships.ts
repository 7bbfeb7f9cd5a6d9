/** @module Derives from foreign keys every way in which relations can be embedded. */
import {
  type Cardinality,
  type ColumnPairs,
  type ComputedRelationship,
  keyOf,
  type KeyRelationship,
  type Name,
  type Relationship,
  relationshipKey,
  type Table,
} from "./schema.ts";
import { type Origin, viewOrigins } from "./view_columns.ts";

/** A foreign key as the catalogue has it. */
export interface ForeignKey {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly columns: readonly string[];
  readonly refs: readonly string[];
  readonly isUnique: boolean;
}

/** What relationships are derived from. */
export interface Catalogue {
  readonly byOid: ReadonlyMap<string, Table>;
  readonly keys: readonly ForeignKey[];
  readonly computed: readonly ComputedRelationship[];
  readonly schemas: readonly string[];
}

/** One side of a foreign key: the table itself, or a view that shows its columns. */
interface Face {
  readonly table: Table;
  /** Names of the key's columns on this side. */
  readonly columns: readonly string[];
}

/** More ways in which a view shows one key, than any view has. */
const MAX_FACES = 64;

function nameOf({ schema, name }: Name): Name {
  return { schema, name };
}

function isSame(a: Name, b: Name): boolean {
  return a.schema === b.schema && a.name === b.name;
}

/** Every choice of one item of each list. */
function choices(lists: readonly (readonly string[])[]): string[][] {
  return lists.reduce<string[][]>((all, list) => {
    return all.flatMap((chosen) => list.map((item) => [...chosen, item])).slice(0, MAX_FACES);
  }, [[]]);
}

/** How views show the columns of tables. */
export class ViewColumns {
  readonly #origins: readonly { readonly view: Table; readonly origins: readonly Origin[] }[];

  constructor(byOid: ReadonlyMap<string, Table>) {
    this.#origins = [...byOid.values()].filter((table) => table.isView)
      .map((view) => ({ view, origins: viewOrigins(view, byOid) }));
  }

  /** Names under which a view shows columns of a table, one list for each. */
  shown(view: Table, oid: string, columns: readonly string[]): string[][] {
    const found = this.#origins.find((item) => item.view === view)?.origins ?? [];
    return columns.map((column) => {
      return found.filter((origin) => origin.oid === oid && origin.column === column)
        .map((origin) => origin.shown);
    });
  }

  /** The views that show all of some columns. */
  faces(oid: string, columns: readonly string[]): Face[] {
    return this.#origins.flatMap(({ view, origins }) => {
      if (!origins.some((origin) => origin.oid === oid)) return [];
      return choices(this.shown(view, oid, columns)).map((names) => ({
        table: view,
        columns: names,
      }));
    });
  }
}

function pairsOf(from: Face, to: Face): ColumnPairs {
  return from.columns.map((column, index) => [column, to.columns[index] ?? ""] as const);
}

function towardsOne(key: ForeignKey, from: Face, to: Face): KeyRelationship {
  const areViews = from.table.isView && to.table.isView;
  const areTables = !from.table.isView && !to.table.isView;
  return {
    kind: "key",
    table: nameOf(from.table),
    foreign: nameOf(to.table),
    isSelf: (areTables || areViews) && isSame(from.table, to.table),
    cardinality: {
      kind: key.isUnique ? "o2o" : "m2o",
      constraint: key.name,
      pairs: pairsOf(from, to),
      isParent: false,
    },
    tableIsView: from.table.isView,
    foreignIsView: to.table.isView,
  };
}

function towardsOnes(catalogue: Catalogue, views: ViewColumns): KeyRelationship[] {
  return catalogue.keys.flatMap((key) => {
    const from = catalogue.byOid.get(key.from);
    const to = catalogue.byOid.get(key.to);
    if (from === undefined || to === undefined) return [];
    const froms = [{ table: from, columns: key.columns }, ...views.faces(key.from, key.columns)];
    const tos = [{ table: to, columns: key.refs }, ...views.faces(key.to, key.refs)];
    return froms.flatMap((one) => tos.map((other) => towardsOne(key, one, other)));
  });
}

function reversed(pairs: ColumnPairs): ColumnPairs {
  return pairs.map(([a, b]) => [b, a] as const);
}

function inverse(way: KeyRelationship): KeyRelationship[] {
  const { cardinality } = way;
  if (cardinality.kind === "m2m") return [];
  return [{
    ...way,
    table: way.foreign,
    foreign: way.table,
    cardinality: {
      ...cardinality,
      kind: cardinality.kind === "o2o" ? "o2o" : "o2m",
      isParent: true,
      pairs: reversed(cardinality.pairs),
    },
    tableIsView: way.foreignIsView,
    foreignIsView: way.tableIsView,
  }];
}

type ToOne = KeyRelationship & { readonly cardinality: Exclude<Cardinality, { kind: "m2m" }> };

/** A table whose primary key holds two foreign keys joins what they point at. */
function acrossJunctions(
  ways: readonly KeyRelationship[],
  tables: ReadonlyMap<string, Table>,
): KeyRelationship[] {
  const links = Map.groupBy(
    ways.filter((way): way is ToOne => way.cardinality.kind === "m2o"),
    (way) => keyOf(way.table),
  );
  const found: KeyRelationship[] = [];
  for (const [key, group] of links) {
    const primary = new Set(tables.get(key)?.primaryKey);
    const inKey = group.filter((way) => way.cardinality.pairs.every(([name]) => primary.has(name)));
    for (const one of inKey) {
      for (const other of inKey) {
        if (one.cardinality.constraint !== other.cardinality.constraint) {
          found.push(across(one, other));
        }
      }
    }
  }
  return found;
}

function across(one: ToOne, other: ToOne): KeyRelationship {
  return {
    kind: "key",
    table: one.foreign,
    foreign: other.foreign,
    isSelf: isSame(one.foreign, other.foreign),
    cardinality: {
      kind: "m2m",
      junction: {
        table: one.table,
        constraints: [one.cardinality.constraint, other.cardinality.constraint],
        source: reversed(one.cardinality.pairs),
        target: reversed(other.cardinality.pairs),
      },
    },
    tableIsView: one.foreignIsView,
    foreignIsView: other.foreignIsView,
  };
}

const KIND_ORDER = ["o2m", "m2o", "o2o", "m2m"];

/** Sorts as the service lists relationships in its refusals. */
function sortKey(way: Relationship): string {
  if (way.kind === "computed") return JSON.stringify([1, keyOf(way.routine)]);
  const { table, foreign, isSelf, cardinality: card } = way;
  const rest = card.kind === "m2m"
    ? [keyOf(card.junction.table), card.junction.constraints, card.junction.source]
    : [card.constraint, card.pairs];
  const kind = KIND_ORDER.indexOf(card.kind);
  return JSON.stringify([0, keyOf(table), keyOf(foreign), isSelf ? 1 : 0, kind, ...rest]);
}

function compare(a: Relationship, b: Relationship): number {
  const [x, y] = [sortKey(a), sortKey(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Functions replace what foreign keys say of the same two names. */
function overridden(
  ways: readonly KeyRelationship[],
  computed: readonly ComputedRelationship[],
): Relationship[] {
  const replaced = new Set(computed.map((way) => `${keyOf(way.table)}\0${keyOf(way.routine)}`));
  const kept = ways.filter((way) => !replaced.has(`${keyOf(way.table)}\0${keyOf(way.foreign)}`));
  return [...kept, ...computed];
}

/** All relationships whose ends are exposed. */
export function relationshipsOf(
  catalogue: Catalogue,
  tables: ReadonlyMap<string, Table>,
  views: ViewColumns,
): Map<string, Relationship[]> {
  const exposed = new Set(catalogue.schemas);
  const toOne = towardsOnes(catalogue, views);
  const junctions = acrossJunctions(toOne, tables);
  const all = [...toOne, ...junctions, ...toOne.flatMap(inverse)];
  const found = new Map<string, Relationship[]>();
  for (const way of overridden(all, catalogue.computed)) {
    const junction = way.kind === "key" && way.cardinality.kind === "m2m"
      ? way.cardinality.junction.table.schema
      : way.table.schema;
    const ends = [way.table.schema, way.foreign.schema, junction];
    if (!ends.every((schema) => exposed.has(schema))) continue;
    const key = relationshipKey(way.table, way.foreign.schema);
    const list = found.get(key);
    if (list === undefined) found.set(key, [way]);
    else list.push(way);
  }
  for (const list of found.values()) list.sort(compare);
  return found;
}
