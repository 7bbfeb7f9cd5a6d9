/** @module Decides what each row of an answer looks like: names, stars, embeds, aggregates. */
import { RestError } from "./errors.ts";
import {
  type EmbedColumn,
  embedName,
  type PlannedField,
  type ReadNode,
  Resolver,
  type SpreadColumn,
} from "./plan.ts";
import { isToOne, type Schema } from "./schema.ts";

/** What shapes are allowed. */
export interface ShapeRules {
  readonly mayAggregate: boolean;
}

/** Whether a node's rows are spread as lists. */
export function isListSpread(node: ReadNode): boolean {
  return node.asked.spread && node.tie !== undefined && !isToOne(node.tie.way);
}

function lastKey({ field }: PlannedField): string | undefined {
  if (field.json.length === 0) return undefined;
  return field.json.findLast((step) => !step.isIndex)?.key ?? field.name;
}

function withAlias(item: PlannedField): PlannedField {
  if (item.alias !== undefined) return item;
  if (item.aggregate !== undefined) {
    return item.field.fullRow ? { ...item, alias: "count" } : item;
  }
  const alias = lastKey(item) ??
    (item.field.transform === undefined ? undefined : item.field.name);
  return alias === undefined ? item : { ...item, alias };
}

function isStar({ field, aggregate }: PlannedField): boolean {
  return field.name === "*" && field.json.length === 0 && aggregate === undefined;
}

/** Names every column where groups, lists or functions need to know it. */
function expandStars(schema: Schema, node: ReadNode, isGrouped: boolean): void {
  const resolver = new Resolver(schema, node.table);
  const grouped = isGrouped || node.select.some((item) => item.aggregate !== undefined);
  const isListed = isListSpread(node);
  const mustExpand = grouped || isListed || resolver.hasOutput;
  if (mustExpand) {
    node.select = node.select.flatMap((item) => {
      if (isStar(item)) return resolver.all().map((field) => ({ ...item, field }));
      const isCount = item.aggregate === "count" && item.field.name === "*";
      return isCount && node.asked.spread
        ? [{ ...item, field: { ...item.field, fullRow: true } }]
        : [item];
    });
  }
  node.select = node.select.map(withAlias);
  for (const child of node.children) expandStars(schema, child, grouped);
}

function checkAggregates(node: ReadNode, rules: ShapeRules, inList: boolean): void {
  const isListed = inList || isListSpread(node);
  if (node.select.some((item) => item.aggregate !== undefined)) {
    if (!rules.mayAggregate) {
      throw new RestError(400, "PGRST123", "Use of aggregate functions is not allowed");
    }
    if (isListed) {
      throw new RestError(400, "PGRST127", "Feature not implemented", {
        details: "Aggregates are not implemented for one-to-many or many-to-many spreads.",
      });
    }
  }
  for (const child of node.children) {
    checkAggregates(child, rules, isListed && child.asked.spread);
  }
}

function hasNoColumns(node: ReadNode): boolean {
  return node.select.length === 0 && node.children.every(hasNoColumns);
}

function column(name: string): SpreadColumn {
  return { name, aggregate: undefined, aggregateCast: undefined, alias: undefined };
}

/** Names of the columns that a spread embed brings. */
function spreadColumns(node: ReadNode): SpreadColumn[] {
  const own = node.select.map((item) => column(item.alias ?? item.field.name));
  const nested = node.embedColumns.flatMap((item) => {
    if (item.kind === "spread") {
      return item.columns.map((inner) => column(inner.alias ?? inner.name));
    }
    return item.isEmpty ? [] : [column(item.name)];
  });
  return [...own, ...nested];
}

function addEmbedColumns(node: ReadNode): void {
  for (const child of node.children) addEmbedColumns(child);
  node.embedColumns = node.children.map((child): EmbedColumn => {
    if (child.asked.spread) return { kind: "spread", columns: spreadColumns(child), node: child };
    return { kind: "embed", name: embedName(child), isEmpty: hasNoColumns(child), node: child };
  });
}

interface Hoisted {
  readonly node: ReadNode;
  readonly name: string;
  readonly item: PlannedField;
}

/**
 * An aggregate in a spread embed is about the rows around it, so it moves up to the first read
 * that is not spread.
 */
function hoist(node: ReadNode): Hoisted[] {
  const below = node.children.flatMap(hoist);
  const isSpread = node.asked.spread && node.tie !== undefined;
  if (!isSpread) {
    for (const item of node.embedColumns) {
      if (item.kind !== "spread") continue;
      const own = below.filter((hoisted) => hoisted.node === item.node);
      for (const shown of item.columns) {
        const found = own.find(({ name }) => name === shown.name)?.item;
        if (found === undefined) continue;
        shown.aggregate = found.aggregate;
        shown.aggregateCast = found.aggregateCast;
        shown.alias = found.alias;
      }
    }
    return [];
  }
  const own = node.select.filter((item) => item.aggregate !== undefined)
    .map((item) => ({ node, name: item.alias ?? item.field.name, item }));
  node.select = node.select.map((item) => {
    return { ...item, aggregate: undefined, aggregateCast: undefined };
  });
  return [...own, ...below.map((hoisted) => ({ ...hoisted, node }))];
}

/** Completes a planned tree. */
export function finishShape(schema: Schema, root: ReadNode, rules: ShapeRules): void {
  expandStars(schema, root, false);
  checkAggregates(root, rules, false);
  addEmbedColumns(root);
  hoist(root);
}
