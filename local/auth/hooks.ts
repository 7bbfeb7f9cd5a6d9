/** @module Auth hooks: functions of the database and signed HTTP calls that the project brings. */
import type { JSONValue } from "postgres";
import type { AuthApp, Db } from "./context.ts";
import { AuthError, internal } from "./errors.ts";
import type { HookSettings } from "./settings.ts";
import type { Metadata } from "./users.ts";

const DATABASE_TIMEOUT_MS = 2000;
const HTTP_TIMEOUT_MS = 5000;
const HTTP_TRIES = 3;
const HTTP_BACKOFF_MS = 2000;
const MAX_ANSWER_BYTES = 200 * 1024;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
const SECRET_PREFIX = "v1,whsec_";

/** Claims without which a token is none. */
const REQUIRED_CLAIMS: Readonly<Record<string, (value: unknown) => boolean>> = {
  aud: (value) => typeof value === "string" || Array.isArray(value),
  exp: Number.isInteger,
  iat: Number.isInteger,
  sub: (value) => typeof value === "string",
  email: (value) => typeof value === "string",
  phone: (value) => typeof value === "string",
  role: (value) => typeof value === "string",
  aal: (value) => typeof value === "string",
  session_id: (value) => typeof value === "string",
  is_anonymous: (value) => value !== undefined,
};

async function runFunction(tx: Db, uri: string, input: Metadata): Promise<unknown> {
  const [schema = "", name = ""] = new URL(uri).pathname.split("/").filter((part) => part !== "");
  if (!IDENTIFIER.test(schema) || !IDENTIFIER.test(name)) {
    throw internal(`Error running hook URI: ${uri}`);
  }
  // The statements share the transaction, so that the hook's writes live and die with the sign-in.
  await tx`select set_config('statement_timeout', ${String(DATABASE_TIMEOUT_MS)}, true)`;
  const [row] = await tx<{ output: unknown }[]>`
    select ${tx(schema)}.${tx(name)}(${tx.json(input as JSONValue)}) as output
  `;
  await tx`set local statement_timeout to default`;
  return row?.output;
}

function unreachable(): AuthError {
  const seconds = (HTTP_TIMEOUT_MS / 1000).toFixed(6);
  return new AuthError(
    422,
    "hook_timeout",
    `Failed to reach hook within maximum time of ${seconds} seconds`,
  );
}

/** Signatures of a delivery, as Standard Webhooks has them. */
async function sign(secrets: readonly string[], id: string, time: number, body: string) {
  const signatures: string[] = [];
  for (const secret of secrets) {
    if (!secret.startsWith(SECRET_PREFIX)) {
      throw internal("Error generating signatures: invalid signature format");
    }
    const raw = Uint8Array.from(
      atob(secret.slice(SECRET_PREFIX.length)),
      (char) => char.charCodeAt(0),
    );
    const key = await crypto.subtle.importKey(
      "raw",
      raw,
      { name: "HMAC", hash: "SHA-256" },
      false,
      [
        "sign",
      ],
    );
    const text = new TextEncoder().encode(`${id}.${time}.${body}`);
    const digest = new Uint8Array(await crypto.subtle.sign("HMAC", key, text));
    signatures.push(`v1,${btoa(String.fromCharCode(...digest))}`);
  }
  return signatures.join(", ");
}

async function readAnswer(response: Response): Promise<unknown> {
  const type = response.headers.get("content-type");
  if (type === null || type.split(";")[0]?.trim().toLowerCase() !== "application/json") {
    await response.body?.cancel();
    throw new AuthError(
      400,
      "hook_payload_invalid_content_type",
      type === null
        ? "Invalid Content-Type: Missing Content-Type header"
        : `Invalid JSON response. Received content-type: ${type}`,
    );
  }
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) {
      throw new AuthError(
        422,
        "hook_payload_over_size_limit",
        `Payload size exceeded size limit of ${MAX_ANSWER_BYTES} bytes`,
      );
    }
    chunks.push(chunk);
  }
  try {
    return JSON.parse(await new Blob(chunks).text());
  } catch (cause) {
    throw internal("Error unmarshaling JSON output.", cause);
  }
}

/** One delivery. Answers `retry` when another one may help. */
async function deliver(
  hook: HookSettings,
  body: string,
  signal: AbortSignal,
): Promise<{ output: unknown } | "retry" | "retry later"> {
  const id = crypto.randomUUID();
  const time = Math.floor(Date.now() / 1000);
  const signature = await sign(hook.secrets ?? [], id, time, body);
  let response: Response;
  try {
    response = await fetch(hook.uri, {
      method: "POST",
      body,
      signal,
      redirect: "manual",
      headers: {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(time),
        "webhook-signature": signature,
      },
    });
  } catch {
    if (signal.aborted) throw unreachable();
    return "retry later";
  }
  if (response.status === 200 || response.status === 202) {
    return { output: await readAnswer(response) };
  }
  await response.body?.cancel();
  switch (response.status) {
    case 204:
      return { output: {} };
    case 429:
    case 503:
      if (response.headers.has("retry-after")) return "retry";
      throw internal("Service currently unavailable due to hook");
    case 400:
      throw internal("Invalid payload sent to hook");
    case 401:
      throw internal("Hook requires authorization token");
    default:
      throw internal(`Unexpected status code returned from hook: ${response.status}`);
  }
}

async function runHttp(hook: HookSettings, input: Metadata): Promise<unknown> {
  const signal = AbortSignal.timeout(HTTP_TIMEOUT_MS);
  const body = JSON.stringify(input);
  for (let attempt = 1; attempt <= HTTP_TRIES; attempt++) {
    const result = await deliver(hook, body, signal);
    if (typeof result === "object") return result.output;
    if (attempt === HTTP_TRIES && result === "retry later") {
      throw new AuthError(
        422,
        "hook_timeout_after_retry",
        "Failed to reach hook after maximum retries",
      );
    }
    if (result === "retry later") {
      await new Promise((done) => setTimeout(done, HTTP_BACKOFF_MS));
      if (signal.aborted) throw unreachable();
    }
  }
  throw internal("Service currently unavailable due to hook");
}

function asObject(value: unknown): Metadata {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function checkRefusal(output: Metadata): void {
  const refusal = asObject(output.error);
  if (typeof refusal.message !== "string" || refusal.message === "") return;
  const code = Number(refusal.http_code);
  const status = Number.isInteger(code) && code >= 400 && code <= 599 ? code : 500;
  throw new AuthError(status, undefined, refusal.message);
}

/**
 * Runs a hook and returns what it answers.
 *
 * @param tx the transaction that the hook belongs to; without one it gets its own
 * @throws what the hook refuses with, or 500 when it fails
 */
export async function runHook(
  app: AuthApp,
  tx: Db | undefined,
  hook: HookSettings,
  input: Metadata,
): Promise<Metadata> {
  let output: unknown;
  try {
    if (/^https?:/.test(hook.uri)) {
      output = await runHttp(hook, input);
    } else if (!hook.uri.startsWith("pg-functions:")) {
      throw new Error(`unsupported protocol: ${hook.uri}`);
    } else if (tx === undefined) {
      output = await app.sql.begin((own) => runFunction(own, hook.uri, input));
    } else {
      output = await runFunction(tx, hook.uri, input);
    }
  } catch (error) {
    if (error instanceof AuthError) throw error;
    throw internal(`Error running hook URI: ${hook.uri}`, error);
  }
  const answer = asObject(output);
  checkRefusal(answer);
  return answer;
}

/** Lets the project change the claims of a token, when it wants to. */
export async function customClaims(
  app: AuthApp,
  tx: Db,
  claims: Metadata,
  method: string,
): Promise<Metadata> {
  const hook = app.settings.hooks.customAccessToken;
  if (hook === undefined) return claims;
  const input = { user_id: claims.sub, claims, authentication_method: method };
  const answer = asObject((await runHook(app, tx, hook, input)).claims);
  const wrong = Object.entries(REQUIRED_CLAIMS)
    .filter(([name, fits]) => !fits(answer[name]))
    .map(([name]) => `- (root): ${name} is required\n`);
  if (wrong.length > 0) {
    throw new AuthError(
      500,
      undefined,
      `output claims do not conform to the expected schema: \n${wrong.join("")}`,
    );
  }
  return answer;
}

/** Lets the project refuse a person who is about to be stored. */
export async function beforeUserCreated(
  app: AuthApp,
  ip: string,
  user: Metadata,
): Promise<void> {
  const hook = app.settings.hooks.beforeUserCreated;
  if (hook === undefined) return;
  const metadata = {
    uuid: crypto.randomUUID(),
    time: new Date().toISOString(),
    name: "before-user-created",
    ip_address: ip,
  };
  await runHook(app, undefined, hook, { metadata, user });
}
