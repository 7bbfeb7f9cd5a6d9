/** @module Types of Postgres as Swagger has them, and the definitions of relations. */
import { type Column, type Relationship, relationshipKey, type Table } from "./schema.ts";

const TYPES: Readonly<Record<string, string | undefined>> = {
  "character varying": "string",
  character: "string",
  text: "string",
  boolean: "boolean",
  smallint: "integer",
  integer: "integer",
  bigint: "integer",
  numeric: "number",
  real: "number",
  "double precision": "number",
  json: undefined,
  jsonb: undefined,
};

/** Swagger's type; documents may be of any. */
export function swaggerType(type: string): string | undefined {
  if (Object.hasOwn(TYPES, type)) return TYPES[type];
  return type.endsWith("[]") ? "array" : "string";
}

/** What a list holds. */
export function propertyItems(type: string): Record<string, unknown> {
  if (swaggerType(type) !== "array") return {};
  const element = swaggerType(type.replace(/\[\]$/, ""));
  return { items: element === undefined ? {} : { type: element } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function defaultOf({ type, default: value }: Column): Record<string, unknown> {
  if (value === null) return {};
  const suffix = `::${type}`;
  const plain = value.endsWith(suffix)
    ? value.slice(0, -suffix.length).replace(/^'+|'+$/g, "")
    : value;
  const shown = parsed(swaggerType(type) === "string" ? `"${plain}"` : value);
  return shown === undefined ? {} : { default: shown };
}

function foreignKey(
  table: Table,
  column: string,
  relationships: ReadonlyMap<string, readonly Relationship[]>,
): string | undefined {
  const ways = relationships.get(relationshipKey(table, table.schema)) ?? [];
  const found = ways.filter((way) => way.kind === "key")
    .toSorted((a, b) => Number(a.foreignIsView) - Number(b.foreignIsView))
    .flatMap(({ cardinality: card, foreign }) => {
      if (card.kind === "m2m" || card.kind === "o2m" || card.isParent) return [];
      const [pair, ...others] = card.pairs;
      if (pair === undefined || others.length > 0 || pair[0] !== column) return [];
      return [{ name: foreign.name, column: pair[1] }];
    })[0];
  if (found === undefined) return undefined;
  const { name, column: target } = found;
  return `This is a Foreign Key to \`${name}.${target}\`.` +
    `<fk table='${name}' column='${target}'/>`;
}

function descriptionOf(
  table: Table,
  column: Column,
  relationships: ReadonlyMap<string, readonly Relationship[]>,
): Record<string, string> {
  const notes = [
    table.primaryKey.includes(column.name) ? "This is a Primary Key.<pk/>" : undefined,
    foreignKey(table, column.name, relationships),
  ].filter((note) => note !== undefined);
  const own = column.description;
  if (notes.length === 0) return own === null ? {} : { description: own };
  const before = own === null ? "" : `${own}\n\n`;
  return { description: `${before}${["Note:", ...notes].join("\n")}` };
}

/** The definition of a relation. */
export function openApiDefinition(
  table: Table,
  relationships: ReadonlyMap<string, readonly Relationship[]>,
): unknown {
  const required = table.columns.filter((column) => !column.nullable)
    .map((column) => column.name);
  const properties = table.columns.map((column) => {
    const type = swaggerType(column.type);
    return [column.name, {
      ...descriptionOf(table, column, relationships),
      ...(type !== undefined && { type }),
      ...propertyItems(column.type),
      ...(column.labels.length > 0 && { enum: column.labels }),
      ...(column.maxLength !== null && { maxLength: column.maxLength }),
      ...defaultOf(column),
      format: column.type,
    }];
  });
  return {
    ...(table.description !== null && { description: table.description }),
    ...(required.length > 0 && { required }),
    properties: Object.fromEntries(properties),
    type: "object",
  };
}
