/** @module Pieces of SQL: quoted names, and values that travel apart from the text. */

/** Quotes a name. */
export function ident(name: string): string {
  return `"${name.replaceAll("\0", "").replaceAll('"', '""')}"`;
}

/** Quotes a name with its schema. */
export function qualified(schema: string, name: string): string {
  return `${ident(schema)}.${ident(name)}`;
}

/** A statement with its values. */
export interface Statement {
  readonly text: string;
  readonly values: readonly (string | null)[];
}

/** Collects the values of one statement. */
export class Values {
  readonly list: (string | null)[] = [];

  /** Adds a value; the server infers its type from where it stands. */
  add(value: string | null): string {
    this.list.push(value);
    return `$${this.list.length}`;
  }
}
