/** @module A planned read: what is read from where, with every name resolved. */
import type { Aggregate, Field, JsonStep, Operation, OrderTerm } from "./ast.ts";
import { ALL_ROWS, type Range } from "./ranges.ts";
import type { Name, Relationship, Schema, Table } from "./schema.ts";
import { keyOf, representationKey } from "./schema.ts";

/** A field whose type is known, if it has one. */
export interface TypedField {
  readonly name: string;
  readonly json: readonly JsonStep[];
  /** Empty when the column is not known. */
  readonly type: string;
  /** Paths need a conversion first. */
  readonly toJson: boolean;
  /** A function through which the value goes. */
  readonly transform: string | undefined;
  readonly default: string | null;
  /** The column is a text that a search must take apart. */
  readonly isText: boolean;
  /** The whole row, for counting what an embed brings. */
  readonly fullRow: boolean;
}

/** A column of the answer. */
export interface PlannedField {
  readonly field: TypedField;
  readonly alias: string | undefined;
  readonly cast: string | undefined;
  readonly aggregate: Aggregate | undefined;
  readonly aggregateCast: string | undefined;
}

/** A condition with resolved fields. */
export type PlannedCondition =
  | {
    readonly kind: "and" | "or";
    readonly negated: boolean;
    readonly children: readonly PlannedCondition[];
  }
  | {
    readonly kind: "filter";
    readonly negated: boolean;
    readonly field: TypedField;
    readonly operation: Operation;
  }
  | {
    /** Whether an embed has rows. */
    readonly kind: "presence";
    readonly isPresent: boolean;
    readonly embed: ReadNode;
  };

/** A term of an order with its field. */
export interface PlannedOrder extends Omit<OrderTerm, "field" | "relation"> {
  readonly field: TypedField;
  /** Alias of the embed whose column it is. */
  readonly lateral: string | undefined;
}

/** One column that a spread embed brings into the row around it. */
export interface SpreadColumn {
  readonly name: string;
  aggregate: Aggregate | undefined;
  aggregateCast: string | undefined;
  alias: string | undefined;
}

/** What an embed adds to the row around it. */
export type EmbedColumn =
  | { readonly kind: "embed"; readonly name: string; readonly isEmpty: boolean; node: ReadNode }
  | { readonly kind: "spread"; readonly columns: SpreadColumn[]; node: ReadNode };

/** How a nested read is tied to the row around it. */
export interface Tie {
  readonly way: Relationship;
  /** Name of the rows around. */
  readonly outer: Name;
}

/** One relation that is read. */
export interface ReadNode {
  /** The relation, or the statement's own rows. */
  from: Name;
  alias: string | undefined;
  table: Table | undefined;
  select: PlannedField[];
  where: PlannedCondition[];
  order: PlannedOrder[];
  range: Range;
  readonly children: ReadNode[];
  readonly depth: number;
  /** How it was asked for. */
  readonly asked: {
    readonly name: string;
    readonly alias: string | undefined;
    readonly hint: string | undefined;
    readonly join: "inner" | "left" | undefined;
    readonly spread: boolean;
  };
  tie: Tie | undefined;
  /** Name of its rows in the query around it. */
  lateral: string;
  embedColumns: EmbedColumn[];
}

/** Where the rows come from that a mutation or call gives. */
export const SOURCE: Name = { schema: "", name: "pgrst_source" };

/** A node without content. */
export function emptyNode(asked: ReadNode["asked"], from: Name, depth: number): ReadNode {
  return {
    from,
    alias: undefined,
    table: undefined,
    select: [],
    where: [],
    order: [],
    range: ALL_ROWS,
    children: [],
    depth,
    asked,
    tie: undefined,
    lateral: "",
    embedColumns: [],
  };
}

/** Name by which SQL refers to a node's rows. */
export function nameOfRows(node: ReadNode): Name {
  return node.alias === undefined ? node.from : { schema: "", name: node.alias };
}

/** Key of an embed in the answer. */
export function embedName(node: ReadNode): string {
  return node.asked.alias ?? node.asked.name;
}

function unknownField(field: Field): TypedField {
  return {
    name: field.name,
    json: field.json,
    type: "",
    toJson: true,
    transform: undefined,
    default: null,
    isText: true,
    fullRow: false,
  };
}

/** Finds the types of fields in one table. */
export class Resolver {
  constructor(private readonly schema: Schema, private readonly table: Table | undefined) {}

  /** The field as it is. */
  field(field: Field): TypedField {
    const column = this.table?.columns.find((item) => item.name === field.name);
    if (column === undefined) return unknownField(field);
    const { nominal } = column;
    return {
      ...unknownField(field),
      type: nominal,
      toJson: nominal !== "json" && nominal !== "jsonb",
      default: column.default,
      isText: nominal !== "tsvector",
    };
  }

  #through(field: TypedField, from: string, to: string, type: string): TypedField {
    const transform = this.schema.representations.get(representationKey(from, to));
    return transform === undefined ? field : { ...field, type, transform };
  }

  /** The field as it is given out. */
  output(field: Field): TypedField {
    const found = this.field(field);
    return this.#through(found, found.type, "json", found.type);
  }

  /** The field as texts are compared with it. */
  filtered(field: Field): TypedField {
    const found = this.field(field);
    return this.#through(found, "text", found.type, "text");
  }

  /** The field as it is written from JSON. */
  input(field: Field): TypedField {
    const found = this.field(field);
    return this.#through(found, "json", found.type, "json");
  }

  /** Some column is given out through a function. */
  get hasOutput(): boolean {
    return this.table?.columns.some(({ nominal }) => {
      return this.schema.representations.has(representationKey(nominal, "json"));
    }) ?? false;
  }

  /** All columns as they are given out. */
  all(): TypedField[] {
    return this.table?.columns.map(({ name }) => this.output({ name, json: [] })) ?? [];
  }
}

/** The exposed relation of a name. */
export function tableNamed(schema: Schema, name: Name): Table | undefined {
  return schema.tables.get(keyOf(name));
}
