/** @module The feed of table changes: one reader, one check of rights per user and change. */
import type { Sql } from "postgres";
import { type ChangeFilter, parseFilter } from "./change_filters.ts";
import {
  evaluateChange,
  type EvaluatedChange,
  readTable,
  type TableInfo,
  visibilityOf,
} from "./change_rows.ts";
import type { Changes, ChangesListener, DescribedBinding } from "./changes.ts";
import type { JsonObject } from "./frames.ts";
import type { ChangeBinding } from "./join_config.ts";
import type { RealtimeClaims } from "./tokens.ts";
import { readWal, type RowChange, type WalReader } from "./wal_reader.ts";

const PUBLICATION = "supabase_realtime";
const SLOT_PREFIX = "supabase_realtime_replication_slot";
const EVENTS: ReadonlySet<string> = new Set(["*", "INSERT", "UPDATE", "DELETE"]);
/** Above this size only short values are sent. */
const MAX_PAYLOAD = 1_024 * 1_024;
const SHORT_VALUE = 64;

interface Binding extends DescribedBinding {
  readonly parsed: ChangeFilter | undefined;
}

interface Subscription {
  readonly listener: ChangesListener;
  readonly bindings: readonly Binding[];
  claims: RealtimeClaims;
}

interface Match {
  readonly subscription: Subscription;
  readonly bindings: readonly Binding[];
}

/** A number that equal bindings share. */
function bindingId(binding: ChangeBinding): number {
  const { event, schema, table = "", filter = "", select = [] } = binding;
  let hash = 0;
  for (const char of JSON.stringify([event, schema, table, filter, select])) {
    hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) % (1 << 27);
  }
  return Math.abs(hash);
}

function eventName(change: RowChange): "INSERT" | "UPDATE" | "DELETE" {
  return change.tag === "insert" ? "INSERT" : change.tag === "update" ? "UPDATE" : "DELETE";
}

function wants(binding: Binding, change: RowChange): boolean {
  const { event, schema, table = "*" } = binding;
  return (event === "*" || event === eventName(change)) &&
    (schema === "*" || schema === change.relation.schema) &&
    (table === "*" || table === change.relation.name);
}

function pick(record: JsonObject, keep: (name: string, value: unknown) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(record).filter(([name, value]) => keep(name, value)));
}

function shortened(data: JsonObject): JsonObject {
  if (JSON.stringify(data).length <= MAX_PAYLOAD) return data;
  const short = (record: unknown) =>
    pick((record ?? {}) as JsonObject, (_, value) => JSON.stringify(value).length <= SHORT_VALUE);
  return {
    ...data,
    ...(data.record === undefined ? {} : { record: short(data.record) }),
    ...(data.old_record === undefined ? {} : { old_record: short(data.old_record) }),
    errors: ["Error 413: Payload Too Large"],
  };
}

class TableChanges implements Changes {
  readonly #sql: Sql;
  readonly #databaseUrl: string;
  readonly #subscriptions = new Map<ChangesListener, Subscription>();
  /** Keyed by the log's own description of a table, which is new after every change of it. */
  readonly #tables = new WeakMap<object, Promise<TableInfo | undefined>>();
  #reader: WalReader | undefined;

  constructor(sql: Sql, databaseUrl: string) {
    this.#sql = sql;
    this.#databaseUrl = databaseUrl;
  }

  describe(bindings: readonly ChangeBinding[]): DescribedBinding[] {
    const unique = new Map(bindings.map((binding) => [bindingId(binding), binding]));
    return [...unique].map(([id, binding]) => ({ ...binding, id }));
  }

  async subscribe(
    listener: ChangesListener,
    bindings: readonly ChangeBinding[],
    claims: RealtimeClaims,
  ): Promise<void> {
    const known: Binding[] = [];
    for (const binding of this.describe(bindings)) {
      known.push({ ...binding, parsed: await this.#check(binding) });
    }
    this.#reader ??= readWal({
      databaseUrl: this.#databaseUrl,
      slotPrefix: SLOT_PREFIX,
      publications: () => this.#publications(),
      onChange: (change, committedAt) => this.#onChange(change, committedAt),
    });
    await this.#reader.started;
    if (!listener.closed) this.#subscriptions.set(listener, { listener, bindings: known, claims });
  }

  changeClaims(listener: ChangesListener, claims: RealtimeClaims): void {
    const subscription = this.#subscriptions.get(listener);
    if (subscription !== undefined) subscription.claims = claims;
  }

  unsubscribe(listener: ChangesListener): void {
    this.#subscriptions.delete(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscriptions.clear();
    await this.#reader?.[Symbol.asyncDispose]();
  }

  async #publications(): Promise<string[]> {
    const rows = await this.#sql<{ name: string }[]>`
      select pubname as name from pg_publication where pubname = ${PUBLICATION}`;
    return rows.map((row) => row.name);
  }

  /** Refuses what could never deliver anything. */
  async #check(binding: DescribedBinding): Promise<ChangeFilter | undefined> {
    const { event, schema, table = "*", filter } = binding;
    const refusal = "Unable to subscribe to changes with given parameters. Please check Realtime " +
      `is enabled for the given connect parameters: [event: ${event}, schema: ${schema}, ` +
      `table: ${table}, filters: ${filter ?? "[]"}]`;
    if (!EVENTS.has(event)) throw new Error(refusal);
    const [found] = await this.#sql<{ oid: number }[]>`
      select c.oid::int as oid from pg_publication_tables p
      join pg_namespace n on n.nspname = p.schemaname
      join pg_class c on c.relnamespace = n.oid and c.relname = p.tablename
      where p.pubname = ${PUBLICATION} and ${schema}::text in ('*', p.schemaname)
        and ${table}::text in ('*', p.tablename) limit 1`;
    if (found === undefined) throw new Error(refusal);
    if (filter === undefined) return undefined;
    const parsed = parseFilter(filter);
    const info = await readTable(this.#sql, found.oid);
    const type = info?.columns.find((column) => column.name === parsed.column)?.fullType;
    if (type === undefined) throw new Error(`invalid column for filter ${parsed.column}`);
    for (const value of [parsed.value].flat()) {
      await this.#sql.unsafe(`select $1::text::${type}`, [value]);
    }
    return parsed;
  }

  #matching(change: RowChange): Match[] {
    const matches: Match[] = [];
    for (const subscription of this.#subscriptions.values()) {
      const bindings = subscription.bindings.filter((binding) => wants(binding, change));
      if (bindings.length > 0) matches.push({ subscription, bindings });
    }
    return matches;
  }

  async #onChange(change: RowChange, committedAt: Date): Promise<void> {
    const matches = this.#matching(change);
    if (matches.length === 0) return;
    const { relation } = change;
    const known = this.#tables.get(relation) ?? readTable(this.#sql, relation.relationOid);
    this.#tables.set(relation, known);
    const table = await known;
    if (table === undefined) return;
    const filtered = matches.flatMap((match) =>
      match.bindings.map((binding) => binding.parsed).filter((filter) => filter !== undefined)
    );
    const filters = [...new Set(filtered)];
    const evaluated = await evaluateChange(this.#sql, table, change, filters);
    const passes = (binding: Binding) =>
      binding.parsed === undefined || evaluated.matches[filters.indexOf(binding.parsed)] === true;
    const views = new Map<string, Promise<JsonObject | undefined>>();
    for (const { subscription, bindings } of matches) {
      const passed = bindings.filter(passes);
      if (passed.length === 0) continue;
      const { claims } = subscription;
      const key = JSON.stringify(claims);
      const view = views.get(key) ?? this.#view(table, change, evaluated, claims, committedAt);
      views.set(key, view);
      const data = await view;
      if (data === undefined) continue;
      deliver(subscription, passed, data);
    }
  }

  /** The change as one user sees it; undefined when the row is none of theirs. */
  async #view(
    table: TableInfo,
    change: RowChange,
    evaluated: EvaluatedChange,
    claims: RealtimeClaims,
    committedAt: Date,
  ): Promise<JsonObject | undefined> {
    const event = eventName(change);
    const base = {
      schema: change.relation.schema,
      table: change.relation.name,
      commit_timestamp: committedAt.toISOString(),
      type: event,
    };
    const primary = table.columns.filter((column) => column.primary).map((column) => column.name);
    const empty = event === "DELETE" ? { old_record: {} } : { record: {} };
    if (table.rowSecurity && primary.length === 0) {
      const errors = ["Error 400: Bad Request, no primary key"];
      return { ...base, columns: [], ...empty, errors };
    }
    const row = change.tag === "delete" ? undefined : change.new;
    const rights = await visibilityOf(this.#sql, table, row, claims);
    if (primary.some((name) => !rights.columns.has(name)) || rights.columns.size === 0) {
      return { ...base, columns: [], ...empty, errors: ["Error 401: Unauthorized"] };
    }
    if (!rights.visible) return undefined;
    const old = event === "UPDATE" && Object.keys(evaluated.old).length === 0
      ? evaluated.record
      : evaluated.old;
    const isFull = change.relation.replicaIdentity === "full" && !table.rowSecurity;
    const oldRecord = pick(
      old,
      (name) => rights.columns.has(name) && (isFull || primary.includes(name)),
    );
    const record = pick(evaluated.record, (name) => rights.columns.has(name));
    const columns = table.columns.filter(({ name }) => rights.columns.has(name))
      .map(({ name, type }) => ({ name, type }));
    return shortened({
      ...base,
      columns,
      ...(event === "DELETE" ? {} : { record }),
      ...(event === "INSERT" ? {} : { old_record: oldRecord }),
      errors: null,
    });
  }
}

/** Bindings that want the same columns share one message. */
function deliver(
  { listener }: Subscription,
  bindings: readonly Binding[],
  data: JsonObject,
): void {
  const groups = Map.groupBy(bindings, ({ select }) => JSON.stringify(select ?? null));
  for (const group of groups.values()) {
    const ids = group.map((binding) => binding.id);
    const select = group[0]?.select;
    const narrow = (record: unknown) =>
      pick((record ?? {}) as JsonObject, (name) => select?.includes(name) === true);
    const view = select === undefined || data.record === undefined
      ? data
      : { ...data, record: narrow(data.record) };
    listener.deliverChange({ ids, data: view });
  }
}

/** Makes the feed; it connects when somebody subscribes. */
export function createTableChanges(sql: Sql, databaseUrl: string): Changes {
  return new TableChanges(sql, databaseUrl);
}
