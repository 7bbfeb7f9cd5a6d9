/** @module Dead letters: list, look at, delete, send again. */
import type { Db, QstashContext } from "./context.ts";
import { jsonResponse, notSupported, QstashHttpError } from "./errors.ts";
import { filterCondition, readCount, readCursor } from "./filters.ts";
import { readSpec } from "./spec.ts";
import { plainConfig, storeMessages } from "./store.ts";
import { bodyView, messageView, type StoredMessage } from "./views.ts";

interface DlqRow extends StoredMessage {
  seq: string;
  id: string;
  message_id: string;
  response_status: number | null;
  response_headers: Record<string, string[]> | null;
  response_body: Uint8Array<ArrayBuffer> | null;
  error: string | null;
  message_created_at: Date;
  created_at: Date;
}

const TARGET = {
  messageId: "message_id",
  time: "created_at",
  also: ["dlqIds", "responseStatus"],
} as const;

async function dlqView(row: DlqRow): Promise<Record<string, unknown>> {
  return {
    messageId: row.message_id,
    dlqId: row.id,
    ...await messageView(row),
    createdAt: row.message_created_at.getTime(),
    responseStatus: row.response_status ?? undefined,
    responseHeader: row.response_headers ?? undefined,
    ...(row.response_body === null
      ? { responseBody: row.error ?? undefined }
      : bodyView("responseBody", row.response_body)),
  };
}

/** One page, newest first, with the cursor of the next page. */
async function page(
  db: Db,
  params: URLSearchParams,
  locked: boolean,
): Promise<{ rows: DlqRow[]; cursor: string | undefined }> {
  const count = readCount(params);
  const cursor = readCursor(params);
  const rows = await db<DlqRow[]>`
    select * from qstash.dlq
    where ${filterCondition(db, params, TARGET)}
      and ${cursor === undefined ? db`true` : db`seq < ${cursor}`}
    order by seq desc limit ${count + 1} ${locked ? db`for update` : db``}`;
  const shown = rows.slice(0, count);
  return { rows: shown, cursor: rows.length > count ? shown.at(-1)?.seq : undefined };
}

async function listMessages(context: QstashContext, params: URLSearchParams): Promise<Response> {
  const { rows, cursor } = await page(context.sql, params, false);
  return jsonResponse({ messages: await Promise.all(rows.map(dlqView)), cursor });
}

/** A bulk action must name its targets, or a slip would hit everything. */
function requireTarget(params: URLSearchParams): void {
  if ([...params.keys()].every((name) => name === "qstash_token")) {
    throw new QstashHttpError(400, "name dlqIds, a filter or a count");
  }
}

async function deleteMessages(context: QstashContext, params: URLSearchParams): Promise<Response> {
  requireTarget(params);
  return await context.sql.begin(async (tx) => {
    const { rows, cursor } = await page(tx, params, true);
    await tx`delete from qstash.dlq where id = any (${rows.map(({ id }) => id)})`;
    return jsonResponse({ deleted: rows.length, cursor });
  });
}

/** Sends dead letters again as new messages with all their retries; headers may change settings. */
async function retryRows(
  context: QstashContext,
  tx: Db,
  rows: readonly DlqRow[],
  overrides: Headers,
): Promise<{ messageId: string }[]> {
  const messages = rows.map((row) => ({
    destination: row.destination,
    body: row.body,
    config: plainConfig(readSpec(overrides, row.spec), row.labels),
    ...(row.queue === null ? {} : { queue: row.queue }),
    ...(row.topic === null ? {} : { topic: row.topic }),
    ...(row.endpoint_name === null ? {} : { endpointName: row.endpoint_name }),
    ...(row.schedule_id === null ? {} : { scheduleId: row.schedule_id }),
    ...(row.caller_ip === null ? {} : { callerIp: row.caller_ip }),
  }));
  const stored = await storeMessages(tx, messages, context.now());
  await tx`delete from qstash.dlq where id = any (${rows.map(({ id }) => id)})`;
  return stored.map(({ messageId }) => ({ messageId }));
}

/** Only the settings of a retry request; its own content type says nothing about the message. */
function overridesOf(headers: Headers): Headers {
  const result = new Headers(headers);
  result.delete("content-type");
  return result;
}

async function retryMessages(
  context: QstashContext,
  params: URLSearchParams,
  headers: Headers,
): Promise<Response> {
  requireTarget(params);
  const answer = await context.sql.begin(async (tx) => {
    const { rows, cursor } = await page(tx, params, true);
    const responses = await retryRows(context, tx, rows, overridesOf(headers));
    return { responses, cursor: cursor ?? "" };
  });
  context.wake();
  return jsonResponse(answer, 201);
}

async function retryOne(context: QstashContext, id: string, headers: Headers): Promise<Response> {
  const [response] = await context.sql.begin(async (tx) => {
    const rows = await tx<DlqRow[]>`select * from qstash.dlq where id = ${id} for update`;
    return await retryRows(context, tx, rows, overridesOf(headers));
  });
  if (response === undefined) throw new QstashHttpError(404, `dlq message ${id} not found`);
  context.wake();
  return jsonResponse(response, 201);
}

async function handleOne(context: QstashContext, method: string, id: string): Promise<Response> {
  const { sql } = context;
  if (id === "") throw new QstashHttpError(400, "dlq id is missing");
  if (method === "GET") {
    const [row] = await sql<DlqRow[]>`select * from qstash.dlq where id = ${id}`;
    if (row === undefined) throw new QstashHttpError(404, `dlq message ${id} not found`);
    return jsonResponse(await dlqView(row));
  }
  if (method !== "DELETE") throw notSupported(`${method} /v2/dlq/{id}`);
  const gone = await sql`delete from qstash.dlq where id = ${id}`;
  if (gone.count === 0) throw new QstashHttpError(404, `dlq message ${id} not found`);
  return jsonResponse({ deleted: 1 });
}

/** Answers `/v2/dlq...`. */
export async function handleDlq(
  context: QstashContext,
  request: {
    method: string;
    path: readonly string[];
    params: URLSearchParams;
    headers: Headers;
  },
): Promise<Response> {
  const { method, path: [first, second, ...rest], params, headers } = request;
  if (rest.length > 0) throw new QstashHttpError(404, "not found");
  if (first === undefined) {
    if (method === "GET") return await listMessages(context, params);
    if (method === "DELETE") return await deleteMessages(context, params);
    throw notSupported(`${method} /v2/dlq`);
  }
  if (first === "retry" && method === "POST") {
    if (second === undefined) return await retryMessages(context, params, headers);
    return await retryOne(context, second, headers);
  }
  if (second !== undefined) throw new QstashHttpError(404, "not found");
  return await handleOne(context, method, first);
}
