/** @module Writes a planned read as one statement. */
import type { OrderTerm, SelectField } from "./ast.ts";
import { conditionSql, fieldSql, presenceSql } from "./build_conditions.ts";
import { unsupported } from "./errors.ts";
import { type Embed, embedNamed, presenceOf, type ReadNode } from "./plan.ts";
import type { ColumnPairs } from "./schema_cache.ts";
import { ident, qualified, type Values } from "./sql_text.ts";
import type { Condition } from "./ast.ts";

const INDEX = /^-?\d+$/;

/** The rows a node reads, when they are not those of its relation. */
export interface Source {
  readonly from: string;
  readonly where: readonly string[];
}

/** Key of a column in the answer. */
function outputName(item: SelectField): string {
  if (item.alias !== undefined) return item.alias;
  const key = item.field.json.findLast((step) => !INDEX.test(step.key))?.key;
  return key ?? item.field.name;
}

function columnSql(node: ReadNode, item: SelectField, values: Values): string {
  const { field, cast } = item;
  if (field.name === "*") return `${ident(node.alias)}.*`;
  const value = fieldSql(node, field, values);
  const typed = cast === undefined ? value : `CAST(${value} AS ${cast})`;
  const isPlain = cast === undefined && field.json.length === 0 && item.alias === undefined;
  return isPlain ? typed : `${typed} AS ${ident(outputName(item))}`;
}

/** Keys that an embed brings into the row around it. */
function spreadNames(embed: Embed): string[] {
  const { node } = embed;
  const own = node.select.flatMap((item) =>
    item.field.name === "*"
      ? node.relation?.columns.map((column) => column.name) ?? []
      : [outputName(item)]
  );
  const nested = node.embeds.flatMap((inner) =>
    inner.asked.spread ? spreadNames(inner) : isEmpty(inner) ? [] : [inner.key]
  );
  return [...own, ...nested];
}

function isEmpty(embed: Embed): boolean {
  return embed.asked.select.length === 0;
}

function embedColumns(embed: Embed): string[] {
  if (isEmpty(embed)) return [];
  const lateral = ident(embed.lateral);
  if (embed.asked.spread) {
    return spreadNames(embed).map((name) => {
      const value = `${lateral}.${ident(name)}`;
      return embed.way.toOne ? value : `coalesce(${value}, '[]') AS ${ident(name)}`;
    });
  }
  const value = embed.way.toOne ? `row_to_json(${lateral}.*)` : `coalesce(${lateral}.rows, '[]')`;
  return [`${value} AS ${ident(embed.key)}`];
}

function equalities(left: string, right: string, pairs: ColumnPairs): string[] {
  return pairs.map(([a, b]) => `${ident(left)}.${ident(a)} = ${ident(right)}.${ident(b)}`);
}

/** The rows of an embed that belong to a row of the outer node. */
function embedSource(outer: ReadNode, embed: Embed): Source {
  const { way, node } = embed;
  if (way.routine !== undefined) {
    const { schema, name } = way.routine;
    const row = `${ident(outer.alias)}::${qualified(way.from.schema, way.from.name)}`;
    return { from: `${qualified(schema, name)}(${row}) AS ${ident(node.alias)}`, where: [] };
  }
  const table = `${qualified(way.to.schema, way.to.name)} AS ${ident(node.alias)}`;
  const { junction } = way;
  if (junction === undefined) {
    return { from: table, where: equalities(outer.alias, node.alias, way.pairs) };
  }
  const middle = `${node.alias}_junction`;
  const { schema, name } = junction.relation;
  return {
    from: `${table} CROSS JOIN ${qualified(schema, name)} AS ${ident(middle)}`,
    where: [
      ...equalities(outer.alias, middle, way.pairs),
      ...equalities(middle, node.alias, junction.pairs),
    ],
  };
}

function joinSql(outer: ReadNode, embed: Embed, values: Values): string {
  const { way, lateral, node, asked } = embed;
  const name = ident(lateral);
  const inner = rowsSql(node, embedSource(outer, embed), values);
  const join = asked.inner ? "INNER" : "LEFT";
  if (way.toOne) return ` ${join} JOIN LATERAL (${inner}) AS ${name} ON TRUE`;
  const lists = asked.spread
    ? spreadNames(embed).map((key) => `, json_agg(${name}.${ident(key)}) AS ${ident(key)}`).join("")
    : "";
  const rows = `SELECT json_agg(${name}) AS rows${lists} FROM (${inner}) AS ${name}`;
  const on = asked.inner ? presenceSql(embed) : "TRUE";
  return ` ${join} JOIN LATERAL (${rows}) AS ${name} ON ${on}`;
}

function orderSql(node: ReadNode, term: OrderTerm, values: Values): string {
  const direction = term.direction === undefined ? "" : ` ${term.direction.toUpperCase()}`;
  const nulls = term.nulls === undefined ? "" : ` NULLS ${term.nulls.toUpperCase()}`;
  return `${orderValue(node, term, values)}${direction}${nulls}`;
}

/** A column of a to-one embed is looked up apart, since the embed may not show it. */
function orderValue(node: ReadNode, term: OrderTerm, values: Values): string {
  if (term.relation === undefined) return fieldSql(node, term.field, values);
  const embed = embedNamed(node, term.relation);
  if (embed === undefined) throw unsupported("This order");
  const { from, where } = embedSource(node, embed);
  const value = fieldSql(embed.node, term.field, values);
  const conditions = [
    ...where,
    ...embed.node.conditions.map((item) => conditionSql(embed.node, embed.node, item, values)),
  ];
  const filter = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return `(SELECT ${value} FROM ${from}${filter} LIMIT 1)`;
}

function whereSql(node: ReadNode, source: Source, values: Values): string {
  const conditions = node.conditions.map((item) => conditionSql(node, node, item, values));
  const all = [...source.where, ...conditions];
  return all.length === 0 ? "" : ` WHERE ${all.join(" AND ")}`;
}

/** The select that gives a node's rows. */
export function rowsSql(node: ReadNode, source: Source, values: Values): string {
  const columns = [
    ...node.select.map((item) => columnSql(node, item, values)),
    ...node.embeds.flatMap(embedColumns),
  ];
  const joins = node.embeds.map((embed) => joinSql(node, embed, values)).join("");
  const where = whereSql(node, source, values);
  const order = node.order.map((term) => orderSql(node, term, values)).join(", ");
  const limit = node.limit === undefined ? "" : ` LIMIT ${node.limit}`;
  const offset = node.offset === 0 ? "" : ` OFFSET ${node.offset}`;
  return `SELECT ${columns.join(", ")} FROM ${source.from}${joins}${where}` +
    `${order === "" ? "" : ` ORDER BY ${order}`}${limit}${offset}`;
}

function mentions(node: ReadNode, embed: Embed, condition: Condition): boolean {
  if (condition.kind === "filter") return presenceOf(node, condition) === embed;
  return condition.children.some((child) => mentions(node, embed, child));
}

/** The select whose rows are counted: only the embeds that decide about rows take part. */
export function countableSql(node: ReadNode, source: Source, values: Values): string {
  const joins = node.embeds
    .filter((embed) =>
      embed.asked.inner || node.conditions.some((item) => mentions(node, embed, item))
    )
    .map((embed) => joinSql(node, embed, values)).join("");
  return `SELECT 1 FROM ${source.from}${joins}${whereSql(node, source, values)}`;
}

/** The source of a table. */
export function tableSource(node: ReadNode): Source {
  const { relation, alias } = node;
  if (relation === undefined) throw unsupported("Reading from no table");
  return { from: `${qualified(relation.schema, relation.name)} AS ${ident(alias)}`, where: [] };
}
