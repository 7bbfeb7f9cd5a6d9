/** @module Queues: their parallelism, pausing, and how much waits in them. */
import type { QstashContext } from "./context.ts";
import { jsonResponse, notSupported, QstashHttpError } from "./errors.ts";
import { isValidName } from "./ids.ts";

const MAX_QUEUES = 1000;
const MAX_PARALLELISM = 1000;

interface QueueRow {
  name: string;
  parallelism: number;
  paused: boolean;
  created_at: Date;
  updated_at: Date;
  lag: number;
}

function queueView(row: QueueRow): Record<string, unknown> {
  return {
    name: row.name,
    parallelism: row.parallelism,
    lag: row.lag,
    paused: row.paused,
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
  };
}

async function readQueues(context: QstashContext, name?: string): Promise<QueueRow[]> {
  const { sql } = context;
  return await sql<QueueRow[]>`
    select q.*, (select count(*)::int from qstash.messages m where m.queue = q.name) as lag
    from qstash.queues q ${name === undefined ? sql`` : sql`where q.name = ${name}`}
    order by q.name limit ${MAX_QUEUES}`;
}

function parseUpsert(body: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Answered below like any other value that is no object.
  }
  throw new QstashHttpError(400, "the body is no JSON object");
}

async function upsertQueue(context: QstashContext, body: Uint8Array): Promise<Response> {
  const { queueName: name, parallelism, paused } = parseUpsert(body);
  if (typeof name !== "string" || !isValidName(name)) {
    throw new QstashHttpError(400, `invalid queue name: ${String(name)}`);
  }
  if (
    parallelism !== undefined && (!Number.isInteger(parallelism) || Number(parallelism) < 1 ||
      Number(parallelism) > MAX_PARALLELISM)
  ) {
    throw new QstashHttpError(400, `invalid parallelism: ${String(parallelism)}`);
  }
  if (paused !== undefined && typeof paused !== "boolean") {
    throw new QstashHttpError(400, "paused is no boolean");
  }
  const now = context.now();
  const lanes = parallelism === undefined ? null : Number(parallelism);
  await context.sql`
    insert into qstash.queues as q (name, parallelism, paused, created_at, updated_at)
    values (${name}, ${lanes ?? 1}, ${paused ?? false}, ${now}, ${now})
    on conflict (name) do update set
      parallelism = coalesce(${lanes}::int, q.parallelism),
      paused = coalesce(${paused ?? null}::boolean, q.paused), updated_at = excluded.updated_at`;
  context.wake();
  return jsonResponse({});
}

async function setPaused(
  context: QstashContext,
  name: string,
  paused: boolean,
): Promise<Response> {
  const done = await context.sql`update qstash.queues
    set paused = ${paused}, updated_at = ${context.now()} where name = ${name}`;
  if (done.count === 0) throw new QstashHttpError(404, `queue ${name} not found`);
  context.wake();
  return jsonResponse({});
}

async function deleteQueue(context: QstashContext, name: string): Promise<Response> {
  await context.sql`
    with gone as (delete from qstash.messages where queue = ${name} returning *), logged as (
      insert into qstash.events (at, message_id, state, destination, topic, endpoint_name, queue,
        schedule_id, flow_key, labels, caller_ip)
      select ${context.now()}, id, 'CANCELED', destination, topic, endpoint_name, queue,
        schedule_id, flow_key, labels, caller_ip from gone order by seq
    )
    delete from qstash.queues where name = ${name}`;
  return jsonResponse({});
}

/** Answers `/v2/queues...`. */
export async function handleQueues(
  context: QstashContext,
  method: string,
  path: readonly string[],
  body: Uint8Array,
): Promise<Response> {
  const [name, action, ...rest] = path;
  if (name === undefined && method === "POST") return await upsertQueue(context, body);
  if (name === undefined && method === "GET") {
    return jsonResponse((await readQueues(context)).map(queueView));
  }
  if (name === undefined || name === "") throw new QstashHttpError(400, "queue name is missing");
  if (action === undefined && method === "DELETE") return await deleteQueue(context, name);
  if (action === undefined && method === "GET") {
    const [row] = await readQueues(context, name);
    if (row === undefined) throw new QstashHttpError(404, `queue ${name} not found`);
    return jsonResponse(queueView(row));
  }
  if (method === "POST" && rest.length === 0 && (action === "pause" || action === "resume")) {
    return await setPaused(context, name, action === "pause");
  }
  throw notSupported(`${method} /v2/queues/${path.join("/")}`);
}
