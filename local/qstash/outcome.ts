/** @module Records what became of an attempt: one transaction for state, log and callbacks. */
import { retryDelay } from "./backoff.ts";
import type { ClaimedMessage } from "./claim.ts";
import { type Db, json, type QstashContext } from "./context.ts";
import type { Attempt } from "./delivery.ts";
import { headerObject } from "./views.ts";
import type { CallbackSpec } from "./spec.ts";
import { type NewMessage, plainConfig, storeMessages } from "./store.ts";

/** How long a dead letter is kept. */
const DLQ_RETENTION_MS = 7 * 86_400_000;

type EventState = "DELIVERED" | "ERROR" | "RETRY" | "FAILED";

/** Columns of a message that its events repeat. */
function eventRow(message: ClaimedMessage, at: Date, state: EventState) {
  return {
    at,
    message_id: message.id,
    state,
    destination: message.destination,
    topic: message.topic,
    endpoint_name: message.endpoint_name,
    queue: message.queue,
    schedule_id: message.schedule_id,
    flow_key: message.flow_key,
    labels: message.labels,
    caller_ip: message.caller_ip,
  };
}

function callbackMessage(
  callback: CallbackSpec,
  message: ClaimedMessage,
  attempt: Attempt,
  dlqId: string | undefined,
): NewMessage {
  const report = {
    status: attempt.response?.status ?? 0,
    header: headerObject(attempt.response?.headers),
    body: (attempt.response?.body ?? new TextEncoder().encode(attempt.error ?? "")).toBase64(),
    retried: message.retried,
    maxRetries: message.spec.retries,
    sourceMessageId: message.id,
    topicName: message.topic ?? undefined,
    endpointName: message.endpoint_name ?? undefined,
    url: message.destination,
    method: message.spec.method,
    sourceHeader: message.spec.headers,
    sourceBody: message.body.toBase64(),
    notBefore: String(message.not_before.getTime()),
    createdAt: String(message.created_at.getTime()),
    scheduleId: message.schedule_id ?? undefined,
    callerIP: message.caller_ip ?? undefined,
    dlqId,
  };
  const { url, ...settings } = callback;
  const headers = { ...callback.headers, "content-type": ["application/json"] };
  return {
    destination: url,
    body: new TextEncoder().encode(JSON.stringify(report)),
    config: plainConfig({ ...settings, headers }, message.labels),
  };
}

async function bury(
  tx: Db,
  message: ClaimedMessage,
  attempt: Attempt,
  now: Date,
): Promise<string> {
  const { response } = attempt;
  const headers = response === undefined ? null : headerObject(response.headers);
  const [row] = await tx<{ id: string }[]>`
    with gone as (delete from qstash.messages where id = ${message.id} returning *)
    insert into qstash.dlq (id, message_id, destination, topic, endpoint_name, queue, schedule_id,
      flow_key, labels, spec, body, caller_ip, retried, response_status, response_headers,
      response_body, error, message_created_at, created_at, expires_at)
    select ${`${now.getTime()}-`} || seq, id, destination, topic, endpoint_name, queue, schedule_id,
      flow_key, labels, spec, body, caller_ip, retried, ${response?.status ?? null}::int,
      ${headers === null ? null : json(tx, headers)}::jsonb, ${response?.body ?? null}::bytea,
      ${attempt.error ?? null}::text, created_at, ${now},
      ${new Date(now.getTime() + DLQ_RETENTION_MS)}
    from gone returning id`;
  return row?.id ?? "";
}

async function fail(
  context: QstashContext,
  tx: Db,
  message: ClaimedMessage,
  attempt: Attempt,
): Promise<string | undefined> {
  const now = context.now();
  const details = {
    error: attempt.error ?? null,
    response_status: attempt.response?.status ?? null,
  };
  const base = { ...details, next_delivery_at: null };
  const failure = { ...eventRow(message, now, "ERROR"), ...base };
  if (!attempt.retryable || message.retried >= message.spec.retries) {
    const dlqId = await bury(tx, message, attempt, now);
    const last = { ...eventRow(message, now, "FAILED"), ...base };
    await tx`insert into qstash.events ${tx([failure, last])}`;
    return dlqId;
  }
  const wait = retryDelay({
    headers: attempt.response?.headers,
    expression: message.spec.retryDelay,
    retried: message.retried,
    now,
    backoff: context.backoff,
  });
  const next = new Date(now.getTime() + wait);
  await tx`update qstash.messages set state = 'RETRY', retried = retried + 1,
    not_before = ${next}, lease_token = null, lease_until = null where id = ${message.id}`;
  const planned = { ...eventRow(message, now, "RETRY"), ...details, next_delivery_at: next };
  await tx`insert into qstash.events ${tx([failure, planned])}`;
  return undefined;
}

/** The usual case in one statement: delivered, and nobody asked to be called back. */
async function recordDelivered(
  db: Db,
  message: ClaimedMessage,
  attempt: Attempt,
  now: Date,
): Promise<void> {
  await db`
    with gone as (delete from qstash.messages
      where id = ${message.id} and lease_token = ${message.lease_token}::uuid returning *)
    insert into qstash.events (at, message_id, state, destination, topic, endpoint_name, queue,
      schedule_id, flow_key, labels, caller_ip, response_status)
    select ${now}, id, 'DELIVERED', destination, topic, endpoint_name, queue,
      schedule_id, flow_key, labels, caller_ip, ${attempt.response?.status ?? null}::int from gone`;
}

/**
 * Writes down the outcome. Does nothing when the lease was lost: somebody cancelled the message, or
 * another server took it over and will record its own attempt.
 */
export async function recordOutcome(
  context: QstashContext,
  message: ClaimedMessage,
  attempt: Attempt,
): Promise<void> {
  const { callback, failureCallback } = message.spec;
  if (attempt.delivered && callback === undefined) {
    await recordDelivered(context.sql, message, attempt, context.now());
    return;
  }
  await context.sql.begin(async (tx) => {
    const held = await tx`select 1 from qstash.messages
      where id = ${message.id} and lease_token = ${message.lease_token}::uuid for update`;
    if (held.length === 0) return;
    let dlqId: string | undefined;
    if (attempt.delivered) await recordDelivered(tx, message, attempt, context.now());
    else dlqId = await fail(context, tx, message, attempt);
    const reports: NewMessage[] = [];
    if (callback !== undefined) {
      reports.push(callbackMessage(callback, message, attempt, undefined));
    }
    if (failureCallback !== undefined && dlqId !== undefined) {
      reports.push(callbackMessage(failureCallback, message, attempt, dlqId));
    }
    if (reports.length > 0) await storeMessages(tx, reports, context.now());
  });
}
