/** @module What a query string asks for, before it is known whether such things exist. */

/** One step into a JSON document. */
export interface JsonStep {
  readonly arrow: "->" | "->>";
  readonly key: string;
  /** The key counts elements. */
  readonly isIndex: boolean;
}

/** A column, or something within a JSON column. */
export interface Field {
  readonly name: string;
  readonly json: readonly JsonStep[];
}

/** Functions over groups of rows. */
export type Aggregate = "sum" | "avg" | "count" | "max" | "min";

/** A column of `select`; the name `*` stands for all. */
export interface SelectField {
  readonly kind: "field";
  readonly field: Field;
  readonly alias: string | undefined;
  readonly cast: string | undefined;
  readonly aggregate: Aggregate | undefined;
  readonly aggregateCast: string | undefined;
}

/** A related table of `select`. */
export interface SelectRelation {
  readonly kind: "relation";
  readonly name: string;
  readonly alias: string | undefined;
  readonly hint: string | undefined;
  readonly join: "inner" | "left" | undefined;
  readonly spread: boolean;
  readonly select: readonly SelectItem[];
}

/** An item of `select`. */
export type SelectItem = SelectField | SelectRelation;

/** What a field is compared with, and how. */
export type Operation =
  | { readonly kind: "simple"; readonly operator: string; readonly value: string }
  | {
    readonly kind: "quantified";
    readonly operator: string;
    readonly quantifier: "ANY" | "ALL" | undefined;
    readonly value: string;
  }
  | { readonly kind: "in"; readonly values: readonly string[] }
  | { readonly kind: "is"; readonly value: string }
  | { readonly kind: "distinct"; readonly value: string }
  | {
    readonly kind: "search";
    readonly operator: string;
    readonly language: string | undefined;
    readonly value: string;
  };

/** An operation or its negation. */
export interface Comparison {
  readonly negated: boolean;
  readonly operation: Operation;
}

/** A comparison of a field. */
export interface Filter extends Comparison {
  readonly kind: "filter";
  readonly field: Field;
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
  readonly relation: string | undefined;
  readonly direction: "ASC" | "DESC" | undefined;
  readonly nulls: "NULLS FIRST" | "NULLS LAST" | undefined;
}

/** A part of the query that concerns one embed, or the top when the path is empty. */
export interface At<T> {
  readonly path: readonly string[];
  readonly value: T;
}
