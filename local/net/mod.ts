/** @module Sends the HTTP requests that SQL has queued with `net.http_post` and its like. */
import postgres, { type Sql } from "postgres";

export { ensureNetSchema } from "./schema.ts";

/** How to start the worker. */
export interface NetOptions {
  /** A superuser of a database with schema `net`. */
  readonly databaseUrl: string;
}

interface QueuedRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | null;
  readonly timeout_milliseconds: number;
}

interface Outcome {
  readonly status: number | null;
  readonly type: string | null;
  readonly headers: Record<string, string> | null;
  readonly content: string | null;
  readonly timedOut: boolean;
  readonly error: string | null;
}

/** As many as the extension takes at once. */
const BATCH_SIZE = 200;
const CONNECTIONS = 2;
const MAX_RESPONSE_BYTES = 1_000_000;
/** Finds what was queued while the notification could not arrive. */
const POLL_MS = 10_000;
const RETENTION = "6 hours";

/** Reads at most so much of a body that a huge answer cannot fill the memory. */
async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk.subarray(0, MAX_RESPONSE_BYTES - size));
    size += chunk.length;
    if (size >= MAX_RESPONSE_BYTES) break;
  }
  return await new Blob(chunks as Uint8Array<ArrayBuffer>[]).text();
}

async function send(request: QueuedRequest): Promise<Outcome> {
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body === null ? null : request.body as Uint8Array<ArrayBuffer>,
      redirect: "manual",
      signal: AbortSignal.timeout(request.timeout_milliseconds),
    });
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      headers: Object.fromEntries(response.headers),
      content: (await readBounded(response)).replaceAll("\0", ""),
      timedOut: false,
      error: null,
    };
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === "TimeoutError";
    const message = timedOut
      ? `Timeout of ${request.timeout_milliseconds} ms reached`
      : error instanceof Error
      ? error.message
      : String(error);
    const nothing = { status: null, type: null, headers: null, content: null };
    return { ...nothing, timedOut, error: message };
  }
}

/** Takes requests off the queue first, so that each is sent at most once, as the extension does. */
async function claim(sql: Sql): Promise<QueuedRequest[]> {
  return await sql<QueuedRequest[]>`
    delete from net.http_request_queue where id in (
      select id from net.http_request_queue order by id limit ${BATCH_SIZE}
      for update skip locked
    ) returning id, method, url, headers, body, timeout_milliseconds`;
}

async function record(sql: Sql, request: QueuedRequest, outcome: Outcome): Promise<void> {
  await sql`insert into net._http_response
    (id, status_code, content_type, headers, content, timed_out, error_msg)
    values (${request.id}, ${outcome.status}, ${outcome.type},
      ${outcome.headers === null ? null : sql.json(outcome.headers)}, ${outcome.content},
      ${outcome.timedOut}, ${outcome.error})`;
}

class Worker {
  readonly #sql: Sql;
  #wanted = false;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  wake(): void {
    this.#wanted = true;
    this.#running ??= this.#drain().finally(() => this.#running = undefined);
  }

  async #drain(): Promise<void> {
    while (this.#wanted && !this.#stopped) {
      this.#wanted = false;
      try {
        const batch = await claim(this.#sql);
        if (batch.length > 0) this.#wanted = true;
        await Promise.all(
          batch.map(async (request) => await record(this.#sql, request, await send(request))),
        );
      } catch (error) {
        // The queue keeps what was not claimed; the next notification or poll goes on.
        if (!this.#stopped) console.error("net:", error);
      }
    }
  }

  async purge(): Promise<void> {
    await this.#sql`delete from net._http_response where created < now() - ${RETENTION}::interval`;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }
}

/** Starts the worker. Requests go out once their transaction has committed. */
export async function startNet(options: NetOptions): Promise<AsyncDisposable> {
  const sql = postgres(options.databaseUrl, {
    max: CONNECTIONS,
    onnotice: () => undefined,
    connection: { application_name: "pg_net" },
  });
  const worker = new Worker(sql);
  await sql.listen("net_http_request", () => worker.wake(), () => worker.wake());
  const timer = setInterval(() => {
    worker.wake();
    worker.purge().catch((error: unknown) => console.error("net:", error));
  }, POLL_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await worker.stop();
      await sql.end({ timeout: 1 });
    },
  };
}
