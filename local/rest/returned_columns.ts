/** @module Columns that a mutation or call must give so that its rows can be shown. */
import type { PlannedCondition, ReadNode } from "./plan.ts";

/** Columns by which an embed is joined; undefined when any may be needed. */
function joinColumns(embed: ReadNode): readonly string[] | undefined {
  const way = embed.tie?.way;
  if (way === undefined || way.kind === "computed") return undefined;
  const { cardinality } = way;
  const pairs = cardinality.kind === "m2m" ? cardinality.junction.source : cardinality.pairs;
  return pairs.map(([name]) => name);
}

function comparedColumns(condition: PlannedCondition): string[] {
  if (condition.kind === "presence") return [];
  if (condition.kind === "filter") return [condition.field.name];
  return condition.children.flatMap(comparedColumns);
}

/**
 * Columns that are shown, compared, ordered by or joined by, and some more; `*` stands for all.
 */
export function returnedColumns(node: ReadNode, more: readonly string[]): string[] {
  const joins = node.children.map(joinColumns);
  const known = joins.filter((columns) => columns !== undefined);
  const names = node.select.map((item) => item.field.name);
  const isCounted = node.select.some((item) => item.field.fullRow);
  if (known.length < joins.length || names.includes("*") || isCounted) return ["*"];
  const ordered = node.order.filter((term) => term.lateral === undefined)
    .map((term) => term.field.name);
  const compared = node.where.flatMap(comparedColumns);
  const all = [...names, ...compared, ...ordered, ...known.flat(), ...more];
  return [...new Set(all)].toSorted();
}
