/** @module Joins a query with the schema: a tree of what is read from where. */
import type {
  At,
  Condition,
  Filter,
  OrderTerm,
  Query,
  SelectField,
  SelectItem,
  SelectRelation,
} from "./ast.ts";
import { RestError } from "./errors.ts";
import { findRelationship } from "./find_relationship.ts";
import type { Relation, Relationship, Schema } from "./schema_cache.ts";

/** One relation that is read. */
export interface ReadNode {
  /** Undefined for functions whose rows are of no table. */
  readonly relation: Relation | undefined;
  /** Name by which SQL refers to its rows. */
  readonly alias: string;
  readonly select: readonly SelectField[];
  readonly embeds: readonly Embed[];
  readonly conditions: Condition[];
  order: readonly OrderTerm[];
  limit: number | undefined;
  offset: number;
}

/** A related relation within another. */
export interface Embed {
  readonly asked: SelectRelation;
  /** Key in the answer. */
  readonly key: string;
  /** Name of its rows in the outer query. */
  readonly lateral: string;
  readonly way: Relationship;
  readonly node: ReadNode;
}

/** Where reading starts. */
export interface Root {
  readonly name: string;
  readonly relation: Relation | undefined;
}

/** More embeds than a page needs, and less than the planner could take hours for. */
const MAX_EMBEDS = 64;

/** Builds the tree of one request. */
class Planner {
  #count = 0;

  constructor(private readonly schema: Schema, private readonly maxRows: number | undefined) {}

  node(root: Root, alias: string, items: readonly SelectItem[]): ReadNode {
    const select = items.filter((item) => item.kind === "field");
    const asked = items.filter((item) => item.kind === "relation");
    return {
      relation: root.relation,
      alias,
      select,
      embeds: asked.map((item) => this.#embed(root, item)),
      conditions: [],
      order: [],
      limit: this.maxRows,
      offset: 0,
    };
  }

  #embed(root: Root, asked: SelectRelation): Embed {
    this.#count += 1;
    if (this.#count > MAX_EMBEDS) {
      throw new RestError(400, "PGRST100", `More than ${MAX_EMBEDS} embedded resources`);
    }
    const key = asked.alias ?? asked.name;
    const number = this.#count;
    if (root.relation === undefined) {
      throw new RestError(
        400,
        "PGRST200",
        `Could not find a relationship between '${root.name}' and '${asked.name}' ` +
          "in the schema cache",
      );
    }
    const way = findRelationship(this.schema, root.relation, asked);
    const alias = `${way.to.name}_${number}`;
    const node = this.node({ name: way.to.name, relation: way.to }, alias, asked.select);
    return { asked, key, lateral: `${alias}_embed`, way, node };
  }
}

function notEmbedded(name: string): RestError {
  return new RestError(
    400,
    "PGRST108",
    `'${name}' is not an embedded resource in this request`,
    { hint: `Verify that '${name}' is included in the 'select' query parameter.` },
  );
}

/** The embed that a name in a filter or an order means. */
export function embedNamed(node: ReadNode, name: string): Embed | undefined {
  return node.embeds.find((embed) => embed.key === name) ??
    node.embeds.find((embed) => embed.asked.alias === undefined && embed.way.to.name === name);
}

function nodeAt(root: ReadNode, path: readonly string[]): ReadNode {
  let node = root;
  for (const name of path) {
    const embed = embedNamed(node, name);
    if (embed === undefined) throw notEmbedded(name);
    node = embed.node;
  }
  return node;
}

/** The embed whose presence a filter such as `rel=is.null` asks for. */
export function presenceOf(node: ReadNode, filter: Filter): Embed | undefined {
  if (filter.operator !== "is" || filter.field.json.length > 0) return undefined;
  if (filter.value !== "null" && filter.value !== "not_null") return undefined;
  return embedNamed(node, filter.field.name);
}

function checkOrder(node: ReadNode, terms: readonly OrderTerm[]): void {
  for (const { relation } of terms) {
    if (relation === undefined) continue;
    const embed = embedNamed(node, relation);
    if (embed === undefined) throw notEmbedded(relation);
    if (!embed.way.toOne) {
      const from = node.relation?.name ?? node.alias;
      throw new RestError(400, "PGRST118", `A related order on '${relation}' is not possible`, {
        details: `'${from}' and '${relation}' do not form a many-to-one or one-to-one relationship`,
      });
    }
  }
}

function checkLimit(limit: number): void {
  if (limit < 0) {
    throw new RestError(416, "PGRST103", "Requested range not satisfiable", {
      details: "Limit should be greater than or equal to zero.",
    });
  }
}

function applyLimits(root: ReadNode, limits: readonly At<number>[], maxRows?: number): void {
  for (const { path, value } of limits) {
    checkLimit(value);
    nodeAt(root, path).limit = Math.min(value, maxRows ?? value);
  }
}

/** Plans a read; `maxRows` bounds every list in the answer. */
export function planRead(schema: Schema, root: Root, query: Query, maxRows?: number): ReadNode {
  const node = new Planner(schema, maxRows).node(root, root.name, query.select);
  for (const { path, value } of query.conditions) nodeAt(node, path).conditions.push(value);
  for (const { path, value } of query.orders) {
    const target = nodeAt(node, path);
    checkOrder(target, value);
    target.order = value;
  }
  applyLimits(node, query.limits, maxRows);
  for (const { path, value } of query.offsets) nodeAt(node, path).offset = Math.max(0, value);
  return node;
}
