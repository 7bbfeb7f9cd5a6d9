/** @module Consumers that take deliveries together: one message, one transaction, own ends. */
import assert from "node:assert/strict";
import { CONSUMERS, createJobs } from "../../shared/jobs.ts";
import { runShared } from "../../shared/outbox/deliveries.ts";
import type { Consumer, OutboxEvent } from "../../shared/outbox/mod.ts";
import { createRelay } from "../../shared/outbox/relay.ts";
import { openApp, type TestApp } from "../support/app.ts";
import { GENUINE_SIGNATURE } from "../support/queue.ts";

const SUBJECT = "0192f0c1-2b3c-7d4e-8f50-112233445566";

/** Leaves a trace of each run; fails when the event names it. */
function recorder(name: string, isShared: boolean): Consumer {
  return {
    name,
    topics: ["test.made"],
    isShared,
    async handle(_deps, { payload }, sql) {
      await sql`
        insert into private.settings as s (name, value) values (${`ran_${name}`}, '1')
        on conflict (name) do update set value = (s.value::int + 1)::text`;
      if (payload.fail === name) throw new Error("cannot");
    },
  };
}

const ALL = [recorder("one", true), recorder("alone", false), recorder("two", true)];

async function open(payload: Record<string, string> = {}) {
  const app = await openApp();
  await app.db.sql`delete from private.outbox`;
  await app.db.sql`select private.emit('test.made', ${SUBJECT}, null, ${app.db.sql.json(payload)})`;
  await createRelay(app.deps, ALL).drain();
  return app;
}

function pathsOf(app: TestApp): (string | undefined)[] {
  return app.queue.jobs.map(({ path }) => path.split("/").at(-1));
}

async function ran(app: TestApp): Promise<Record<string, string>> {
  const rows = await app.db.sql<{ name: string; value: string }[]>`
    select name, value from private.settings where name like 'ran_%' order by name`;
  return Object.fromEntries(rows.map(({ name, value }) => [name.slice("ran_".length), value]));
}

async function post(app: TestApp, path: string, body: unknown): Promise<Response> {
  return await createJobs(app.deps, ALL).request(path.replace("/functions/v1", ""), {
    method: "POST",
    headers: { "upstash-signature": GENUINE_SIGNATURE },
    body: JSON.stringify(body),
  });
}

/** Delivers what is queued now; gives outcomes by the last part of the path. */
async function deliverAll(app: TestApp): Promise<Record<string, unknown>> {
  const outcomes: Record<string, unknown> = {};
  for (const { path, body } of app.queue.jobs.splice(0)) {
    const response = await post(app, path, body);
    outcomes[path.split("/").at(-1) ?? ""] = response.ok
      ? (await response.json()).outcome
      : response.status;
  }
  return outcomes;
}

Deno.test("shared: consumers that share are one message and run once each, however often", async () => {
  await using app = await open();
  assert.deepEqual(pathsOf(app), ["shared", "alone"]);
  const [shared] = app.queue.jobs;

  assert.deepEqual(await deliverAll(app), { shared: "done", alone: "done" });
  const again = await Promise.all([1, 2, 3].map(() => post(app, shared?.path ?? "", shared?.body)));

  assert.deepEqual(await Promise.all(again.map((answer) => answer.json())), [
    { outcome: "duplicate" },
    { outcome: "duplicate" },
    { outcome: "duplicate" },
  ]);
  assert.deepEqual(await ran(app), { one: "1", alone: "1", two: "1" });
  const books = await app.db.sql`
    select consumer from private.job_runs where finished_at is not null order by 1`;
  assert.deepEqual(books.map(({ consumer }) => consumer), ["alone", "one", "two"]);
});

Deno.test("shared: deliveries at the same time take effect once", async () => {
  await using app = await open();
  const [shared] = app.queue.jobs;

  await Promise.all([1, 2, 3, 4].map(() => post(app, shared?.path ?? "", shared?.body)));

  assert.deepEqual(await ran(app), { one: "1", two: "1" });
  const [counted] = await app.db.sql`
    select sum(runs) filter (where outcome = 'done')::int as done,
      sum(runs) filter (where outcome = 'duplicate')::int as duplicates
    from private.job_stats where job = 'one'`;
  assert.deepEqual({ ...counted }, { done: 1, duplicates: 3 });
});

Deno.test("shared: one that fails parts from the others, which have their effect once", async () => {
  await using app = await open({ fail: "two" });

  assert.deepEqual(await deliverAll(app), { shared: "parted", alone: "done" });
  assert.deepEqual(await ran(app), { alone: "1" }, "together they have done nothing");
  assert.deepEqual(pathsOf(app), ["one", "two"]);
  const ids = app.queue.jobs.map(({ deduplicationId }) => deduplicationId);
  assert.ok(ids.every((id) => /-(one|two)$/.test(id)), "as if they had never shared");
  assert.deepEqual(await deliverAll(app), { one: "done", two: 500 });
  assert.deepEqual(await ran(app), { one: "1", alone: "1" });
});

Deno.test("shared: while the queue is away a delivery that parts is tried again as a whole", async () => {
  await using app = await open({ fail: "two" });
  const [shared] = app.queue.jobs;
  app.queue.outage = new Error("away");

  const answer = await post(app, shared?.path ?? "", shared?.body);

  assert.equal(answer.status, 500);
  assert.deepEqual(await ran(app), {});
});

Deno.test("shared: what one of them has handled alone is not handled again together", async () => {
  await using app = await open();
  const [shared] = app.queue.jobs;
  await post(app, "/functions/v1/jobs/two", shared?.body);

  const outcome = await runShared(app.deps, ALL, shared?.body as OutboxEvent);

  assert.equal(outcome, "done");
  assert.deepEqual(await ran(app), { one: "1", alone: "1", two: "1" });
});

Deno.test("relay: nothing is queued for consumers that a deployment leaves idle", async () => {
  await using app = await openApp();

  const idle = CONSUMERS.filter((consumer) => consumer.isIdle?.(app.deps) === true);

  assert.deepEqual(idle.map(({ name }) => name), ["search", "push"]);
});
