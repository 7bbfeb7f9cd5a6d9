/** @module `Idempotency-Key`: the first answer to a write is the answer to every repetition. */
import { createHash } from "node:crypto";
import { AppError } from "../core/errors.ts";
import type { Database } from "../platform/postgres.ts";

/** Keys are chosen by clients; this is what they may look like. */
const KEY_PATTERN = /^[\x21-\x7e]{1,255}$/;
/** Headers of the first answer that are given again. */
const KEPT_HEADERS = ["content-type", "location", "etag", "retry-after"];

/** One write that carries a key. */
export interface Repeatable {
  readonly actor: string;
  /** Method and full path: the same key elsewhere is another key. */
  readonly route: string;
  readonly key: string;
  readonly body: Uint8Array;
}

type Claim =
  | { readonly state: "new" | "running" | "mismatch" }
  | {
    readonly state: "done";
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body: { readonly text: string };
  };

/** Reads the header. */
export function idempotencyKey(request: Request): string | undefined {
  const key = request.headers.get("idempotency-key");
  if (key === null) return undefined;
  if (KEY_PATTERN.test(key)) return key;
  throw new AppError("malformed-request", "Idempotency-Key must be 1 to 255 printable characters");
}

function hashOf(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}

async function claim(db: Database, write: Repeatable): Promise<Claim> {
  const { actor, route, key } = write;
  const [row] = await db.asService(
    "keys outlive the request's own transaction",
    (sql) =>
      sql<{ claim: Claim }[]>`
      select private.claim_idempotency_key(${actor}, ${route}, ${key}, ${hashOf(write.body)})
        as claim`,
  );
  return row?.claim ?? { state: "running" };
}

function replay(answer: Extract<Claim, { state: "done" }>): Response {
  const headers = new Headers(answer.headers);
  headers.set("idempotent-replayed", "true");
  const bodyless = answer.status === 204 || answer.status === 304;
  return new Response(bodyless ? null : answer.body.text, { status: answer.status, headers });
}

/** Failures that a repetition may well survive are not kept. */
function isFinal(status: number): boolean {
  return status < 500 && status !== 429 && status !== 401 && status !== 409;
}

async function settle(db: Database, write: Repeatable, response: Response): Promise<Response> {
  const { actor, route, key } = write;
  if (!isFinal(response.status)) {
    await release(db, write);
    return response;
  }
  const text = await response.clone().text();
  const headers = Object.fromEntries(
    [...response.headers].filter(([name]) => KEPT_HEADERS.includes(name)),
  );
  await db.asService(
    "keys outlive the request's own transaction",
    (sql) =>
      sql`select private.finish_idempotency_key(${actor}, ${route}, ${key},
      ${response.status}::int, ${JSON.stringify(headers)}::text::jsonb,
      ${JSON.stringify({ text })}::text::jsonb)`,
  );
  return response;
}

async function release(db: Database, { actor, route, key }: Repeatable): Promise<void> {
  await db.asService(
    "keys outlive the request's own transaction",
    (sql) => sql`select private.release_idempotency_key(${actor}, ${route}, ${key})`,
  );
}

/**
 * Answers a write once. `work` renders its own failures, so whatever it answers is kept.
 *
 * @throws `idempotency-key-reused` for another body, `request-in-progress` while the first runs
 */
export async function answerOnce(
  db: Database,
  write: Repeatable,
  work: () => Promise<Response>,
): Promise<Response> {
  const claimed = await claim(db, write);
  switch (claimed.state) {
    case "done":
      return replay(claimed);
    case "mismatch":
      throw new AppError("idempotency-key-reused", "This key was used with another body");
    case "running":
      throw new AppError("request-in-progress", "The first request with this key still runs");
    case "new":
      return await settle(db, write, await work());
  }
}
