/** @module What a query string asks for, before it is known whether such things exist. */

/** One step into a JSON document. */
export interface JsonStep {
  readonly arrow: "->" | "->>";
  readonly key: string;
}

/** A column, or something within a JSON column. */
export interface Field {
  readonly name: string;
  readonly json: readonly JsonStep[];
}

/** A column of `select`; the name `*` stands for all. */
export interface SelectField {
  readonly kind: "field";
  readonly field: Field;
  readonly alias?: string;
  readonly cast?: string;
}

/** A related table of `select`. */
export interface SelectRelation {
  readonly kind: "relation";
  readonly name: string;
  readonly alias?: string;
  readonly hint?: string;
  readonly inner: boolean;
  readonly spread: boolean;
  readonly select: readonly SelectItem[];
}

/** An item of `select`. */
export type SelectItem = SelectField | SelectRelation;

/** A comparison. */
export interface Filter {
  readonly kind: "filter";
  readonly field: Field;
  readonly negated: boolean;
  readonly operator: string;
  readonly quantifier?: "any" | "all";
  /** Configuration of a text search. */
  readonly language?: string;
  /** A list for `in`. */
  readonly value: string | readonly string[];
}

/** Comparisons that are joined. */
export interface Logic {
  readonly kind: "and" | "or";
  readonly negated: boolean;
  readonly children: readonly Condition[];
}

/** A node of a condition. */
export type Condition = Filter | Logic;

/** A term of `order`. */
export interface OrderTerm {
  readonly field: Field;
  /** The to-one embed whose column it is. */
  readonly relation?: string;
  readonly direction?: "asc" | "desc";
  readonly nulls?: "first" | "last";
}

/** A part of the query that concerns one embed, or the top when the path is empty. */
export interface At<T> {
  readonly path: readonly string[];
  readonly value: T;
}

/** A whole query string. */
export interface Query {
  readonly select: readonly SelectItem[];
  readonly conditions: readonly At<Condition>[];
  readonly orders: readonly At<readonly OrderTerm[]>[];
  readonly limits: readonly At<number>[];
  readonly offsets: readonly At<number>[];
  readonly columns?: readonly string[];
  readonly onConflict?: readonly string[];
  /** Arguments of a function called by GET. */
  readonly args: readonly (readonly [string, string])[];
}
