/** @module The relay stays awake after a nudge: it finds what nobody nudged for, and ends. */
import assert from "node:assert/strict";
import { createRelay, type Relay } from "../../shared/outbox/relay.ts";
import { createVigil } from "../../shared/outbox/vigil.ts";
import { openApp, type TestApp } from "../support/app.ts";
import { until } from "../support/until.ts";

const CONSUMERS = [{ name: "any", topics: ["*"], handle: () => Promise.resolve() }];
const QUICK = { busyMs: 5, quietMs: 5, busyForMs: 10, promiseSeconds: 1, renewBelowMs: 500 };

/** What goes on in the background. */
function collectBackground() {
  const work: Promise<void>[] = [];
  return {
    work,
    collect: (one: Promise<void>) => void work.push(one),
    [Symbol.asyncDispose]: async () => void await Promise.all(work),
  };
}

async function open(): Promise<TestApp> {
  const app = await openApp();
  await app.db.sql`delete from private.outbox`;
  return app;
}

async function emit(app: TestApp): Promise<void> {
  await app.db.sql`select private.emit('test.made', gen_random_uuid(), null)`;
}

async function unpublished(app: TestApp): Promise<number> {
  return (await app.db.sql`select from private.outbox where published_at is null`).length;
}

async function promisedMs(app: TestApp): Promise<number> {
  const [row] = await app.db.sql<{ ms: number }[]>`
    select extract(epoch from private.setting('relay_awake_until')::timestamptz
      - clock_timestamp())::float8 * 1000 as ms`;
  return row?.ms ?? NaN;
}

Deno.test("vigil: what comes after a nudge leaves without one, and it ends when nothing comes", async () => {
  await using app = await open();
  await using background = collectBackground();
  const wake = createVigil(app.deps, createRelay(app.deps, CONSUMERS), QUICK, background.collect);
  await emit(app);

  assert.equal(await wake(), 1);
  await wake();
  assert.equal(background.work.length, 1, "one looks, however many nudges come");
  await until(async () => await promisedMs(app) > 0, "it says so");
  await emit(app);
  await until(async () => await unpublished(app) === 0, "found by itself");
  await Promise.all(background.work);

  assert.ok(await promisedMs(app) <= 0, "it looked for as long as it had said");
  await emit(app);
  assert.equal(await unpublished(app), 1);
  assert.equal(await wake(), 1);
  assert.equal(background.work.length, 2, "a nudge begins another");
});

Deno.test("vigil: events make it go on past its first promise", async () => {
  await using app = await open();
  await using background = collectBackground();
  const wake = createVigil(app.deps, createRelay(app.deps, CONSUMERS), QUICK, background.collect);
  await wake();
  const beganAt = performance.now();

  await until(async () => {
    await emit(app);
    return performance.now() - beganAt > 1_200;
  }, "longer than one promise");

  await until(async () => await unpublished(app) === 0, "it still looks");
  await Promise.all(background.work);
  assert.ok(performance.now() - beganAt > 2_000);
});

Deno.test("vigil: a failure ends it, and the next nudge begins another", async () => {
  await using app = await open();
  await using background = collectBackground();
  const real = createRelay(app.deps, CONSUMERS);
  let isBroken = false;
  const relay: Relay = {
    drain: () => isBroken ? Promise.reject(new Error("away")) : real.drain(),
  };
  const wake = createVigil(app.deps, relay, QUICK, background.collect);
  await wake();

  isBroken = true;
  await emit(app);
  await Promise.all(background.work);
  isBroken = false;

  assert.ok(app.logs.some((line) => line.includes("the relay looks no more")));
  assert.equal(await wake(), 1);
  assert.equal(background.work.length, 2);
});

Deno.test("nudge: none while a relay is awake, one for a transaction from shortly before its end", async () => {
  await using app = await open();
  const { sql } = app.db;
  // As the platform's extension: requests that wait to be sent.
  await sql`create schema if not exists net`;
  await sql`create table if not exists private.nudges (at timestamptz default clock_timestamp())`;
  await sql`create or replace function net.http_post(url text, body jsonb default '{}',
      params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000)
    returns bigint language sql security definer
    as 'insert into private.nudges default values returning 1::bigint'`;
  const nudges = async () => (await sql`select from private.nudges`).length;

  await sql`select private.emit('test.made', gen_random_uuid(), null)
    from generate_series(1, 3)`;
  assert.equal(await nudges(), 1, "asleep: one for the transaction");
  await sql`select private.keep_relay_awake(15)`;
  await emit(app);
  assert.equal(await nudges(), 1, "awake: none");
  await sql`select private.keep_relay_awake(4)`;
  await emit(app);
  assert.equal(await nudges(), 2, "about to sleep: writers take longer than that");
});
