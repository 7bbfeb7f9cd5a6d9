/** @module Broadcasts over HTTP: many at once, or one to a topic. */
import { type Asker, mayWrite } from "./authorization.ts";
import { rawBroadcast, textBroadcast } from "./broadcast.ts";
import type { Environment } from "./environment.ts";
import { isObject, type PayloadEncoding } from "./frames.ts";
import { MAX_FRAME_BYTES } from "./limits.ts";
import { readBody } from "./request_body.ts";
import { checkToken, type RealtimeClaims } from "./tokens.ts";

interface Message {
  readonly topic: string;
  readonly event: string;
  readonly payload: Record<string, unknown>;
  readonly private: boolean;
}

type FieldErrors = Record<string, string[]>;

const MAX_BATCH = 1_000;
const BLANK = "can't be blank";
const INVALID = "is invalid";

const SINGLE = /^\/api\/broadcast\/([^/]+)\/events\/([^/]+)\/?$/;
const BATCH = /^\/api\/broadcast\/?$/;

function refuse(status: number, message: string): Response {
  return Response.json({ message }, { status });
}

function unprocessable(errors: unknown): Response {
  return Response.json({ errors }, { status: 422 });
}

function accepted(): Response {
  return new Response(null, { status: 202 });
}

/** The `x-` headers of a request, which policies may read. */
export function extraHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith("x-")));
}

/** Token of a request: the user's before the project's. */
export function requestToken(request: Request, url: URL): string {
  const [scheme = "", bearer = ""] = (request.headers.get("authorization") ?? "").split(" ");
  if (scheme.toLowerCase() === "bearer" && bearer !== "") return bearer;
  const key = request.headers.get("x-api-key") ?? request.headers.get("apikey");
  return key ?? url.searchParams.get("apikey") ?? "";
}

/** Claims of the caller, or undefined. */
export async function callerOf(
  env: Environment,
  request: Request,
  url: URL,
): Promise<RealtimeClaims | undefined> {
  const check = await checkToken(requestToken(request, url), env.jwt);
  return check.ok ? check.claims : undefined;
}

function fieldErrors(value: unknown): FieldErrors {
  const { topic, event, payload } = isObject(value) ? value : {};
  const errors: FieldErrors = {};
  for (const [name, field] of Object.entries({ topic, event })) {
    if (field === undefined || field === null || field === "") errors[name] = [BLANK];
    else if (typeof field !== "string") errors[name] = [INVALID];
  }
  if (payload === undefined || payload === null) errors.payload = [BLANK];
  else if (!isObject(payload)) errors.payload = [INVALID];
  return errors;
}

function readMessage(value: unknown): Message | undefined {
  if (!isObject(value)) return undefined;
  const { topic, event, payload } = value;
  if (typeof topic !== "string" || typeof event !== "string") return undefined;
  if (!isObject(payload)) return undefined;
  return { topic, event, payload, private: value.private === true || value.private === "true" };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

async function readBatch(request: Request): Promise<Message[] | Response> {
  const body = await readBody(request, MAX_FRAME_BYTES);
  if (body === undefined) return refuse(413, "Payload size exceeds tenant limit");
  const value = parseJson(body);
  if (value === undefined) return refuse(400, "Bad Request");
  const list = isObject(value) ? value.messages : undefined;
  if (list === undefined || list === null) return unprocessable({ messages: [BLANK] });
  if (!Array.isArray(list) || list.length > MAX_BATCH) {
    return unprocessable({ messages: [INVALID] });
  }
  const errors = list.map(fieldErrors);
  if (errors.some((each) => Object.keys(each).length > 0)) {
    return unprocessable({ messages: errors });
  }
  return list.map(readMessage).filter((message) => message !== undefined);
}

async function batch(env: Environment, request: Request, claims: RealtimeClaims) {
  const messages = await readBatch(request);
  if (messages instanceof Response) return messages;
  const large = messages.findIndex((message) =>
    JSON.stringify(message.payload).length > env.limits.payloadBytes
  );
  if (large !== -1) {
    return unprocessable({
      messages: messages.map((_, index) =>
        index === large ? { payload: ["Payload size exceeds tenant limit"] } : {}
      ),
    });
  }
  const headers = extraHeaders(request.headers);
  // The policies are asked once per topic, in order: a message without permission vanishes.
  const allowed = new Map<string, boolean>();
  for (const { topic, event, payload, private: isPrivate } of messages) {
    if (isPrivate && !allowed.has(topic)) {
      allowed.set(topic, await mayWrite(env.sql, { topic, claims, headers }, "broadcast"));
    }
    if (isPrivate && allowed.get(topic) !== true) continue;
    env.rates.messages.add();
    const message = textBroadcast(topic, { type: "broadcast", event, payload });
    env.hub.publish({ name: topic, private: isPrivate }, message);
  }
  return accepted();
}

function encodingOf(request: Request): PayloadEncoding | undefined {
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim();
  if (type === "application/json") return "json";
  return type === "application/octet-stream" ? "binary" : undefined;
}

async function single(
  env: Environment,
  request: Request,
  asker: Asker,
  event: string,
  isPrivate: boolean,
): Promise<Response> {
  const encoding = encodingOf(request);
  if (encoding === undefined) return refuse(415, "Unsupported Media Type");
  const payload = await readBody(request, env.limits.payloadBytes);
  if (payload === undefined) {
    return unprocessable({ payload: ["Payload size exceeds tenant limit"] });
  }
  if (encoding === "json" && parseJson(payload) === undefined) {
    return unprocessable({ payload: [INVALID] });
  }
  if (isPrivate && !(await mayWrite(env.sql, asker, "broadcast"))) {
    return refuse(403, "Unauthorized");
  }
  env.rates.messages.add();
  const { topic } = asker;
  const message = rawBroadcast({ topic, event, encoding, payload });
  env.hub.publish({ name: topic, private: isPrivate }, message);
  return accepted();
}

function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** Answers a broadcast request; undefined when the path is another. */
export async function answerBroadcast(
  env: Environment,
  request: Request,
  url: URL,
): Promise<Response | undefined> {
  const one = SINGLE.exec(url.pathname);
  if (one === null && !BATCH.test(url.pathname)) return undefined;
  if (request.method !== "POST") return refuse(405, "Method Not Allowed");
  const claims = await callerOf(env, request, url);
  if (claims === undefined) return refuse(401, "Unauthorized");
  if (env.rates.messages.exceeded) return refuse(429, "You have exceeded your rate limit");
  if (one === null) return await batch(env, request, claims);
  const topic = decoded(one[1]);
  const event = decoded(one[2]);
  if (topic === undefined || event === undefined) return refuse(400, "Bad Request");
  if ([...url.searchParams.keys()].some((name) => name.startsWith("persist"))) {
    return refuse(501, "realtime: persist is not part of the local stack");
  }
  const asker = { topic, claims, headers: extraHeaders(request.headers) };
  return await single(env, request, asker, event, url.searchParams.get("private") === "true");
}
