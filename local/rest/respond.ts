/** @module Turns what the database gave into the response. */
import type { AnswerRow } from "./build_answer.ts";
import type { RestContext } from "./context.ts";
import { isStatus, RestError } from "./errors.ts";
import { contentType, type Media } from "./media.ts";
import { appliedPreferences, type PreferenceName } from "./preferences.ts";

/** An answer before it is a response. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string | Uint8Array | null;
}

function badHeaders(): RestError {
  const message = "response.headers guc must be a JSON array composed of objects with a single " +
    "key and a string value";
  return new RestError(500, "PGRST111", message);
}

function headerPairs(text: string): [string, string][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badHeaders();
  }
  if (!Array.isArray(value)) throw badHeaders();
  return value.map((item: unknown) => {
    const [pair, ...others] = Object.entries(item ?? {});
    if (pair === undefined || others.length > 0 || typeof pair[1] !== "string") throw badHeaders();
    return [pair[0], pair[1]];
  });
}

function statusOf(text: string): number {
  const found = /^\d+/.exec(text);
  const status = Number(found?.[0] ?? Number.NaN);
  if (isStatus(status)) return status;
  throw new RestError(500, "PGRST112", "response.status guc must be a valid status code");
}

/** What functions set by `response.headers` and `response.status`. */
export function applySettings(answer: Answer, row: AnswerRow): Answer {
  const { headers } = answer;
  const status = row.status === null ? answer.status : statusOf(row.status);
  const seen = new Set<string>();
  for (const [name, value] of row.headers === null ? [] : headerPairs(row.headers)) {
    const key = name.toLowerCase();
    try {
      if (seen.has(key)) headers.append(name, value);
      else headers.set(name, value);
    } catch {
      throw badHeaders();
    }
    seen.add(key);
  }
  return { ...answer, status, headers };
}

/** Names the preferences that took effect, of those that matter to the request. */
export function addApplied(
  headers: Headers,
  context: RestContext,
  names: readonly PreferenceName[],
): void {
  const applied = appliedPreferences(context.preferences, names);
  if (applied !== undefined) headers.set("preference-applied", applied);
}

/** Says what the body is. */
export function addContentType(headers: Headers, context: RestContext, media: Media): void {
  headers.set("content-type", contentType(media));
  if (context.isSchemaChosen) headers.set("content-profile", context.schemaName);
}

/** The refusal of a result that is not one row. */
export function notSingular(rows: number): RestError {
  return new RestError(406, "PGRST116", "Cannot coerce the result to a single JSON object", {
    details: `The result contains ${rows} rows`,
  });
}

/** Refuses a change of more rows than the client allows. */
export function checkAffected(count: number, { preferences }: RestContext): void {
  const { maxAffected, handling } = preferences;
  if (maxAffected === undefined || handling !== "strict" || count <= maxAffected) return;
  const message = "Query result exceeds max-affected preference constraint";
  throw new RestError(400, "PGRST124", message, { details: `The query affects ${count} rows` });
}

const NO_BODY = new Set([204, 205, 304]);

/** The response; HEAD has everything but the body. */
export function toResponse(answer: Answer, isHead: boolean): Response {
  const hasBody = !isHead && !NO_BODY.has(answer.status);
  const body = hasBody ? answer.body as BodyInit | null : null;
  return new Response(body, { status: answer.status, headers: answer.headers });
}

/** The body of a refusal. */
export function refusalBody({ code, message, details, hint }: RestError): string {
  return JSON.stringify({ code, details, hint, message });
}

/** The response of a refusal. */
export function refusalResponse(error: RestError, isHead: boolean): Response {
  const headers = new Headers({
    "content-type": "application/json; charset=utf-8",
    "proxy-status": `PostgREST; error=${error.code.replace(/[^\x20-\x7e]/g, "?")}`,
  });
  for (const [name, value] of Object.entries(error.headers)) headers.set(name, value);
  return toResponse({ status: error.status, headers, body: refusalBody(error) }, isHead);
}
