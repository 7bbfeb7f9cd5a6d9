/** @module What the service knows of the database: relations, relationships, functions. */

/** A name with its schema. */
export interface Name {
  readonly schema: string;
  readonly name: string;
}

/** A column. */
export interface Column {
  readonly name: string;
  readonly number: number;
  readonly description: string | null;
  readonly nullable: boolean;
  /** The type under a domain, without its length. */
  readonly type: string;
  /** The declared type, as SQL writes it. */
  readonly nominal: string;
  readonly maxLength: number | null;
  /** An SQL expression. */
  readonly default: string | null;
  /** Labels of an enumeration. */
  readonly labels: readonly string[];
}

/** A table or view. */
export interface Table extends Name {
  readonly oid: string;
  readonly description: string | null;
  readonly isView: boolean;
  /** Partitions are reached through their parent. */
  readonly isPartition: boolean;
  readonly insertable: boolean;
  readonly updatable: boolean;
  readonly deletable: boolean;
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  /** The parse tree of a view. */
  readonly action: string | null;
}

/** Pairs of columns: of the one side and of the other. */
export type ColumnPairs = readonly (readonly [string, string])[];

/** A table between two others. */
export interface Junction {
  readonly table: Name;
  readonly constraints: readonly [string, string];
  /** Columns of the source and of the junction. */
  readonly source: ColumnPairs;
  /** Columns of the target and of the junction. */
  readonly target: ColumnPairs;
}

/** How many rows of the one side belong to how many of the other. */
export type Cardinality =
  | {
    readonly kind: "o2m" | "m2o" | "o2o";
    readonly constraint: string;
    readonly pairs: ColumnPairs;
    /** The side that the foreign key points at, of a one-to-one relationship. */
    readonly isParent: boolean;
  }
  | { readonly kind: "m2m"; readonly junction: Junction };

/** A relationship by foreign keys. */
export interface KeyRelationship {
  readonly kind: "key";
  readonly table: Name;
  readonly foreign: Name;
  readonly isSelf: boolean;
  readonly cardinality: Cardinality;
  readonly tableIsView: boolean;
  readonly foreignIsView: boolean;
}

/** A relationship by a function of one row. */
export interface ComputedRelationship {
  readonly kind: "computed";
  readonly routine: Name;
  readonly table: Name;
  readonly foreign: Name;
  readonly toOne: boolean;
}

/** A way from one relation to another. */
export type Relationship = KeyRelationship | ComputedRelationship;

/** Whether a row has at most one counterpart. */
export function isToOne(way: Relationship): boolean {
  if (way.kind === "computed") return way.toOne;
  return way.cardinality.kind === "m2o" || way.cardinality.kind === "o2o";
}

/** A parameter of a function. */
export interface Parameter {
  readonly name: string;
  readonly type: string;
  /** The type without its length. */
  readonly wideType: string;
  readonly required: boolean;
  readonly variadic: boolean;
}

/** A function. */
export interface Routine extends Name {
  readonly description: string | null;
  readonly params: readonly Parameter[];
  readonly returns: Name;
  readonly isSet: boolean;
  readonly isComposite: boolean;
  readonly volatility: "i" | "s" | "v";
  readonly hasVariadic: boolean;
  readonly isolation: string | null;
  readonly settings: readonly (readonly [string, string])[];
}

/** A function that gives one value. */
export function isScalar(routine: Routine): boolean {
  return !routine.isSet && !routine.isComposite;
}

/** A function that gives many values. */
export function isScalarSet(routine: Routine): boolean {
  return routine.isSet && !routine.isComposite;
}

/** A function that gives nothing. */
export function isVoid(routine: Routine): boolean {
  const { returns } = routine;
  return isScalar(routine) && returns.schema === "pg_catalog" && returns.name === "void";
}

/** A function or aggregate that writes a media type of its own. */
export interface MediaHandler {
  readonly routine: Name;
  /** The relation it is for, or undefined when it takes any. */
  readonly target: Name | undefined;
  readonly media: string;
  readonly resolved: string;
}

/** Settings by role, then by name. */
export type RoleSettings = ReadonlyMap<string, readonly (readonly [string, string])[]>;

/** Everything at one moment. */
export interface Schema {
  readonly tables: ReadonlyMap<string, Table>;
  readonly relationships: ReadonlyMap<string, readonly Relationship[]>;
  readonly routines: ReadonlyMap<string, readonly Routine[]>;
  /** Functions that turn one type into another, by both names. */
  readonly representations: ReadonlyMap<string, string>;
  readonly handlers: readonly MediaHandler[];
  readonly timezones: ReadonlySet<string>;
  readonly roleSettings: RoleSettings;
  readonly isolations: ReadonlyMap<string, string>;
  /** Settings of the service, without their prefix. */
  readonly settings: ReadonlyMap<string, string>;
  readonly descriptions: ReadonlyMap<string, string>;
  readonly loadedAt: number;
}

/** A key for maps. */
export function keyOf({ schema, name }: Name): string {
  return `${schema}\0${name}`;
}

/** A key for relationships: where they start, and in which schema they end. */
export function relationshipKey(table: Name, foreignSchema: string): string {
  return `${keyOf(table)}\0${foreignSchema}`;
}

/** A key for representations. */
export function representationKey(from: string, to: string): string {
  return `${from}\0${to}`;
}
