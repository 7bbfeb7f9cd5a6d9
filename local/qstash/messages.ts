/** @module Messages that are still under way: look up, cancel; and the log of all. */
import type { QstashContext } from "./context.ts";
import { jsonResponse, notSupported, QstashHttpError } from "./errors.ts";
import { filterCondition, readCount, readCursor } from "./filters.ts";
import { messageView, type StoredMessage } from "./views.ts";

interface MessageRow extends StoredMessage {
  id: string;
  not_before: Date;
  created_at: Date;
}

const TARGET = { messageId: "id", time: "created_at", also: [] } as const;

/** Takes messages off and logs it; an attempt under way ends without effect on the service. */
async function cancelWhere(context: QstashContext, params: URLSearchParams): Promise<number> {
  const now = context.now();
  const { sql } = context;
  const condition = filterCondition(sql, params, TARGET);
  const gone = await sql`
    with gone as (delete from qstash.messages where ${condition} returning *), logged as (
      insert into qstash.events (at, message_id, state, destination, topic, endpoint_name, queue,
        schedule_id, flow_key, labels, caller_ip)
      select ${now}, id, s.state, destination, topic, endpoint_name, queue,
        schedule_id, flow_key, labels, caller_ip
      from gone cross join (values (1, 'CANCEL_REQUESTED'), (2, 'CANCELED')) s (n, state)
      order by gone.seq, s.n
    )
    select 1 from gone`;
  context.wake();
  return gone.length;
}

/** Bulk cancel also takes its ids from a JSON body, as older clients send them. */
function addBodyIds(params: URLSearchParams, body: Uint8Array): URLSearchParams {
  if (body.length === 0) return params;
  let ids: unknown;
  try {
    ids = (JSON.parse(new TextDecoder().decode(body)) as { messageIds?: unknown }).messageIds;
  } catch {
    throw new QstashHttpError(400, "the body is no JSON object");
  }
  if (!Array.isArray(ids) || ids.length === 0) throw new QstashHttpError(400, "no messageIds");
  const result = new URLSearchParams(params);
  for (const id of ids) result.append("messageIds", String(id));
  return result;
}

/** Answers `/v2/messages...`. */
export async function handleMessages(
  context: QstashContext,
  request: { method: string; path: readonly string[]; params: URLSearchParams; body: Uint8Array },
): Promise<Response> {
  const { method, path: [id, ...rest], params } = request;
  if (id === undefined && method === "DELETE") {
    const cancelled = await cancelWhere(context, addBodyIds(params, request.body));
    return jsonResponse({ cancelled });
  }
  if (rest.length > 0) throw new QstashHttpError(404, "not found");
  // An empty id must never reach the bulk route.
  if (id === undefined || id === "") throw new QstashHttpError(400, "message id is missing");
  if (method === "DELETE") {
    const cancelled = await cancelWhere(context, new URLSearchParams({ messageIds: id }));
    if (cancelled === 0) throw new QstashHttpError(404, `message ${id} not found`);
    return jsonResponse({ cancelled });
  }
  if (method !== "GET") throw notSupported(`${method} /v2/messages/{id}`);
  const [row] = await context.sql<MessageRow[]>`select * from qstash.messages where id = ${id}`;
  if (row === undefined) throw new QstashHttpError(404, `message ${id} not found`);
  return jsonResponse({
    messageId: row.id,
    ...await messageView(row),
    notBefore: row.not_before.getTime(),
    createdAt: row.created_at.getTime(),
  });
}

interface EventRow {
  id: string;
  at: Date;
  message_id: string;
  state: string;
  destination: string;
  topic: string | null;
  endpoint_name: string | null;
  queue: string | null;
  schedule_id: string | null;
  flow_key: string | null;
  labels: string[];
  caller_ip: string | null;
  error: string | null;
  response_status: number | null;
  next_delivery_at: Date | null;
}

function eventView(row: EventRow): Record<string, unknown> {
  return {
    time: row.at.getTime(),
    messageId: row.message_id,
    state: row.state,
    url: row.destination,
    topicName: row.topic ?? undefined,
    endpointName: row.endpoint_name ?? undefined,
    queueName: row.queue ?? undefined,
    scheduleId: row.schedule_id ?? undefined,
    flowControlKey: row.flow_key ?? undefined,
    callerIP: row.caller_ip ?? undefined,
    error: row.error ?? undefined,
    responseStatus: row.response_status ?? undefined,
    nextDeliveryTime: row.next_delivery_at?.getTime(),
    ...(row.labels.length === 0 ? {} : { label: row.labels[0], labels: row.labels }),
  };
}

/** Answers `GET /v2/events` (what the client calls) and `GET /v2/logs` (what is documented). */
export async function handleEvents(
  context: QstashContext,
  params: URLSearchParams,
  listName: "events" | "logs",
): Promise<Response> {
  const { sql } = context;
  const count = readCount(params);
  const cursor = readCursor(params);
  const target = { messageId: "message_id", time: "at", also: ["state"] } as const;
  const rows = await sql<EventRow[]>`
    select * from qstash.events
    where ${filterCondition(sql, params, target)}
      and ${cursor === undefined ? sql`true` : sql`id < ${cursor}`}
    order by id desc limit ${count}`;
  const last = rows.length === count ? rows.at(-1)?.id : undefined;
  return jsonResponse({ cursor: last, [listName]: rows.map(eventView) });
}
