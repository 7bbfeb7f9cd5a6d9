/** @module What the database holds: relations, foreign keys, functions, settings of roles. */
import type { Sql } from "postgres";
import { FOREIGN_KEYS, FUNCTIONS, PREPARE, ROLE_SETTINGS, TABLES } from "./schema_queries.ts";
import { relationshipsOf } from "./relationships.ts";

/** A column. */
export interface Column {
  readonly name: string;
  readonly number: number;
  /** Its type, as SQL writes it. */
  readonly type: string;
  /** The type under a domain. */
  readonly base: string;
  readonly nullable: boolean;
  /** An SQL expression. */
  readonly default: string | null;
}

/** A table or view. */
export interface Relation {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly description: string | null;
  readonly insertable: boolean;
  readonly updatable: boolean;
  readonly deletable: boolean;
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  /** The parse tree of a view. */
  readonly action: string | null;
}

/** A foreign key as the catalogue has it. */
export interface ForeignKey {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly columns: readonly string[];
  readonly refs: readonly string[];
  readonly isUnique: boolean;
}

/** A parameter of a function. */
export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly relation: string;
}

/** A function. */
export interface Routine {
  readonly schema: string;
  readonly name: string;
  readonly volatility: string;
  readonly isSet: boolean;
  /** Promises at most one row (`rows 1`). */
  readonly isSingleRow: boolean;
  readonly isVariadic: boolean;
  readonly returnType: string;
  readonly returnKind: string;
  readonly returnRelation: string;
  readonly hasOut: boolean;
  readonly requiredCount: number;
  readonly description: string | null;
  readonly args: readonly Parameter[];
  readonly outNames: readonly string[];
  readonly settings: Readonly<Record<string, string>> | null;
}

/** Pairs of columns: of the one side and of the other. */
export type ColumnPairs = readonly (readonly [string, string])[];

/** A way from one relation to another. */
export interface Relationship {
  readonly kind: "m2o" | "o2m" | "o2o" | "m2m" | "computed";
  readonly from: Relation;
  readonly to: Relation;
  readonly isSelf: boolean;
  readonly toOne: boolean;
  /** No view takes part: only then may a key's name or column stand for the relation. */
  readonly isTable: boolean;
  /** Name of the foreign key, or of the function. */
  readonly constraint: string;
  /** Columns of `from` and of `to`, or of `from` and the junction. */
  readonly pairs: ColumnPairs;
  readonly junction?: {
    readonly relation: Relation;
    readonly constraint: string;
    /** Columns of the junction and of `to`. */
    readonly pairs: ColumnPairs;
  };
  readonly routine?: Routine;
}

/** Settings by role, then by name. */
export type RoleSettings = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Everything at one moment. */
export interface Schema {
  relation(schema: string, name: string): Relation | undefined;
  relationOf(oid: string): Relation | undefined;
  /** Overloads of one function. */
  routines(schema: string, name: string): readonly Routine[];
  relationships(from: Relation): readonly Relationship[];
  relationsOf(schema: string): readonly Relation[];
  routinesOf(schema: string): readonly Routine[];
  readonly roleSettings: RoleSettings;
  readonly loadedAt: number;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

interface RoleSetting {
  readonly role: string;
  readonly name: string;
  readonly value: string;
}

function settingsByRole(rows: readonly RoleSetting[]): RoleSettings {
  const found = new Map<string, Record<string, string>>();
  for (const { role, name, value } of rows) {
    const settings = found.get(role) ?? {};
    settings[name] = value;
    found.set(role, settings);
  }
  return found;
}

async function rows<T>(sql: Sql, query: string, args: readonly string[] = []): Promise<T[]> {
  const wrapped = `select coalesce(json_agg(x), '[]')::text as found from (${query}) x`;
  const [row] = await sql.unsafe<{ found: string }[]>(wrapped, [...args]);
  return JSON.parse(row?.found ?? "[]") as T[];
}

/** Writes an array of Postgres. */
export function arrayLiteral(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replace(/[\\"]/g, "\\$&")}"`).join(",")}}`;
}

/** Reads the catalogues. */
export async function loadSchema(sql: Sql, schemas: readonly string[]): Promise<Schema> {
  const exposed = arrayLiteral(schemas);
  const [relations, keys, routines, settings] = await sql.begin("read only", async (tx) => {
    const connection = tx as unknown as Sql;
    await tx.unsafe(PREPARE);
    return [
      await rows<Relation>(connection, TABLES, [exposed]),
      await rows<ForeignKey>(connection, FOREIGN_KEYS),
      await rows<Routine>(connection, FUNCTIONS, [exposed]),
      await rows<RoleSetting>(connection, ROLE_SETTINGS),
    ] as const;
  });
  const byOid = new Map(relations.map((relation) => [relation.oid, relation]));
  const names = new Set(schemas);
  const visible = relations.filter((relation) => names.has(relation.schema));
  const byName = groupBy(visible, (item) => `${item.schema}.${item.name}`);
  const bySchema = groupBy(visible, (item) => item.schema);
  const byRoutine = groupBy(routines, (item) => `${item.schema}.${item.name}`);
  const routinesBySchema = groupBy(routines, (item) => item.schema);
  const found = relationshipsOf({ byOid, visible, keys, routines });
  const byRelation = groupBy(found, (item) => item.from.oid);
  return {
    relation: (schema, name) => byName.get(`${schema}.${name}`)?.[0],
    relationOf: (oid) => byOid.get(oid),
    routines: (schema, name) => byRoutine.get(`${schema}.${name}`) ?? [],
    relationships: (from) => byRelation.get(from.oid) ?? [],
    relationsOf: (schema) => bySchema.get(schema) ?? [],
    routinesOf: (schema) => routinesBySchema.get(schema) ?? [],
    roleSettings: settingsByRole(settings),
    loadedAt: Date.now(),
  };
}

/** Reloads no more often than this because of something unknown. */
const RELOAD_MS = 1000;

/** The schema at hand, loaded anew when it changed. */
export class SchemaCache {
  #current: Schema | undefined;
  #loading: Promise<Schema> | undefined;
  #isStale = false;

  constructor(private readonly load: () => Promise<Schema>) {}

  /** The schema, as fresh as the last notification. */
  async get(): Promise<Schema> {
    if (this.#current !== undefined && !this.#isStale) return this.#current;
    return await this.#reload();
  }

  /** The schema after something unknown was asked for. */
  async refreshed(): Promise<Schema> {
    const current = this.#current;
    if (current !== undefined && Date.now() - current.loadedAt < RELOAD_MS) return await this.get();
    return await this.#reload();
  }

  /** Makes the next request load the schema. */
  expire(): void {
    this.#isStale = true;
  }

  async #reload(): Promise<Schema> {
    this.#loading ??= this.#loadNow();
    return await this.#loading;
  }

  async #loadNow(): Promise<Schema> {
    this.#isStale = false;
    try {
      this.#current = await this.load();
      return this.#current;
    } catch (error) {
      this.#isStale = true;
      throw error;
    } finally {
      this.#loading = undefined;
    }
  }
}
