/** @module Publish, enqueue and batch. */
import type { QstashContext } from "./context.ts";
import { jsonResponse, notSupported, QstashHttpError } from "./errors.ts";
import { isValidName } from "./ids.ts";
import { createSchedule } from "./schedules.ts";
import { checkUrl, readPublish } from "./spec.ts";
import { expandDestination, type NewMessage, type Published, publishMessages } from "./store.ts";

/** Messages of one batch; the hosted service bounds the batch by its size alone. */
const MAX_BATCH = 1000;
/** The largest body of one message. */
export const MAX_MESSAGE_BYTES = 1_048_576;

/** What a publishing request brought. */
export interface PublishRequest {
  readonly destination: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly callerIp: string;
}

/** A destination as the service takes it: a URL as written, or the name of a URL group. */
export function checkDestination(raw: string): string {
  let text = /^https?%3A/i.test(raw) ? decodeURIComponent(raw) : raw;
  // Some HTTP stacks collapse the double slash within a path.
  text = text.replace(/^(https?):\/(?!\/)/i, "$1://");
  if (/^https?:/i.test(text)) return checkUrl(text, "destination url");
  if (text === "") throw new QstashHttpError(400, "destination is missing");
  if (text.startsWith("api/")) throw notSupported(`the destination ${text}`);
  if (!isValidName(text)) throw new QstashHttpError(400, `invalid destination url: ${text}`);
  return text;
}

function answer(published: Published, withUrl: boolean): Record<string, unknown> {
  return {
    messageId: published.messageId,
    ...(withUrl ? { url: published.url } : {}),
    ...(published.deduplicated ? { deduplicated: true } : {}),
  };
}

function checkQueue(queue: string): string {
  if (!isValidName(queue)) throw new QstashHttpError(400, `invalid queue name: ${queue}`);
  return queue;
}

async function toMessages(
  context: QstashContext,
  request: PublishRequest,
  queue: string | undefined,
): Promise<NewMessage[]> {
  if (request.body.length > MAX_MESSAGE_BYTES) {
    throw new QstashHttpError(413, `a message is at most ${MAX_MESSAGE_BYTES} bytes`);
  }
  return await expandDestination(context.sql, checkDestination(request.destination), {
    body: request.body,
    config: readPublish(request.headers),
    callerIp: request.callerIp,
    ...(queue === undefined ? {} : { queue: checkQueue(queue) }),
  });
}

/** Answers `/v2/publish/{destination}` and, with a queue, `/v2/enqueue/{queue}/{destination}`. */
export async function handlePublish(
  context: QstashContext,
  request: PublishRequest,
  queue?: string,
): Promise<Response> {
  if (request.headers.has("upstash-cron")) {
    return await createSchedule(context, {
      ...request,
      destination: checkDestination(request.destination),
    });
  }
  const messages = await toMessages(context, request, queue);
  const results = await publishMessages(context, messages);
  const [first] = results;
  const isGroup = messages[0]?.topic !== undefined;
  if (isGroup || first === undefined) return jsonResponse(results.map((one) => answer(one, true)));
  return jsonResponse(answer(first, false), first.deduplicated ? 202 : 200);
}

interface BatchEntry {
  destination: string;
  headers: Record<string, string>;
  body: string;
  queue?: string;
}

function parseEntry(value: unknown, index: number): BatchEntry {
  const bad = (what: string) => new QstashHttpError(400, `batch entry ${index}: ${what}`);
  if (typeof value !== "object" || value === null) throw bad("no object");
  const { destination, headers, body, queue } = value as Record<string, unknown>;
  if (typeof destination !== "string") throw bad("destination is missing");
  if (body !== undefined && body !== null && typeof body !== "string") throw bad("body is no text");
  if (queue !== undefined && typeof queue !== "string") throw bad("queue is no text");
  const pairs = Object.entries(headers ?? {});
  return {
    destination,
    headers: Object.fromEntries(pairs.map(([name, item]) => [name, String(item)])),
    body: body ?? "",
    ...(queue === undefined || queue === "" ? {} : { queue }),
  };
}

function parseBatch(body: Uint8Array): BatchEntry[] {
  let list: unknown;
  try {
    list = JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new QstashHttpError(400, "the batch is no JSON");
  }
  if (!Array.isArray(list)) throw new QstashHttpError(400, "the batch is no array");
  if (list.length > MAX_BATCH) throw new QstashHttpError(413, `more than ${MAX_BATCH} messages`);
  return list.map(parseEntry);
}

function entryHeaders(headers: Record<string, string>): Headers {
  try {
    return new Headers(headers);
  } catch {
    throw new QstashHttpError(400, "the batch holds a header that is none");
  }
}

/** Answers `/v2/batch`: all messages are stored, or none. */
export async function handleBatch(
  context: QstashContext,
  body: Uint8Array,
  callerIp: string,
): Promise<Response> {
  const groups: NewMessage[][] = [];
  for (const entry of parseBatch(body)) {
    const request = {
      destination: entry.destination,
      headers: entryHeaders(entry.headers),
      body: new TextEncoder().encode(entry.body),
      callerIp,
    };
    groups.push(await toMessages(context, request, entry.queue));
  }
  const results = await publishMessages(context, groups.flat());
  let at = 0;
  return jsonResponse(groups.map((group) => {
    const own = results.slice(at, at += group.length);
    const [first] = own;
    if (group[0]?.topic === undefined && first !== undefined) return answer(first, false);
    return own.map((one) => answer(one, true));
  }));
}
