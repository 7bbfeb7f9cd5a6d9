/** @module Writes a planned read as one statement. */
import { columnSql, conditionSql, fieldSql, orderSql, selectSql } from "./build_conditions.ts";
import { type EmbedColumn, nameOfRows, type ReadNode, type SpreadColumn } from "./plan.ts";
import { isListSpread } from "./plan_shape.ts";
import { ALL_ROWS } from "./ranges.ts";
import { type ColumnPairs, isToOne, type Name } from "./schema.ts";
import { ident, qualified, type Values } from "./sql_text.ts";

const ALL_COLUMNS = "*";

function equalities(left: Name, right: Name, pairs: ColumnPairs): string[] {
  return pairs.map(([a, b]) => `${columnSql(left, a)} = ${columnSql(right, b)}`);
}

/** The rows a node reads, and how they belong to the row around. */
interface Source {
  readonly from: string;
  readonly where: readonly string[];
}

function sourceOf(node: ReadNode): Source {
  const rows = nameOfRows(node);
  const as = node.alias === undefined ? "" : ` AS ${ident(node.alias)}`;
  const table = `${qualified(node.from)}${as}`;
  if (node.tie === undefined) return { from: table, where: [] };
  const { way, outer } = node.tie;
  if (way.kind === "computed") {
    // Overloads are told apart by the type of the row.
    const row = `${ident(outer.name)}::${qualified(way.table)}`;
    return { from: `${qualified(way.routine)}(${row})${as}`, where: [] };
  }
  const { cardinality } = way;
  if (cardinality.kind !== "m2m") {
    return { from: table, where: equalities(outer, rows, cardinality.pairs) };
  }
  const { junction } = cardinality;
  const middle = { schema: "", name: `${junction.table.name}_${node.depth}_junction` };
  return {
    from: `${table}, ${qualified(junction.table)} AS ${ident(middle.name)}`,
    where: [
      ...equalities(outer, middle, junction.source),
      ...equalities(rows, middle, junction.target),
    ],
  };
}

function spreadSql(lateral: string, column: SpreadColumn): string {
  const { name, aggregate, aggregateCast, alias } = column;
  const value = columnSql({ schema: "", name: lateral }, name);
  const called = aggregate === undefined ? value : `${aggregate.toUpperCase()}(${value})`;
  const typed = aggregateCast === undefined ? called : `CAST( ${called} AS ${aggregateCast} )`;
  return alias === undefined ? typed : `${typed} AS ${ident(alias)}`;
}

function embedColumnSql(item: EmbedColumn, isGrouped: boolean): string[] {
  const { lateral, tie } = item.node;
  if (item.kind === "spread") return item.columns.map((column) => spreadSql(lateral, column));
  if (item.isEmpty) return [];
  const name = ident(lateral);
  const isOne = tie !== undefined && isToOne(tie.way);
  const value = isOne ? `row_to_json(${name}.*)` : `COALESCE(${name}.${name}, '[]')`;
  // Only `jsonb` can be grouped by; `json` comes out faster.
  return [`${isGrouped ? `(${value})::jsonb` : value} AS ${ident(item.name)}`];
}

function joinSql(item: EmbedColumn, values: Values): string {
  const { node } = item;
  const name = ident(node.lateral);
  const join = node.asked.join === "inner" ? "INNER" : "LEFT";
  const rows = rowsSql(node, values);
  const isOne = node.tie !== undefined && isToOne(node.tie.way);
  if (isOne) return ` ${join} JOIN LATERAL ( ${rows} ) AS ${name} ON TRUE`;
  const lists = item.kind === "spread" && isListSpread(node)
    ? item.columns.map((column) => {
      const value = `${name}.${ident(column.name)}`;
      return `, COALESCE(json_agg(${value}), '[]') AS ${ident(column.name)}`;
    }).join("")
    : "";
  const all = `SELECT json_agg(${name}) AS ${name}${lists} FROM (${rows} ) AS ${name}`;
  const on = join === "INNER" ? `${name}.${name} IS NOT NULL` : "TRUE";
  return ` ${join} JOIN LATERAL ( ${all} ) AS ${name} ON ${on}`;
}

/** Whether a list embed has rows is in its list, since its join always gives a row. */
function presence(embed: ReadNode, isPresent: boolean): string {
  const name = ident(embed.lateral);
  const isOne = embed.tie !== undefined && isToOne(embed.tie.way);
  const value = isOne ? name : `${name}.${name}`;
  return `${value} IS ${isPresent ? "DISTINCT FROM" : "NOT DISTINCT FROM"} NULL`;
}

function isGrouped(node: ReadNode): boolean {
  return node.select.some((item) => item.aggregate !== undefined) ||
    node.embedColumns.some((item) =>
      item.kind === "spread" && item.columns.some((column) => column.aggregate !== undefined)
    );
}

/** What rows are grouped by when something is aggregated. */
function groupSql(node: ReadNode, values: Values): string {
  if (!isGrouped(node)) return "";
  const rows = nameOfRows(node);
  const own = node.select.filter((item) => item.aggregate === undefined)
    .map((item) =>
      item.alias === undefined ? fieldSql(rows, item.field, values) : ident(item.alias)
    );
  const embedded = node.embedColumns.flatMap((item) => {
    if (item.kind === "embed") return item.isEmpty ? [] : [ident(item.name)];
    const lateral = { schema: "", name: item.node.lateral };
    return item.columns.filter((column) => column.aggregate === undefined)
      .map((column) => columnSql(lateral, column.name));
  });
  const terms = [...own, ...embedded];
  return terms.length === 0 ? "" : ` GROUP BY ${terms.join(", ")}`;
}

function limitSql(node: ReadNode, values: Values): string {
  const { lower, upper } = node.range;
  if (lower === ALL_ROWS.lower && upper === ALL_ROWS.upper) return "";
  const limit = upper === Infinity ? "ALL" : values.add(String(upper - lower + 1));
  return ` LIMIT ${limit} OFFSET ${values.add(String(lower))}`;
}

function whereSql(parts: readonly string[]): string {
  return parts.length === 0 ? "" : ` WHERE ${parts.join(" AND ")}`;
}

/** The select that gives a node's rows. */
export function rowsSql(node: ReadNode, values: Values): string {
  const rows = nameOfRows(node);
  const { from, where } = sourceOf(node);
  const isBare = node.select.length === 0 && node.children.length === 0;
  const own = isBare
    ? [columnSql(rows, ALL_COLUMNS)]
    : node.select.map((item) => selectSql(rows, item, values));
  const grouped = isGrouped(node);
  const embeds = node.embedColumns.flatMap((item) => embedColumnSql(item, grouped));
  const columns = [...own, ...embeds];
  const joins = node.embedColumns.map((item) => joinSql(item, values)).join("");
  const conditions = node.where.map((item) => conditionSql(rows, item, values, presence));
  return `SELECT ${columns.join(", ")} FROM ${from}${joins}` +
    whereSql([...conditions, ...where]) + groupSql(node, values) + orderSql(node, values) +
    limitSql(node, values);
}

/** Whether an embed has rows, when it is not joined. */
function existing(embed: ReadNode, isPresent: boolean, values: Values): string {
  return `${isPresent ? "" : "NOT "}EXISTS (${countableSql(embed, values)})`;
}

/** The select whose rows are counted: only what decides about rows takes part. */
export function countableSql(node: ReadNode, values: Values): string {
  const rows = nameOfRows(node);
  const { from, where } = sourceOf(node);
  const conditions = node.where.map((item) => conditionSql(rows, item, values, existing));
  const inner = node.children.filter((child) => child.asked.join === "inner")
    .map((child) => `EXISTS (${countableSql(child, values)})`);
  return `SELECT 1 FROM ${from}${whereSql([...conditions, ...where, ...inner])}`;
}
