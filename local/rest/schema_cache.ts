/** @module Reads the system catalogues, and keeps what they said. */
import type { Sql } from "postgres";
import { type ForeignKey, relationshipsOf, ViewColumns } from "./relationships.ts";
import {
  type ComputedRelationship,
  keyOf,
  type MediaHandler,
  representationKey,
  type RoleSettings,
  type Routine,
  type Schema,
  type Table,
} from "./schema.ts";
import {
  COMPUTED,
  DESCRIPTIONS,
  FOREIGN_KEYS,
  FUNCTIONS,
  MEDIA_HANDLERS,
  PREPARE,
  REPRESENTATIONS,
  ROLE_SETTINGS,
  TABLES,
  TIMEZONES,
} from "./schema_queries.ts";
import { arrayLiteral } from "./sql_text.ts";

interface Rows {
  readonly tables: readonly Table[];
  readonly keys: readonly ForeignKey[];
  readonly routines: readonly Routine[];
  readonly computed: readonly Omit<ComputedRelationship, "kind">[];
  readonly representations: readonly { from: string; to: string; routine: string }[];
  readonly handlers: readonly MediaHandler[];
  readonly timezones: readonly { name: string }[];
  readonly settings: readonly RoleSetting[];
  readonly descriptions: readonly { name: string; description: string }[];
}

interface RoleSetting {
  readonly role: string;
  readonly name: string;
  readonly value: string;
  /** Of the role that the service logs in as. */
  readonly isLogin: boolean;
  readonly isSettable: boolean | null;
}

/** Which schemas are read. */
export interface LoadOptions {
  readonly schemas: readonly string[];
}

/** Settings of functions that hold for the whole transaction, unless the service is told others. */
const HOISTED = ["statement_timeout", "plan_filter.statement_cost_limit"];
const ISOLATION = "default_transaction_isolation";
const OWN_PREFIX = "pgrst.";

async function rows<T>(sql: Sql, query: string, args: readonly string[] = []): Promise<T[]> {
  const wrapped = `select coalesce(json_agg(x), '[]')::text as found from (${query}) x`;
  const [row] = await sql.unsafe<{ found: string }[]>(wrapped, [...args]);
  return JSON.parse(row?.found ?? "[]") as T[];
}

function ownSettings(settings: readonly RoleSetting[]): Map<string, string> {
  return new Map(
    settings.filter(({ isLogin, name }) => isLogin && name.startsWith(OWN_PREFIX))
      .map(({ name, value }) => [name.slice(OWN_PREFIX.length), value]),
  );
}

/** Splits a list in a setting; names may be quoted. */
export function listSetting(value: string | undefined): string[] {
  return (value ?? "").split(",").map((item) => item.trim().replace(/^"(.*)"$/, "$1"))
    .filter((item) => item !== "");
}

async function readRows(sql: Sql, { schemas }: LoadOptions): Promise<Rows & LoadOptions> {
  return await sql.begin("isolation level repeatable read read only", async (tx) => {
    const connection = tx as unknown as Sql;
    await tx.unsafe(PREPARE);
    const settings = await rows<RoleSetting>(connection, ROLE_SETTINGS);
    const own = ownSettings(settings);
    const named = listSetting(own.get("db_schemas"));
    const used = named.length > 0 ? named : schemas;
    const exposed = arrayLiteral(used);
    const hoisted = own.get("db_hoisted_tx_settings");
    const names = hoisted === undefined ? HOISTED : listSetting(hoisted);
    return {
      schemas: used,
      settings,
      tables: await rows<Table>(connection, TABLES),
      keys: await rows<ForeignKey>(connection, FOREIGN_KEYS),
      routines: await rows<Routine>(connection, FUNCTIONS, [exposed, arrayLiteral(names)]),
      computed: await rows<Omit<ComputedRelationship, "kind">>(connection, COMPUTED),
      representations: await rows<Rows["representations"][number]>(connection, REPRESENTATIONS),
      handlers: await rows<MediaHandler>(connection, MEDIA_HANDLERS, [exposed]),
      timezones: await rows<{ name: string }>(connection, TIMEZONES),
      descriptions: await rows<Rows["descriptions"][number]>(connection, DESCRIPTIONS),
    };
  });
}

function roleSettings(settings: readonly RoleSetting[]): RoleSettings {
  const found = new Map<string, Map<string, string>>();
  for (const { role, name, value, isSettable } of settings) {
    if (isSettable !== true || name === ISOLATION) continue;
    const own = found.get(role) ?? new Map<string, string>();
    own.set(name, value);
    found.set(role, own);
  }
  return new Map([...found].map(([role, own]) => [role, [...own]]));
}

function isolations(settings: readonly RoleSetting[]): Map<string, string> {
  return new Map(
    settings.filter(({ name }) => name === ISOLATION).map(({ role, value }) => [role, value]),
  );
}

/** A view has the key of the table whose key it shows whole. */
function withViewKeys(tables: readonly Table[], views: ViewColumns): Table[] {
  const keyed = tables.filter((table) => table.primaryKey.length > 0);
  return tables.map((table) => {
    if (!table.isView) return table;
    const primaryKey = keyed.flatMap((base) => {
      const shown = views.shown(table, base.oid, base.primaryKey).map(([first]) => first);
      return shown.every((name) => name !== undefined) ? shown : [];
    });
    return { ...table, primaryKey };
  });
}

function sortRoutines(routines: readonly Routine[]): Routine[] {
  return routines.toSorted((a, b) => {
    const [x, y] = [JSON.stringify(a.params), JSON.stringify(b.params)];
    return a.params.length - b.params.length || (x < y ? -1 : x > y ? 1 : 0);
  });
}

function handlersOf(handlers: readonly MediaHandler[]): MediaHandler[] {
  return handlers.map((handler) => {
    const { target } = handler;
    const isAny = target?.schema === "pg_catalog" && target.name === "anyelement";
    return isAny ? { ...handler, target: undefined } : handler;
  });
}

/** The schema with the schemas it was read of. */
export interface LoadedSchema extends Schema {
  readonly schemas: readonly string[];
}

/** Reads the catalogues. */
export async function loadSchema(sql: Sql, options: LoadOptions): Promise<LoadedSchema> {
  const found = await readRows(sql, options);
  const { schemas } = found;
  const byOid = new Map(found.tables.map((table) => [table.oid, table]));
  const views = new ViewColumns(byOid);
  const tables = withViewKeys(found.tables, views);
  const byName = new Map(tables.map((table) => [keyOf(table), table]));
  const computed = found.computed.map((way) => ({ kind: "computed" as const, ...way }));
  const relationships = relationshipsOf(
    { byOid, keys: found.keys, computed, schemas },
    byName,
    views,
  );
  const exposed = tables.filter((table) => schemas.includes(table.schema) && !table.isPartition);
  const routines = Map.groupBy(found.routines, keyOf);
  return {
    schemas,
    tables: new Map(exposed.map((table) => [keyOf(table), table])),
    relationships,
    routines: new Map([...routines].map(([key, list]) => [key, sortRoutines(list)])),
    representations: new Map(
      found.representations.map(({ from, to, routine }) => [representationKey(from, to), routine]),
    ),
    handlers: handlersOf(found.handlers),
    timezones: new Set(found.timezones.map(({ name }) => name)),
    roleSettings: roleSettings(found.settings),
    isolations: isolations(found.settings),
    settings: ownSettings(found.settings),
    descriptions: new Map(found.descriptions.map((item) => [item.name, item.description])),
    loadedAt: Date.now(),
  };
}

/** Reloads no more often than this because of something unknown. */
const RELOAD_MS = 1000;

/** The schema at hand, loaded anew when it changed. */
export class SchemaCache {
  #current: LoadedSchema | undefined;
  #loading: Promise<LoadedSchema> | undefined;
  #isStale = false;

  constructor(private readonly load: () => Promise<LoadedSchema>) {}

  /** The schema, as fresh as the last notification. */
  async get(): Promise<LoadedSchema> {
    if (this.#current !== undefined && !this.#isStale) return this.#current;
    return await this.#reload();
  }

  /** The schema after something unknown was asked for. */
  async refreshed(): Promise<LoadedSchema> {
    const current = this.#current;
    if (current !== undefined && Date.now() - current.loadedAt < RELOAD_MS) return await this.get();
    return await this.#reload();
  }

  /** Makes the next request load the schema. */
  expire(): void {
    this.#isStale = true;
  }

  async #reload(): Promise<LoadedSchema> {
    this.#loading ??= this.#loadNow();
    return await this.#loading;
  }

  async #loadNow(): Promise<LoadedSchema> {
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
