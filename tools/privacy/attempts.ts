/** @module Turns the catalogue into attempts: what every persona tries on every object. */
import type { Sql } from "postgres";
import type { Relation, Routine } from "./catalogue.ts";
import type { Calls } from "./calls.ts";

/** One thing that every persona tries; what it does is undone. */
export interface Attempt {
  readonly object: string;
  readonly verb: string;
  readonly label: string;
  readonly kind: "rows" | "count";
  readonly sql: string;
  readonly topic?: string;
  /** The row's key, which the statement names `v_key`. */
  readonly key?: Readonly<Record<string, unknown>>;
  /** As Storage and Realtime do it: with the claims of a token, whatever became of its session. */
  readonly direct?: boolean;
  /**
   * How the answer becomes cells: `rows` one for each row of the table, `effect` whether anything
   * was touched, `number` how much was, `call` what came back.
   */
  readonly read: "rows" | "effect" | "number" | "call";
}

/** A row of the world, as its owner knows it. */
export interface KnownRow {
  readonly label: string;
  readonly key: Readonly<Record<string, unknown>>;
}

/** Labels of ids, and the rows of every open table. */
export interface World {
  readonly labels: ReadonlyMap<string, string>;
  readonly ids: ReadonlyMap<string, string>;
  readonly rows: ReadonlyMap<string, readonly KnownRow[]>;
  readonly topics: readonly { readonly label: string; readonly topic: string }[];
}

const BLIND_VALUES: Readonly<Record<string, string>> = {
  "boolean": "false",
  "text": "'blind'",
  "text[]": "'{}'",
  "uuid": "null",
  "integer": "0",
  "bigint": "0",
  "jsonb": "'{}'",
  "timestamp with time zone": "now()",
};
const PLACEHOLDER = /\{([a-z][^{}']*)\}/g;
const REALTIME = "realtime topics";

function quote(value: unknown): string {
  return `'${String(value).replaceAll("'", "''")}'`;
}

/** Puts ids where labels are named. */
export function fill(sql: string, world: World): string {
  return sql.replace(PLACEHOLDER, (whole, label: string) => {
    if (label === "me") return whole;
    if (label.startsWith("all ")) {
      const prefix = `${label.slice(4)}.`;
      return [...world.ids].filter(([name]) => name.startsWith(prefix))
        .map(([, id]) => `${quote(id)}::uuid`).join(", ");
    }
    const id = world.ids.get(label);
    if (id === undefined) throw new Error(`The world has nothing called ${label}`);
    return `${quote(id)}::uuid`;
  });
}

/** What a key is called: labels of its ids, joined. */
export function labelOf(
  key: Readonly<Record<string, unknown>>,
  columns: readonly string[],
  labels: ReadonlyMap<string, string>,
): string {
  return columns.map((column) => {
    const value = String(key[column]);
    return labels.get(value) ?? (/^(\d+|[0-9a-f]{8}-[0-9a-f-]{27})$/.test(value) ? "#" : value);
  }).join("/");
}

function attemptsOnRows(relation: Relation, world: World): Attempt[] {
  const { name, key, updatable } = relation;
  const found: Attempt[] = [];
  const at = key.map((column) => {
    const type = relation.columns.find((one) => one.name === column)?.type ?? "text";
    return `${column} = (v_key ->> '${column}')::${type}`;
  }).join(" and ");
  for (const row of world.rows.get(name) ?? []) {
    const base = {
      object: name,
      label: row.label,
      key: row.key,
      kind: "count",
      read: "effect",
    } as const;
    if (updatable.length > 0) {
      const same = updatable.map((column) => `"${column}" = "${column}"`).join(", ");
      found.push({ ...base, verb: "update", sql: `update ${name} set ${same} where ${at}` });
    }
    if (relation.notes.includes("authenticated delete")) {
      found.push({ ...base, verb: "delete", sql: `delete from ${name} where ${at}` });
    }
  }
  return found;
}

/** Without a condition no row needs to be seen: how many are touched must be as few. */
function blindAttempts({ name, columns, updatable }: Relation): Attempt[] {
  const base = { object: name, kind: "count", read: "number", verb: "blind" } as const;
  const updates = columns.filter((column) => updatable.includes(column.name)).map((column) => ({
    ...base,
    label: `update ${column.name}`,
    sql: `update ${name} set "${column.name}" = ${BLIND_VALUES[column.type] ?? "default"}`,
  }));
  return [...updates, { ...base, label: "delete", sql: `delete from ${name}` }];
}

function attemptsOn(relation: Relation, world: World, calls: Calls): Attempt[] {
  const { name } = relation;
  const readable = relation.readable.authenticated;
  const written = [
    ...[...(calls.insert.get(name) ?? [])].map(([label, sql]) => ({ verb: "insert", label, sql })),
    ...[...(calls.update.get(name) ?? [])].map(([label, sql]) => ({ verb: "update", label, sql })),
  ];
  return [
    {
      object: name,
      verb: "select",
      label: "",
      kind: "rows",
      read: "rows",
      sql: `select ${
        readable.length > 0 ? readable.map((c) => `"${c}"`).join(", ") : "1"
      } from ${name}`,
    },
    ...(relation.rowSecurity
      ? [...attemptsOnRows(relation, world), ...blindAttempts(relation)]
      : []),
    ...written.map(({ verb, label, sql }) => ({
      object: name,
      verb,
      label,
      kind: "count" as const,
      read: "effect" as const,
      sql: fill(sql, world),
    })),
  ];
}

function attemptsOnTopics(world: World): Attempt[] {
  return world.topics.flatMap(({ label, topic }) =>
    (["broadcast", "presence"] as const).flatMap((extension): Attempt[] => {
      const base = {
        object: REALTIME,
        kind: "count",
        read: "effect",
        label,
        topic,
        direct: true,
      } as const;
      const [hear, speak] = extension === "broadcast" ? ["hear", "speak"] : ["see", "appear"];
      return [{
        ...base,
        verb: hear,
        kind: "rows",
        sql: `select 1 from realtime.messages where topic = realtime.topic()
          and event = 'probe' and extension = '${extension}'`,
      }, {
        ...base,
        verb: speak,
        kind: "count",
        sql: `insert into realtime.messages (topic, extension, event, payload, private)
          values (realtime.topic(), '${extension}', 'forged', '{}', true)`,
      }];
    })
  );
}

/** Functions that compute from their arguments alone. */
export function isPure(routine: Routine): boolean {
  return routine.volatility === "i" && !routine.definer;
}

function attemptsToCall(routine: Routine, world: World, calls: Calls): Attempt[] {
  return (calls.call.get(routine.name) ?? []).map((sql) => ({
    object: routine.signature,
    verb: "call",
    label: sql.replace(/^select /, "").replaceAll(`${routine.name}(`, "("),
    kind: "rows",
    read: "call",
    sql: fill(sql, world),
  }));
}

/** All attempts on what the catalogue holds. */
export function listAttempts(
  relations: readonly Relation[],
  routines: readonly Routine[],
  world: World,
  calls: Calls,
): Attempt[] {
  return [
    ...relations.filter((relation) => relation.open).flatMap((relation) =>
      relation.name.startsWith("storage.")
        ? attemptsOn(relation, world, calls).map((attempt) => ({ ...attempt, direct: true }))
        : attemptsOn(relation, world, calls)
    ),
    ...routines.flatMap((routine) => attemptsToCall(routine, world, calls)),
    ...attemptsOnTopics(world),
  ];
}

/** What has no attempt of its own and needs one. */
export function listGaps(
  relations: readonly Relation[],
  routines: readonly Routine[],
  world: World,
  calls: Calls,
): string[] {
  return [
    ...relations.filter((r) => r.notes.some((note) => /^(?:anon|authenticated) insert/.test(note)))
      .filter((r) => !calls.insert.has(r.name) && r.name !== "realtime.messages")
      .map((r) => `${r.name} may be inserted into: write an insert in tools/privacy/calls`),
    ...relations.filter((r) => r.open && r.rowSecurity && r.name !== "realtime.messages")
      .filter((r) => (world.rows.get(r.name) ?? []).length === 0)
      .map((r) => `${r.name} is empty in the world: add a row to tools/privacy/world.sql`),
    ...routines.filter((r) => !isPure(r) && !calls.call.has(r.name))
      .map((r) => `${r.signature} is never called: write a call in tools/privacy/calls`),
  ];
}

/** Reads what the world holds; run as somebody who sees everything. */
export async function readWorld(sql: Sql, relations: readonly Relation[]): Promise<World> {
  const names = await sql<{ key: string; label: string }[]>`select key, label from privacy.names`;
  const labels = new Map(names.map((row) => [row.key, row.label]));
  const ids = new Map(names.map((row) => [row.label, row.key]));
  const rows = new Map<string, KnownRow[]>();
  for (const { name, key, open, rowSecurity } of relations) {
    if (!open || !rowSecurity || name === "realtime.messages") continue;
    const columns = key.map((column) => `"${column}"::text`).join(", ");
    const found = await sql.unsafe(`select ${columns} from ${name} order by ${columns}`);
    rows.set(name, found.map((row) => ({ key: { ...row }, label: labelOf(row, key, labels) })));
  }
  return { labels, ids, rows, topics: await readTopics(sql) };
}

async function readTopics(sql: Sql): Promise<World["topics"]> {
  return await sql<{ label: string; topic: string }[]>`
    select n.label || s.label as label,
      private.room_topic(r.id, r.epoch + s.ahead) || s.ending as topic
    from public.rooms r join privacy.names n on n.key = r.id::text
    cross join (values ('', 0, ''), (' live', 0, ':live'), (' past', -1, ''),
      (' past live', -1, ':live'))
      as s (label, ahead, ending)
    union all
    select k.kind || ':' || p.label, k.kind || ':' || p.id
    from (values ('user'), ('feed')) as k (kind)
    cross join (values ('self', privacy.id('self')::text), ('{me}', '{me}')) as p (label, id)
    union all
    select n.label, 'post:' || n.key from privacy.names n join public.posts p on p.id::text = n.key
    union all
    select n.label || s.label, 'call:' || c.id || ':' || (c.epoch + s.ahead)
    from public.calls c join privacy.names n on n.key = c.id::text
    cross join (values ('', 0), (' past', -1)) as s (label, ahead)
    union all
    values ('unknown kind', 'other:1'), ('room without epoch', 'room:' || privacy.id('room.open'))
    order by 1`;
}
