/** @module From a request to its handler: authorisation, bounded bodies, raw destinations. */
import type { QstashContext } from "./context.ts";
import { readBounded } from "./delivery.ts";
import { MAX_PARALLEL_DELIVERIES } from "./dispatcher.ts";
import { handleDlq } from "./dlq.ts";
import { jsonResponse, notSupported, QstashHttpError } from "./errors.ts";
import { handleFlow } from "./flow.ts";
import { handleKeys } from "./keys.ts";
import { handleEvents, handleMessages } from "./messages.ts";
import { checkDestination, handleBatch, handlePublish, MAX_MESSAGE_BYTES } from "./publish.ts";
import { handleQueues } from "./queues.ts";
import { createSchedule, handleSchedules } from "./schedules.ts";
import { handleTopics } from "./topics.ts";

const MAX_BATCH_BYTES = 32 * 1_048_576;
/** Upper bound of a query whose parameters are settings. */
const MAX_QUERY_PARAMS = 500;

async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = new QstashHttpError(413, `the body is larger than ${limit} bytes`);
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge;
  const { bytes, complete } = await readBounded(request.body, limit);
  if (!complete) throw tooLarge;
  return bytes;
}

/** Compares without telling by its duration how much was right. */
async function sameSecret(given: string, expected: string): Promise<boolean> {
  const encoder = new TextEncoder();
  const [a, b] = await Promise.all(
    [given, expected].map((text) => crypto.subtle.digest("SHA-256", encoder.encode(text))),
  );
  const left = new Uint8Array(a ?? new ArrayBuffer());
  const right = new Uint8Array(b ?? new ArrayBuffer());
  let difference = left.length ^ right.length;
  for (const [index, byte] of left.entries()) difference |= byte ^ (right[index] ?? 0);
  return difference === 0;
}

async function authorize(context: QstashContext, request: Request, url: URL): Promise<void> {
  const bearer = /^Bearer\s+(.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const given = bearer ?? url.searchParams.get("qstash_token") ?? "";
  if (!await sameSecret(given, context.token)) {
    throw new QstashHttpError(401, "invalid token");
  }
}

/**
 * The destination stands raw behind the prefix, with its own query. Parameters that are for this
 * service (the token, and settings in webhook mode) are taken out of it.
 */
function splitDestination(url: URL, prefix: string, headers: Headers): {
  destination: string;
  headers: Headers;
} {
  const settings = new Headers(headers);
  const kept: string[] = [];
  const parts = url.search === "" ? [] : url.search.slice(1).split("&");
  if (parts.length > MAX_QUERY_PARAMS) throw new QstashHttpError(400, "too many query parameters");
  for (const part of parts) {
    const [[name = "", value = ""] = []] = new URLSearchParams(part);
    if (name === "qstash_token") continue;
    if (!name.toLowerCase().startsWith("upstash-")) kept.push(part);
    else if (!settings.has(name)) settings.set(name, value);
  }
  const query = kept.length === 0 ? "" : `?${kept.join("&")}`;
  return { destination: url.pathname.slice(prefix.length) + query, headers: settings };
}

async function routePublishing(
  context: QstashContext,
  request: Request,
  url: URL,
  callerIp: string,
): Promise<Response | undefined> {
  const prefix = /^\/v2\/(?:(publish|schedules)|enqueue\/([^/]*))\//.exec(url.pathname);
  if (prefix === null) return undefined;
  const [matched, kind, queue] = prefix;
  const { destination, headers } = splitDestination(url, matched, request.headers);
  if (
    kind === "schedules" && (request.method !== "POST" || /\/(pause|resume)$/.test(destination))
  ) {
    return undefined;
  }
  if (request.method !== "POST") throw new QstashHttpError(405, "only POST publishes");
  const body = await readBody(request, MAX_MESSAGE_BYTES);
  const input = { destination, headers, body, callerIp };
  if (kind !== "schedules") return await handlePublish(context, input, queue);
  return await createSchedule(context, { ...input, destination: checkDestination(destination) });
}

async function activeDeliveries(context: QstashContext): Promise<Response> {
  const [row] = await context.sql<{ n: number }[]>`
    select count(*)::int as n from qstash.messages where state = 'ACTIVE'`;
  return jsonResponse({
    parallelismMax: MAX_PARALLEL_DELIVERIES,
    parallelismCount: row?.n ?? 0,
  });
}

async function route(
  context: QstashContext,
  request: Request,
  callerIp: string,
): Promise<Response> {
  const url = new URL(request.url);
  await authorize(context, request, url);
  const published = await routePublishing(context, request, url, callerIp);
  if (published !== undefined) return published;
  const { method, headers } = request;
  const params = url.searchParams;
  const [, version, area, ...path] = url.pathname.split("/").map(decodeURIComponent);
  if (version !== "v2") throw notSupported(`${method} ${url.pathname}`);
  switch (area) {
    case "batch": {
      if (method !== "POST") throw new QstashHttpError(405, "only POST publishes");
      return await handleBatch(context, await readBody(request, MAX_BATCH_BYTES), callerIp);
    }
    case "messages": {
      const body = await readBody(request, MAX_MESSAGE_BYTES);
      return await handleMessages(context, { method, path, params, body });
    }
    case "schedules":
      return await handleSchedules(context, method, path);
    case "dlq":
      return await handleDlq(context, { method, path, params, headers });
    case "events":
    case "logs":
      return await handleEvents(context, params, area);
    case "keys":
      return await handleKeys(context, method, path);
    case "queues":
      return await handleQueues(context, method, path, await readBody(request, MAX_MESSAGE_BYTES));
    case "topics":
      return await handleTopics(context, method, path, await readBody(request, MAX_MESSAGE_BYTES));
    case "flowControl":
      return await handleFlow(context, method, path, params);
    case "globalParallelism":
      return await activeDeliveries(context);
    default:
      throw notSupported(`${method} ${url.pathname}`);
  }
}

/** Answers one request; every failure becomes `{"error": "..."}`. */
export async function answerRequest(
  context: QstashContext,
  request: Request,
  callerIp: string,
): Promise<Response> {
  try {
    return await route(context, request, callerIp);
  } catch (error) {
    if (error instanceof QstashHttpError) {
      return jsonResponse({ error: error.message }, error.status);
    }
    if (error instanceof URIError) return jsonResponse({ error: "the path is malformed" }, 400);
    console.error("message service:", error instanceof Error ? error.stack : error);
    return jsonResponse({ error: "internal error" }, 500);
  }
}
