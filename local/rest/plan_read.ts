/** @module Plans a read: joins the query string with the schema, stage by stage. */
import type { At, Condition, OrderTerm, SelectItem } from "./ast.ts";
import { RestError } from "./errors.ts";
import { findRelationship } from "./find_relationship.ts";
import {
  embedName,
  emptyNode,
  nameOfRows,
  type PlannedCondition,
  type PlannedOrder,
  type ReadNode,
  Resolver,
  SOURCE,
  tableNamed,
} from "./plan.ts";
import { finishShape, type ShapeRules } from "./plan_shape.ts";
import { type Query, rangePath } from "./query.ts";
import { keepingZero, limited, type Range } from "./ranges.ts";
import { isToOne, type Name, type Schema } from "./schema.ts";

/** What a read is planned for. */
export interface ReadRequest extends ShapeRules {
  readonly query: Query;
  readonly schemaName: string;
  /** The relation that is read, or whose rows a mutation or call gives. */
  readonly root: Name;
  /** The rows come from a mutation or a call. */
  readonly fromSource: boolean;
  /** The rows are those of a mutation, which its own filters chose. */
  readonly isMutation: boolean;
  /** The range of the whole answer. */
  readonly range: Range;
  readonly maxRows: number | undefined;
}

/** More embeds than a page needs, and less than the planner could take hours for. */
const MAX_EMBEDS = 100;

function childrenOf(items: readonly SelectItem[]) {
  return items.filter((item) => item.kind === "relation");
}

/** Builds the tree. */
class Builder {
  #count = 0;

  constructor(private readonly schema: Schema, private readonly request: ReadRequest) {}

  root(): ReadNode {
    const { root, fromSource, query } = this.request;
    const asked = {
      name: root.name,
      alias: undefined,
      hint: undefined,
      join: undefined,
      spread: false,
    };
    const node = emptyNode(asked, fromSource ? SOURCE : root, 0);
    if (fromSource) node.alias = root.name;
    node.table = tableNamed(this.schema, root);
    this.#fill(node, root.name, query.select);
    return node;
  }

  #fill(node: ReadNode, origin: string, items: readonly SelectItem[]): void {
    const resolver = new Resolver(this.schema, node.table);
    for (const item of items) {
      if (item.kind === "field") {
        node.select.push({ ...item, field: resolver.output(item.field) });
      }
    }
    for (const item of childrenOf(items)) {
      this.#count += 1;
      if (this.#count > MAX_EMBEDS) {
        throw new RestError(400, "PGRST100", `More than ${MAX_EMBEDS} embedded resources`);
      }
      node.children.push(this.#embed(node, origin, item));
    }
  }

  #embed(outer: ReadNode, origin: string, item: SelectItem & { kind: "relation" }): ReadNode {
    const { schemaName } = this.request;
    const way = findRelationship(this.schema, {
      schemaName,
      origin,
      target: item.name,
      hint: item.hint,
    });
    const depth = outer.depth + 1;
    const node = emptyNode(item, way.foreign, depth);
    node.table = tableNamed(this.schema, way.foreign);
    node.alias = `${way.foreign.name}_${depth}`;
    node.lateral = `${way.table.name}_${item.alias ?? item.name}_${depth}`;
    node.tie = { way, outer: nameOfRows(outer) };
    this.#fill(node, way.foreign.name, item.select);
    return node;
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

function nodeAt(root: ReadNode, path: readonly string[]): ReadNode {
  let node = root;
  for (const name of path) {
    const child: ReadNode | undefined = node.children.find(({ asked }) => {
      return asked.name === name || asked.alias === name;
    });
    if (child === undefined) throw notEmbedded(name);
    node = child;
  }
  return node;
}

/** Resolves a condition in a table. */
export function planCondition(resolver: Resolver, condition: Condition): PlannedCondition {
  if (condition.kind !== "filter") {
    const children = condition.children.map((child) => planCondition(resolver, child));
    return { ...condition, children };
  }
  return { ...condition, field: resolver.filtered(condition.field) };
}

/** `rel=is.null` asks for the presence of an embed, when there is one of that name. */
function withPresence(node: ReadNode, condition: PlannedCondition): PlannedCondition {
  if (condition.kind === "presence") return condition;
  if (condition.kind !== "filter") {
    return {
      ...condition,
      children: condition.children.map((child) => withPresence(node, child)),
    };
  }
  const { field, operation, negated } = condition;
  const embed = field.json.length > 0
    ? undefined
    : node.children.find((child) => embedName(child) === field.name);
  if (embed === undefined || operation.kind !== "is") return condition;
  if (operation.value === "NULL") return { kind: "presence", isPresent: negated, embed };
  if (operation.value === "NOT NULL") return { kind: "presence", isPresent: !negated, embed };
  return condition;
}

function addConditions(schema: Schema, root: ReadNode, request: ReadRequest): void {
  const { query, isMutation } = request;
  const all: readonly At<Condition>[] = [...query.logic, ...query.filters];
  for (const { path, value } of all) {
    // The rows of a mutation were chosen by these already, and may not match them any more.
    if (isMutation && path.length === 0) continue;
    const node = nodeAt(root, path);
    const planned = planCondition(new Resolver(schema, node.table), value);
    node.where.push(withPresence(node, planned));
  }
}

function plannedOrder(schema: Schema, node: ReadNode, term: OrderTerm): PlannedOrder {
  const { relation, direction, nulls } = term;
  if (relation === undefined) {
    const field = new Resolver(schema, node.table).field(term.field);
    return { field, direction, nulls, lateral: undefined };
  }
  const embed = node.children.find((child) => embedName(child) === relation);
  if (embed === undefined) throw notEmbedded(relation);
  if (embed.tie === undefined || !isToOne(embed.tie.way)) {
    throw new RestError(400, "PGRST118", `A related order on '${relation}' is not possible`, {
      details: `'${node.asked.name}' and '${relation}' do not form a many-to-one or one-to-one ` +
        "relationship",
    });
  }
  const field = new Resolver(schema, undefined).field(term.field);
  return { field, direction, nulls, lateral: embed.lateral };
}

function addOrders(schema: Schema, root: ReadNode, query: Query): void {
  for (const { path, value } of query.orders) {
    const node = nodeAt(root, path);
    node.order = value.map((term) => plannedOrder(schema, node, term));
  }
}

function addRanges(root: ReadNode, request: ReadRequest): void {
  if (request.isMutation) return;
  for (const [key, range] of request.query.ranges) {
    const path = rangePath(key);
    if (path.length > 0) nodeAt(root, path).range = range;
  }
  root.range = request.range;
  restrict(root, request.maxRows);
}

function restrict(node: ReadNode, maxRows: number | undefined): void {
  node.range = keepingZero(node.range, limited(node.range, maxRows));
  for (const child of node.children) restrict(child, maxRows);
}

/** Plans a read. */
export function planRead(schema: Schema, request: ReadRequest): ReadNode {
  const root = new Builder(schema, request).root();
  addConditions(schema, root, request);
  addOrders(schema, root, request.query);
  addRanges(root, request);
  finishShape(schema, root, request);
  return root;
}

/** The query asks for all columns and nothing else. */
export function isDefaultSelect({ select }: Query): boolean {
  const [only, ...others] = select;
  return only !== undefined && others.length === 0 && only.kind === "field" &&
    only.field.name === "*";
}
