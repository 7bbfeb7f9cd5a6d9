/** @module Pieces of SQL: quoted names, and values that travel apart from the text. */
import type { Name } from "./schema.ts";

/** Quotes a name. */
export function ident(name: string): string {
  return `"${name.split("\0", 1)[0]?.replaceAll('"', '""')}"`;
}

/** Quotes a name with its schema, if it has one. */
export function qualified({ schema, name }: Name): string {
  return schema === "" ? ident(name) : `${ident(schema)}.${ident(name)}`;
}

/** A text constant; only for texts that the database itself gave. */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return quoted.includes("\\") ? `E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}

/** Writes an array of Postgres. */
export function arrayLiteral(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replace(/[\\"]/g, "\\$&")}"`).join(",")}}`;
}

/** A value of a statement. */
export type Value = string | null;

/** A statement with its values. */
export interface Statement {
  readonly text: string;
  readonly values: readonly Value[];
}

/** Collects the values of one statement. */
export class Values {
  readonly list: Value[] = [];

  /** Adds a value; the server infers its type from where it stands. */
  add(value: Value): string {
    this.list.push(value);
    return `$${this.list.length}`;
  }
}
