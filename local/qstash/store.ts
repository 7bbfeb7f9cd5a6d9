/** @module Writes messages: resolves URL groups, absorbs duplicates, inserts in one transaction. */
import type { Db, QstashContext } from "./context.ts";
import { json } from "./context.ts";
import { QstashHttpError } from "./errors.ts";
import { newId } from "./ids.ts";
import type { FlowSpec, MessageSpec, PublishConfig } from "./spec.ts";

/** A repeated id or content within this window is the same message. */
const DEDUP_WINDOW_MS = 600_000;
/** Rows of one insert, well under the limit of 65535 parameters. */
const INSERT_CHUNK = 500;

/** A message about to be stored. */
export interface NewMessage {
  readonly destination: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly config: PublishConfig;
  readonly queue?: string;
  readonly topic?: string;
  readonly endpointName?: string;
  readonly scheduleId?: string;
  readonly callerIp?: string;
}

/** What became of one message. */
export interface Published {
  readonly messageId: string;
  readonly url: string;
  readonly deduplicated: boolean;
}

interface MessageRow {
  id: string;
  destination: string;
  topic: string | null;
  endpoint_name: string | null;
  queue: string | null;
  schedule_id: string | null;
  flow_key: string | null;
  labels: string[];
  spec: ReturnType<Db["json"]>;
  body: Uint8Array;
  caller_ip: string | null;
  not_before: Date;
  created_at: Date;
}

async function contentHash(message: NewMessage): Promise<string> {
  const { headers } = message.config.spec;
  const names = Object.keys(headers).sort();
  const head = JSON.stringify([message.destination, names.map((name) => [name, headers[name]])]);
  const text = new TextEncoder().encode(`${head}\n`);
  const bytes = new Uint8Array(text.length + message.body.length);
  bytes.set(text);
  bytes.set(message.body, text.length);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

async function dedupKey(message: NewMessage): Promise<string | undefined> {
  const { deduplicationId, contentBasedDeduplication } = message.config;
  // Each endpoint of a group gets its own copy of the one message.
  const scope = message.topic === undefined ? "" : `@${message.topic}:${message.destination}`;
  if (deduplicationId !== undefined) return `id:${deduplicationId}${scope}`;
  if (contentBasedDeduplication) return `content:${await contentHash(message)}${scope}`;
  return undefined;
}

function toRow(db: Db, message: NewMessage, id: string, now: Date): MessageRow {
  const { spec, labels, notBeforeMs } = message.config;
  const due = notBeforeMs ?? now.getTime() + (spec.delayMs ?? 0);
  return {
    id,
    destination: message.destination,
    topic: message.topic ?? null,
    endpoint_name: message.endpointName ?? null,
    queue: message.queue ?? null,
    schedule_id: message.scheduleId ?? null,
    flow_key: spec.flow?.key ?? null,
    labels: [...labels],
    spec: json(db, spec),
    body: message.body,
    caller_ip: message.callerIp ?? null,
    not_before: new Date(Math.max(due, now.getTime())),
    created_at: now,
  };
}

/** Claims a key for an id; gives the id that holds it, which is another one for a duplicate. */
async function claimKey(db: Db, key: string, id: string, now: Date): Promise<string> {
  const expires = new Date(now.getTime() + DEDUP_WINDOW_MS);
  const claimed = await db`
    insert into qstash.dedup as d (key, message_id, expires_at) values (${key}, ${id}, ${expires})
    on conflict (key) do update
      set message_id = excluded.message_id, expires_at = excluded.expires_at
      where d.expires_at <= ${now}
    returning 1`;
  if (claimed.length > 0) return id;
  const [holder] = await db`select message_id from qstash.dedup where key = ${key}`;
  return String(holder?.["message_id"]);
}

async function insertRows(db: Db, rows: readonly MessageRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += INSERT_CHUNK) {
    await db`
      with stored as (
        insert into qstash.messages ${db(rows.slice(at, at + INSERT_CHUNK))} returning *
      )
      insert into qstash.events (at, message_id, state, destination, topic, endpoint_name, queue,
        schedule_id, flow_key, labels, caller_ip, next_delivery_at)
      select created_at, id, 'CREATED', destination, topic, endpoint_name, queue,
        schedule_id, flow_key, labels, caller_ip, not_before from stored order by seq`;
  }
}

/** Takes over the limits that a message carries, except those that were pinned. */
async function rememberFlow(db: Db, flow: FlowSpec): Promise<void> {
  await db`
    insert into qstash.flow as f (key, parallelism, rate, period_ms)
    values (${flow.key}, ${flow.parallelism ?? null}, ${flow.rate ?? null}, ${flow.periodMs})
    on conflict (key) do update set
      parallelism = case when f.pinned_parallelism then f.parallelism else excluded.parallelism end,
      rate = case when f.pinned_rate then f.rate else excluded.rate end,
      period_ms = case when f.pinned_rate then f.period_ms else excluded.period_ms end`;
}

async function rememberSettings(
  db: Db,
  messages: readonly NewMessage[],
  now: Date,
): Promise<void> {
  const queues = new Set(messages.flatMap(({ queue }) => queue ?? []));
  for (const name of [...queues].sort()) {
    await db`insert into qstash.queues (name, created_at, updated_at)
      values (${name}, ${now}, ${now}) on conflict do nothing`;
  }
  const flows = new Map<string, FlowSpec>();
  for (const { config } of messages) {
    if (config.spec.flow !== undefined) flows.set(config.spec.flow.key, config.spec.flow);
  }
  const ordered = [...flows.values()].sort((a, b) => a.key < b.key ? -1 : 1);
  for (const flow of ordered) await rememberFlow(db, flow);
}

/** Stores messages within the caller's transaction. */
export async function storeMessages(
  db: Db,
  messages: readonly NewMessage[],
  now: Date,
): Promise<Published[]> {
  const ids = messages.map(() => newId("msg"));
  const keys = await Promise.all(messages.map(dedupKey));
  // Every transaction takes its keys in the same order, or two of them could wait for each other.
  const order = keys
    .flatMap((key, index) => key === undefined ? [] : [{ key, index }])
    .sort((a, b) => a.key === b.key ? a.index - b.index : a.key < b.key ? -1 : 1);
  const holders = [...ids];
  for (const { key, index } of order) {
    holders[index] = await claimKey(db, key, ids[index] ?? "", now);
  }
  const results = messages.map((message, index) => ({
    messageId: holders[index] ?? "",
    url: message.destination,
    deduplicated: holders[index] !== ids[index],
  }));
  await rememberSettings(db, messages, now);
  const fresh = messages.flatMap((message, index) => {
    const id = ids[index] ?? "";
    return holders[index] === id ? [toRow(db, message, id, now)] : [];
  });
  await insertRows(db, fresh);
  return results;
}

interface EndpointRow {
  url: string;
  name?: string;
}

/** The messages that a destination stands for: one for a URL, one for each endpoint of a group. */
export async function expandDestination(
  db: Db,
  destination: string,
  message: Omit<NewMessage, "destination" | "topic" | "endpointName">,
): Promise<NewMessage[]> {
  if (/^https?:\/\//i.test(destination)) return [{ ...message, destination }];
  const [row] = await db<{ endpoints: EndpointRow[] }[]>`
    select endpoints from qstash.topics where name = ${destination}`;
  if (row === undefined) throw new QstashHttpError(404, `topic ${destination} not found`);
  return row.endpoints.map((endpoint) => ({
    ...message,
    destination: endpoint.url,
    topic: destination,
    ...(endpoint.name === undefined ? {} : { endpointName: endpoint.name }),
  }));
}

/** Stores messages in a transaction of their own and wakes the dispatcher. */
export async function publishMessages(
  context: QstashContext,
  messages: readonly NewMessage[],
): Promise<Published[]> {
  const now = context.now();
  const [only] = messages;
  const simple = messages.length === 1 && only !== undefined && isSimple(only);
  const results = simple
    ? await storeMessages(context.sql, messages, now)
    : await context.sql.begin((tx) => storeMessages(tx, messages, now));
  context.wake();
  return results;
}

/** A message that one statement stores needs no transaction around it. */
function isSimple({ config, queue }: NewMessage): boolean {
  return queue === undefined && config.spec.flow === undefined &&
    config.deduplicationId === undefined && !config.contentBasedDeduplication;
}

/** Settings of a message that the service itself sends. */
export function plainConfig(spec: MessageSpec, labels: readonly string[] = []): PublishConfig {
  return { spec, labels, contentBasedDeduplication: false };
}
