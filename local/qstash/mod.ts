/** @module A message service on Postgres that the official QStash client and receiver accept. */
import postgres from "postgres";
import type { ConnectionInfo, LocalService } from "../service.ts";
import { defaultBackoff } from "./backoff.ts";
import type { QstashContext } from "./context.ts";
import { Dispatcher } from "./dispatcher.ts";
import { answerRequest } from "./router.ts";
import { ensureQstashSchema } from "./schema.ts";

export { ensureQstashSchema } from "./schema.ts";

/** The public constants of QStash's own development server: known to all, secret to nobody. */
export const QSTASH_DEV = {
  token: "eyJVc2VySUQiOiJkZWZhdWx0VXNlciIsIlBhc3N3b3JkIjoiZGVmYXVsdFBhc3N3b3JkIn0=",
  currentSigningKey: "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r",
  nextSigningKey: "sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs",
} as const;

const MAX_CONNECTIONS = 6;
const CLOSE_TIMEOUT_SECONDS = 5;
const WAKE_CHANNEL = "qstash_wake";

/** Settings of {@link startQstash}. */
export interface QstashOptions {
  /** A database, as a role that may create schema `qstash` or owns it. */
  readonly databaseUrl: string;
  /** Token that callers present; by default the public one of the development server. */
  readonly token?: string;
  /** Keys that a new database starts with; by default those of the development server. */
  readonly signingKeys?: { readonly current: string; readonly next: string };
  /** The clock. Tests bring their own. */
  readonly now?: () => Date;
  /** Milliseconds before the n-th retry of messages that bring no `Upstash-Retry-Delay`. */
  readonly backoff?: (retry: number) => number;
}

/** The running service. */
export interface QstashService extends LocalService {
  /** Moves the service's clock ahead and lets it act on that; for tests. */
  advance(ms: number): void;
}

/** Starts the service: answers the API through `fetch` and delivers what is due by itself. */
export async function startQstash(options: QstashOptions): Promise<QstashService> {
  const sql = postgres(options.databaseUrl, {
    max: MAX_CONNECTIONS,
    onnotice: () => {},
    connection: { application_name: "qstash" },
  });
  let offsetMs = 0;
  const clock = options.now ?? (() => new Date());
  const context: QstashContext = {
    sql,
    token: options.token ?? QSTASH_DEV.token,
    now: () => new Date(clock().getTime() + offsetMs),
    wake: () => dispatcher.wake(),
    backoff: options.backoff ?? defaultBackoff,
  };
  const dispatcher = new Dispatcher(context);
  try {
    await ensureQstashSchema(sql);
    const keys = options.signingKeys ??
      { current: QSTASH_DEV.currentSigningKey, next: QSTASH_DEV.nextSigningKey };
    await sql`insert into qstash.keys (current_key, next_key)
      values (${keys.current}, ${keys.next}) on conflict do nothing`;
    await sql.listen(WAKE_CHANNEL, () => dispatcher.wake(), () => dispatcher.wake());
  } catch (error) {
    await sql.end({ timeout: 0 });
    throw error;
  }
  dispatcher.start();
  return {
    fetch: (request: Request, info: ConnectionInfo) =>
      answerRequest(context, request, info.remoteAddress),
    advance(ms: number): void {
      offsetMs += ms;
      dispatcher.wake();
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await dispatcher.stop();
      await sql.end({ timeout: CLOSE_TIMEOUT_SECONDS });
    },
  };
}
