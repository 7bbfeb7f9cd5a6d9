/** @module Turns what the database gave into the response. */
import { RestError } from "./errors.ts";
import type { Outcome } from "./execute.ts";
import type { Preferences } from "./preferences.ts";

/** An answer before it is a response. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string | null;
}

function guc(name: string, hint: string): RestError {
  return new RestError(
    500,
    hint,
    `response.${name} guc must be ${
      name === "status"
        ? "a valid status code"
        : "a JSON array composed of objects with a single key and a string value"
    }`,
  );
}

function headerPairs(text: string): [string, string][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw guc("headers", "PGRST111");
  }
  if (!Array.isArray(value)) throw guc("headers", "PGRST111");
  return value.map((item: unknown) => {
    const [pair, ...others] = Object.entries(item ?? {});
    if (pair === undefined || others.length > 0 || typeof pair[1] !== "string") {
      throw guc("headers", "PGRST111");
    }
    return [pair[0], pair[1]];
  });
}

/** What functions set by `response.headers` and `response.status`. */
export function applySettings(answer: Answer, outcome: Outcome): Answer {
  const headers = new Headers(answer.headers);
  const seen = new Set<string>();
  for (const [name, value] of outcome.headers === null ? [] : headerPairs(outcome.headers)) {
    const key = name.toLowerCase();
    if (seen.has(key)) headers.append(name, value);
    else headers.set(name, value);
    seen.add(key);
  }
  if (outcome.status === null) return { ...answer, headers };
  const status = Number(outcome.status);
  if (!Number.isInteger(status) || status < 200 || status > 599) throw guc("status", "PGRST112");
  return { ...answer, status, headers };
}

/** The header `Content-Range`. */
export function contentRange(offset: number, page: number, total: number | undefined): string {
  const hasRows = page > 0 && total !== 0;
  return `${hasRows ? `${offset}-${offset + page - 1}` : "*"}/${total ?? "*"}`;
}

/** Status of a list: partial when more rows are there, refused when it starts after them. */
export function rangeStatus(offset: number, page: number, total: number | undefined): number {
  if (total === undefined) return 200;
  if (offset > total) {
    throw new RestError(416, "PGRST103", "Requested range not satisfiable", {
      details: `An offset of ${offset} was requested, but there are only ${total} rows.`,
      headers: { "content-range": `*/${total}` },
    });
  }
  return page < total ? 206 : 200;
}

/** The refusal of a result that is not one row. */
export function notSingular(rows: number): RestError {
  return new RestError(406, "PGRST116", "Cannot coerce the result to a single JSON object", {
    details: `The result contains ${rows} rows`,
  });
}

/** Names the preferences that took effect, of those that matter to the method. */
export function appliedHeader(
  headers: Headers,
  preferences: Preferences,
  names: readonly string[],
): void {
  const applied = preferences.applied.filter((item) => names.includes(item.split("=", 1)[0] ?? ""));
  if (applied.length > 0) headers.set("preference-applied", applied.join(", "));
}

const NO_BODY = new Set([204, 205, 304]);

/** The response; HEAD has everything but the body. */
export function toResponse(answer: Answer, isHead: boolean): Response {
  const hasBody = !isHead && !NO_BODY.has(answer.status);
  return new Response(hasBody ? answer.body : null, answer);
}

/** The response of a refusal. */
export function refusalResponse(error: RestError, isHead: boolean): Response {
  const headers = new Headers({
    "content-type": "application/json; charset=utf-8",
    "proxy-status": `PostgREST; error=${error.code}`,
  });
  for (const [name, value] of Object.entries(error.headers)) headers.set(name, value);
  const { code, message, details, hint, status } = error;
  const body = JSON.stringify({ code, details, hint, message });
  return toResponse({ status, headers, body }, isHead);
}
