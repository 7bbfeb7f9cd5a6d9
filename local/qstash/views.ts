/** @module Rows as the API shows them. */
import type { CallbackSpec, FlowSpec, HeaderMap, MessageSpec } from "./spec.ts";

/** A stored message, whatever table it comes from. */
export interface StoredMessage {
  readonly destination: string;
  readonly topic: string | null;
  readonly endpoint_name: string | null;
  readonly queue: string | null;
  readonly schedule_id: string | null;
  readonly labels: readonly string[];
  readonly spec: MessageSpec;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly caller_ip: string | null;
}

/** `content-type` as `Content-Type`, the way the hosted service writes header names. */
function canonicalName(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase());
}

/** Response headers as the API shows them. */
export function headerObject(headers: Headers | undefined): HeaderMap {
  const result: HeaderMap = {};
  for (const [name, value] of headers ?? []) {
    const key = canonicalName(name);
    result[key] = [...result[key] ?? [], value];
  }
  return result;
}

async function redacted(value: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", value));
  return `REDACTED:${digest.toHex()}`;
}

async function headerView(spec: MessageSpec): Promise<HeaderMap> {
  const hidden = spec.redact?.headers ?? [];
  const result: HeaderMap = {};
  for (const [name, values] of Object.entries(spec.headers)) {
    const hide = hidden === true || hidden.includes(name);
    result[canonicalName(name)] = hide
      ? await Promise.all(values.map((value) => redacted(new TextEncoder().encode(value))))
      : values;
  }
  return result;
}

/** A body as text under `name`, or as base64 under `nameBase64` when it is no text. */
export function bodyView(name: string, body: Uint8Array<ArrayBuffer>): Record<string, string> {
  try {
    return { [name]: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body) };
  } catch {
    return { [`${name}Base64`]: body.toBase64() };
  }
}

/** Limits of a flow control key on a message or schedule. */
function flowView(flow: FlowSpec | undefined): Record<string, unknown> {
  if (flow === undefined) return {};
  return {
    flowControlKey: flow.key,
    parallelism: flow.parallelism,
    rate: flow.rate,
    period: flow.periodMs / 1000,
  };
}

function callbackUrl(callback: CallbackSpec | undefined): string | undefined {
  return callback?.url;
}

/** The delivery settings that messages, dead letters and schedules show alike. */
export async function specView(message: StoredMessage): Promise<Record<string, unknown>> {
  const { spec, labels } = message;
  const body = spec.redact?.body === true
    ? { body: await redacted(message.body) }
    : bodyView("body", message.body);
  return {
    method: spec.method,
    header: await headerView(spec),
    ...body,
    retryDelayExpression: spec.retryDelay,
    callback: callbackUrl(spec.callback),
    failureCallback: callbackUrl(spec.failureCallback),
    queueName: message.queue ?? undefined,
    callerIP: message.caller_ip ?? undefined,
    ...(labels.length === 0 ? {} : { label: labels[0], labels }),
    ...flowView(spec.flow),
  };
}

/** A message or dead letter without what only one of them has. */
export async function messageView(message: StoredMessage): Promise<Record<string, unknown>> {
  return {
    url: message.destination,
    topicName: message.topic ?? undefined,
    endpointName: message.endpoint_name ?? undefined,
    scheduleId: message.schedule_id ?? undefined,
    maxRetries: message.spec.retries,
    ...await specView(message),
  };
}
