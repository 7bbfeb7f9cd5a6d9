/** @module One attempt to deliver one message over HTTP. */
import type { ClaimedMessage } from "./claim.ts";
import type { QstashContext } from "./context.ts";
import { signDelivery } from "./signature.ts";

/** What is kept of a response; more is read off and dropped. */
const MAX_RESPONSE_BYTES = 1_048_576;
/** How long a destination may take when the message does not say: 15 minutes. */
const DEFAULT_TIMEOUT_MS = 900_000;
/** The status by which a destination says that trying again is of no use. */
const NON_RETRYABLE_STATUS = 489;
/** Region that deliveries name, since the hosted service names one. */
const REGION = "LOCAL";

/** The outcome of one attempt. `response` is missing when none came. */
export interface Attempt {
  readonly delivered: boolean;
  readonly retryable: boolean;
  readonly error?: string;
  readonly response?: {
    readonly status: number;
    readonly headers: Headers;
    readonly body: Uint8Array<ArrayBuffer>;
  };
}

/** Reads at most `limit` bytes of a body and lets go of the rest. */
export async function readBounded(
  stream: ReadableStream<Uint8Array<ArrayBuffer>> | null,
  limit: number,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; complete: boolean }> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  let complete = true;
  for await (const chunk of stream ?? []) {
    const room = limit - size;
    if (chunk.length > room) {
      chunks.push(chunk.subarray(0, room));
      size = limit;
      complete = false;
      break;
    }
    chunks.push(chunk);
    size += chunk.length;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { bytes, complete };
}

async function requestHeaders(
  context: QstashContext,
  message: ClaimedMessage,
  body: Uint8Array<ArrayBuffer>,
): Promise<Headers> {
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.spec.headers)) {
    for (const value of values) headers.append(name, value);
  }
  const own: Record<string, string | null> = {
    "User-Agent": "Upstash-QStash",
    "Upstash-Message-Id": message.id,
    "Upstash-Retried": String(message.retried),
    "Upstash-Schedule-Id": message.schedule_id,
    "Upstash-Topic-Name": message.topic,
    "Upstash-Queue-Name": message.queue,
    "Upstash-Flow-Control-Key": message.flow_key,
    "Upstash-Label": message.labels.length === 0 ? null : message.labels.join(","),
    "Upstash-Caller-Ip": message.caller_ip,
    "Upstash-Region": REGION,
    "Upstash-Signature": await signDelivery({
      key: message.current_key,
      url: message.destination,
      body,
      now: context.now(),
    }),
  };
  for (const [name, value] of Object.entries(own)) {
    if (value !== null) headers.set(name, value);
  }
  return headers;
}

async function send(
  context: QstashContext,
  message: ClaimedMessage,
  signal: AbortSignal,
): Promise<Attempt> {
  const { method } = message.spec;
  // A GET has no body on the wire, so the signature must cover the empty one.
  const body = method === "GET" ? new Uint8Array() : message.body;
  const response = await fetch(message.destination, {
    method,
    headers: await requestHeaders(context, message, body),
    body: method === "GET" ? null : body,
    redirect: "manual",
    signal,
  });
  const { bytes } = await readBounded(response.body, MAX_RESPONSE_BYTES);
  const refused = response.status === NON_RETRYABLE_STATUS &&
    response.headers.get("upstash-nonretryable-error") === "true";
  return {
    delivered: response.ok,
    retryable: !refused,
    response: { status: response.status, headers: response.headers, body: bytes },
    ...(response.ok ? {} : { error: `the destination answered ${response.status}` }),
  };
}

/** Tries once. Only `shutdown` makes it throw; whatever the destination does is an outcome. */
export async function attemptDelivery(
  context: QstashContext,
  message: ClaimedMessage,
  shutdown: AbortSignal,
): Promise<Attempt> {
  const timeout = AbortSignal.timeout(message.spec.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  try {
    return await send(context, message, AbortSignal.any([timeout, shutdown]));
  } catch (error) {
    if (shutdown.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return {
      delivered: false,
      retryable: true,
      error: timeout.aborted ? "the destination did not answer in time" : reason,
    };
  }
}
