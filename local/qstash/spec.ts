/** @module What a publish request asks for, read from its `Upstash-*` headers. */
import { parseDuration } from "./duration.ts";
import { notSupported, QstashHttpError } from "./errors.ts";
import { evaluateRetryDelay, ExpressionError } from "./expression.ts";
import { isValidName } from "./ids.ts";

const DEFAULT_RETRIES = 3;
const MAX_RETRIES = 100;
const MAX_LABELS = 20;
const MAX_URL_LENGTH = 8192;
/** The longest delay the paid plan of the hosted service allows. */
const MAX_DELAY_MS = 366 * 86_400_000;
const MAX_TIMEOUT_MS = 2 * 3_600_000;
const MAX_FLOW_PERIOD_MS = 7 * 86_400_000;
const MAX_FLOW_VALUE = 1_000_000;
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** Headers that belong to one hop or are the sender's to compute. */
const NOT_FORWARDED = [
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Header values by lower-case name. */
export type HeaderMap = Record<string, string[]>;

/** Where and how the outcome of an attempt is reported. */
export interface CallbackSpec {
  readonly url: string;
  readonly method: string;
  readonly headers: HeaderMap;
  readonly retries: number;
  readonly retryDelay?: string;
  readonly timeoutMs?: number;
  readonly delayMs?: number;
}

/** Limits shared by all messages of one key. */
export interface FlowSpec {
  readonly key: string;
  readonly parallelism?: number;
  readonly rate?: number;
  readonly periodMs: number;
}

/** Everything about a message that only its delivery needs; stored as JSON. */
export interface MessageSpec {
  readonly method: string;
  readonly headers: HeaderMap;
  readonly retries: number;
  readonly retryDelay?: string;
  readonly timeoutMs?: number;
  readonly delayMs?: number;
  readonly callback?: CallbackSpec;
  readonly failureCallback?: CallbackSpec;
  readonly flow?: FlowSpec;
  readonly redact?: { readonly body: boolean; readonly headers: true | readonly string[] };
}

/** One publish request, read. */
export interface PublishConfig {
  readonly spec: MessageSpec;
  readonly labels: readonly string[];
  readonly notBeforeMs?: number;
  readonly deduplicationId?: string;
  readonly contentBasedDeduplication: boolean;
}

function bad(message: string): QstashHttpError {
  return new QstashHttpError(400, message);
}

function readDuration(headers: Headers, name: string, max: number): number | undefined {
  const text = headers.get(name);
  if (text === null) return undefined;
  const value = parseDuration(text);
  if (value === undefined) throw bad(`invalid ${name}: ${text}`);
  if (value > max) throw new QstashHttpError(412, `${name} exceeds the limit: ${text}`);
  return value;
}

function readInteger(headers: Headers, name: string, max: number): number | undefined {
  const text = headers.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw bad(`invalid ${name}: ${text}`);
  const value = Number(text);
  if (value > max) throw new QstashHttpError(412, `${name} exceeds the limit of ${max}`);
  return value;
}

function readMethod(headers: Headers, name: string): string | undefined {
  const method = headers.get(name)?.toUpperCase();
  if (method !== undefined && !METHODS.includes(method)) throw bad(`invalid ${name}: ${method}`);
  return method;
}

function readExpression(headers: Headers, name: string): string | undefined {
  const expression = headers.get(name);
  if (expression === null) return undefined;
  try {
    evaluateRetryDelay(expression, 0);
  } catch (error) {
    if (error instanceof ExpressionError) throw bad(`invalid ${name}: ${error.message}`);
    throw error;
  }
  return expression;
}

function readForwarded(headers: Headers, prefix: string): HeaderMap {
  const result: HeaderMap = {};
  for (const [name, value] of headers) {
    if (!name.startsWith(prefix)) continue;
    const forwarded = name.slice(prefix.length);
    if (forwarded !== "" && !NOT_FORWARDED.includes(forwarded)) result[forwarded] = [value];
  }
  return result;
}

/** In webhook mode the sender cannot prefix its headers, so all of them go on. */
function readAllHeaders(headers: Headers): HeaderMap {
  const result: HeaderMap = {};
  for (const [name, value] of headers) {
    if (name.startsWith("upstash-") || name === "authorization") continue;
    if (!NOT_FORWARDED.includes(name)) result[name] = [value];
  }
  return result;
}

/** Checks that a text is an absolute HTTP URL and gives it back as it was written. */
export function checkUrl(text: string, what: string): string {
  if (text.length > MAX_URL_LENGTH) throw bad(`${what} is too long`);
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) throw bad(`invalid ${what}: ${text}`);
  return text;
}

/** Leaves out what is undefined, so that the result fits optional properties. */
function compact<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function readCallback(headers: Headers, prefix: string): CallbackSpec | undefined {
  const url = headers.get(prefix);
  if (url === null) return undefined;
  return compact({
    url: checkUrl(url, prefix),
    method: readMethod(headers, `${prefix}-method`) ?? "POST",
    headers: readForwarded(headers, `${prefix}-forward-`),
    retries: readInteger(headers, `${prefix}-retries`, MAX_RETRIES) ?? DEFAULT_RETRIES,
    retryDelay: readExpression(headers, `${prefix}-retry-delay`),
    timeoutMs: readDuration(headers, `${prefix}-timeout`, MAX_TIMEOUT_MS),
    delayMs: readDuration(headers, `${prefix}-delay`, MAX_DELAY_MS),
  }) as CallbackSpec;
}

function positive(text: string | undefined, what: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,6}$/.test(text) || Number(text) > MAX_FLOW_VALUE) {
    throw bad(`invalid flow control ${what}: ${text}`);
  }
  return Number(text);
}

/** The flow control headers of a request. */
export function readFlow(headers: Headers): FlowSpec | undefined {
  const key = headers.get("upstash-flow-control-key");
  if (key === null) return undefined;
  if (!isValidName(key)) throw bad(`invalid flow control key: ${key}`);
  const parts = new Map<string, string>();
  for (const part of (headers.get("upstash-flow-control-value") ?? "").split(",")) {
    const [name = "", value = ""] = part.split("=", 2).map((piece) => piece.trim());
    if (name === "") continue;
    if (!["parallelism", "rate", "period"].includes(name)) {
      throw bad(`invalid flow control value: ${name}`);
    }
    parts.set(name, value);
  }
  const parallelism = positive(parts.get("parallelism"), "parallelism");
  const rate = positive(parts.get("rate"), "rate");
  if (parallelism === undefined && rate === undefined) {
    throw bad("flow control needs a parallelism or a rate");
  }
  const periodMs = parseDuration(parts.get("period") ?? "1s");
  if (periodMs === undefined || periodMs <= 0 || periodMs > MAX_FLOW_PERIOD_MS) {
    throw bad(`invalid flow control period: ${parts.get("period")}`);
  }
  return compact({ key, parallelism, rate, periodMs }) as FlowSpec;
}

function readRedact(headers: Headers): MessageSpec["redact"] {
  const text = headers.get("upstash-redact-fields");
  if (text === null) return undefined;
  const names: string[] = [];
  let body = false;
  let all = false;
  for (const field of text.split(",").map((part) => part.trim())) {
    const named = /^header\[([^\]]+)\]$/i.exec(field)?.[1];
    if (field === "body") body = true;
    else if (field === "header" || field === "headers") all = true;
    else if (named !== undefined) names.push(named.toLowerCase());
    else throw bad(`invalid Upstash-Redact-Fields: ${field}`);
  }
  return { body, headers: all ? true : names };
}

/** The labels of a request. */
export function readLabels(headers: Headers): string[] {
  const labels = (headers.get("upstash-label") ?? "").split(",").map((label) => label.trim());
  const given = labels.filter((label) => label !== "");
  if (given.length > MAX_LABELS) throw new QstashHttpError(412, `more than ${MAX_LABELS} labels`);
  return given;
}

/**
 * The delivery settings of a request.
 *
 * @param base settings that stay where the request is silent (a replay of a dead letter)
 */
export function readSpec(headers: Headers, base?: MessageSpec): MessageSpec {
  for (const [name] of headers) {
    if (name.startsWith("upstash-workflow-")) throw notSupported("Upstash Workflow");
  }
  const webhook = headers.get("upstash-header-forward") === "true";
  const contentType = headers.get("content-type");
  const forwarded = {
    ...(webhook ? readAllHeaders(headers) : {}),
    ...(contentType === null ? {} : { "content-type": [contentType] }),
    ...readForwarded(headers, "upstash-forward-"),
  };
  const spec = compact({
    method: readMethod(headers, "upstash-method") ?? base?.method ?? "POST",
    headers: { ...base?.headers, ...forwarded },
    retries: readInteger(headers, "upstash-retries", MAX_RETRIES) ?? base?.retries ??
      DEFAULT_RETRIES,
    retryDelay: readExpression(headers, "upstash-retry-delay") ?? base?.retryDelay,
    timeoutMs: readDuration(headers, "upstash-timeout", MAX_TIMEOUT_MS) ?? base?.timeoutMs,
    delayMs: readDuration(headers, "upstash-delay", MAX_DELAY_MS),
    callback: readCallback(headers, "upstash-callback") ?? base?.callback,
    failureCallback: readCallback(headers, "upstash-failure-callback") ?? base?.failureCallback,
    flow: readFlow(headers) ?? base?.flow,
    redact: readRedact(headers) ?? base?.redact,
  });
  return spec as MessageSpec;
}

/** Reads all headers of a publish, enqueue or batch entry. */
export function readPublish(headers: Headers): PublishConfig {
  const notBefore = readInteger(headers, "upstash-not-before", 1e12);
  const deduplicationId = headers.get("upstash-deduplication-id") ?? undefined;
  return {
    spec: readSpec(headers),
    labels: readLabels(headers),
    contentBasedDeduplication: headers.get("upstash-content-based-deduplication") === "true",
    ...(notBefore === undefined ? {} : { notBeforeMs: notBefore * 1000 }),
    ...(deduplicationId === undefined ? {} : { deduplicationId }),
  };
}
