/** @module Relay, receiver and queue with their real parts between them, and ways to break them. */
import assert from "node:assert/strict";
import { createJobs } from "../../shared/jobs.ts";
import type { Consumer } from "../../shared/outbox/mod.ts";
import { createRelay, type Relay } from "../../shared/outbox/relay.ts";
import type { AppDeps } from "../../shared/platform/deps.ts";
import { createQueue } from "../../shared/platform/queue.ts";
import { QSTASH_DEV, type QstashOptions } from "../../local/qstash/mod.ts";
import {
  type Call,
  type Endpoint,
  openEndpoint,
  openQstash,
  type QstashFixture,
} from "../local/qstash_support.ts";
import { openApp, type TestApp } from "../support/app.ts";
import { until } from "../support/until.ts";
import { createLedger, type Ledger, prepareLedger } from "./ledger.ts";

/** A process that stops at one moment of its work. */
export interface Victim {
  /** Waits until it says a word; gives all that it has said. */
  says(word: string): Promise<string>;
  /** Kills it as nothing can prepare for. */
  kill(): Promise<void>;
}

/** Starts a program of tests/ in a process of its own. */
export function spawn(
  program: URL,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Victim {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", program.href, ...args],
    env: { ...env },
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let heard = "";
  return {
    async says(word) {
      while (!heard.includes(word)) {
        const { value, done } = await reader.read();
        assert.ok(!done, `the process ended before it said ${word}: ${heard}`);
        heard += value;
      }
      return heard;
    },
    async kill() {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
    },
  };
}

/** Starts a relay or a receiver that stops at a moment. */
export function spawnAt(
  world: World,
  moment: "claimed" | "published" | "half-way" | "committed",
): Victim {
  const { env } = world.deps.config;
  return spawn(new URL("./fault_process.ts", import.meta.url), [moment], {
    SUPABASE_URL: env.SUPABASE_URL,
    SUPABASE_SERVICE_ROLE_KEY: env.SUPABASE_SERVICE_ROLE_KEY ?? "",
    DATABASE_URL: world.app.db.url,
    LOG_LEVEL: "error",
    ...environmentOf(world.qstash.endpoint.url, world.qstash.url),
  });
}

/** Dead work, the oldest first. */
export async function deadOf(world: World) {
  return await world.app.db.sql`
    select id, message_id, topic, error, attempts, payload from private.dead_jobs order by id`;
}

function sorted(effects: Iterable<readonly [string, number]>) {
  return [...effects].sort(([a], [b]) => a < b ? -1 : 1);
}

/** Checks that these events, and no others, had their effect, once. */
export async function assertOnce(world: World, ids: readonly string[]): Promise<void> {
  assert.equal(new Set(ids).size, ids.length, "each event has an id of its own");
  assert.deepEqual(sorted(await world.effects()), sorted(ids.map((id) => [id, 1] as const)));
}

/** Everything between an event and its effect. */
export interface World extends AsyncDisposable {
  readonly app: TestApp;
  readonly deps: AppDeps;
  readonly qstash: QstashFixture;
  /** Stands before the queue; tests make it fail. */
  readonly gate: Endpoint;
  readonly ledger: Ledger;
  readonly relay: Relay;
  /** Hands a delivery to the receiver. */
  receive(call: Call, deps?: AppDeps): Promise<Response>;
  /** Writes an event, as triggers do; gives its id. */
  emit(payload?: Record<string, string>, subject?: string): Promise<string>;
  /** Effects of each event. */
  effects(): Promise<Map<string, number>>;
  /** Lets nothing wait: leases, backoffs and retries are due now. */
  hasten(): Promise<void>;
  /** Goes on until nothing is on its way. */
  settle(): Promise<void>;
}

/** How it is opened. */
export interface WorldOptions {
  readonly qstash?: Omit<QstashOptions, "databaseUrl">;
  readonly env?: Readonly<Record<string, string>>;
  /** Beside the ledger. */
  readonly consumers?: readonly Consumer[];
}

/** Variables by which a process finds queue and receiver. */
export function environmentOf(publicUrl: string, queueUrl: string): Record<string, string> {
  return {
    PUBLIC_URL: publicUrl,
    QSTASH_URL: queueUrl,
    QSTASH_TOKEN: QSTASH_DEV.token,
    QSTASH_CURRENT_SIGNING_KEY: QSTASH_DEV.currentSigningKey,
    QSTASH_NEXT_SIGNING_KEY: QSTASH_DEV.nextSigningKey,
  };
}

/** Passes a request on as it came. */
export async function forward(call: Call, target: string): Promise<Response> {
  return await fetch(`${target}${call.path}`, {
    method: call.method,
    headers: call.headers,
    ...(call.method === "GET" ? {} : { body: call.bytes }),
  });
}

async function hasten(app: TestApp, qstash: QstashFixture): Promise<void> {
  await app.db.sql`update private.outbox set locked_until = null, available_at = now()
    where published_at is null and (locked_until is not null or available_at > now())`;
  await qstash.sql`update qstash.messages set not_before = now()
    where not_before > now() and lease_token is null`;
  qstash.advance(0);
}

/** Starts all of it on databases of its own. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const stack = new AsyncDisposableStack();
  const qstash = stack.use(await openQstash(options.qstash));
  const gate = stack.use(openEndpoint());
  gate.respond = (call) => forward(call, qstash.url);
  const app = stack.use(
    await openApp({
      env: { ...environmentOf(qstash.endpoint.url, gate.url), ...options.env },
      deps: (deps) => ({ queue: createQueue(deps.config) }),
    }),
  );
  await app.db.sql`delete from private.outbox`;
  await prepareLedger(app.db.sql);
  const ledger = createLedger();
  const consumers = [ledger, ...options.consumers ?? []];
  const relay = createRelay(app.deps, consumers);
  const world: World = {
    app,
    deps: app.deps,
    qstash,
    gate,
    ledger,
    relay,
    async receive({ path, method, headers, bytes }, deps = app.deps) {
      return await createJobs(deps, consumers).request(path.replace("/functions/v1", ""), {
        method,
        headers,
        body: bytes,
      });
    },
    async emit(payload = {}, subject = crypto.randomUUID()) {
      return await app.db.sql.begin(async (sql) => {
        await sql`select private.emit('test.made', ${subject}, null, ${sql.json(payload)})`;
        // Not the greatest id of the subject: those of one millisecond are in no order.
        const [row] = await sql<{ id: string }[]>`
          select id from private.outbox where xmin = pg_current_xact_id()::xid`;
        return row?.id ?? "";
      });
    },
    async effects() {
      const rows = await app.db.sql<{ event_id: string; count: string }[]>`
        select event_id, count(*) from private.ledger group by event_id`;
      return new Map(rows.map(({ event_id, count }) => [event_id, Number(count)]));
    },
    hasten: () => hasten(app, qstash),
    async settle() {
      await until(async () => {
        await hasten(app, qstash);
        await relay.drain();
        const [[waiting], [moving]] = await Promise.all([
          app.db.sql`select count(*)::int as n from private.outbox where published_at is null`,
          qstash.sql`select count(*)::int as n from qstash.messages`,
        ]);
        return waiting?.n === 0 && moving?.n === 0;
      }, "nothing is on its way");
    },
    async [Symbol.asyncDispose]() {
      // A test that failed leaves deliveries behind; they would wait for a database that is gone.
      qstash.endpoint.respond = () => new Response("closed", { status: 503 });
      await stack.disposeAsync();
    },
  };
  qstash.endpoint.respond = (call) => world.receive(call);
  return world;
}
