/** @module Turns a project's opaque keys into tokens, so that services only ever see tokens. */
import type { ProjectKeys } from "./project_keys.ts";

/** Why a request may not pass. */
export interface KeyRefusal {
  readonly message: string;
  readonly hint: string;
}

/** What the gateway makes of a request's key. */
export type KeyCheck =
  | { readonly ok: true; readonly authorization: string | undefined }
  | { readonly ok: false; readonly refusal: KeyRefusal };

const NO_KEY: KeyRefusal = {
  message: "No API key found in request",
  hint: "No `apikey` request header or url param was found.",
};
const WRONG_KEY: KeyRefusal = {
  message: "Invalid API key",
  hint: "Double check your Supabase `anon` or `service_role` API key.",
};
const SECRET_IN_BROWSER: KeyRefusal = {
  message: "Forbidden use of secret API key in browser",
  hint: "Secret API keys can only be used in a protected environment and should never be used " +
    "in a browser. Delete this secret API key immediately.",
};

/** The token that stands for a key; undefined for a key that is not the project's. */
export function tokenFor(key: string, keys: ProjectKeys): string | undefined {
  if (key === keys.publishable || key === keys.anonToken) return keys.anonToken;
  if (key === keys.secret || key === keys.serviceToken) return keys.serviceToken;
  return undefined;
}

function keyOf(request: Request, url: URL): string | undefined {
  return request.headers.get("apikey") ?? url.searchParams.get("apikey") ?? undefined;
}

/** A user's own token; keys sent in its place are not tokens. */
function userToken(request: Request): string | undefined {
  const header = request.headers.get("authorization");
  return header === null || /^bearer\s+sb_/i.test(header) ? undefined : header;
}

/**
 * Checks a request's key.
 *
 * @param required whether a request without a key is refused
 */
export function checkKey(
  request: Request,
  url: URL,
  keys: ProjectKeys,
  required: boolean,
): KeyCheck {
  const key = keyOf(request, url);
  const own = userToken(request);
  if (key === undefined || key === "") {
    if (required) return { ok: false, refusal: NO_KEY };
    return { ok: true, authorization: own };
  }
  const token = tokenFor(key, keys);
  if (token === undefined) {
    // Open paths serve everybody; a key that is not ours gives nothing there.
    return required ? { ok: false, refusal: WRONG_KEY } : { ok: true, authorization: own };
  }
  const browser = /^Mozilla\//.test(request.headers.get("user-agent") ?? "");
  if (key === keys.secret && browser) return { ok: false, refusal: SECRET_IN_BROWSER };
  return { ok: true, authorization: own ?? `Bearer ${token}` };
}
