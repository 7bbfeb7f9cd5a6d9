/** @module Events on their way: relay, receiver, dead letters, nudges. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { AppError } from "../../shared/core/errors.ts";
import { createHooks, createJobs, SCHEDULES, TASKS } from "../../shared/jobs.ts";
import { announce } from "../../shared/outbox/schedules.ts";
import { scheduledCalls } from "../../shared/outbox/minute.ts";
import type { Consumer, ScheduledTask } from "../../shared/outbox/mod.ts";
import { createRelay } from "../../shared/outbox/relay.ts";
import { openApp, type OpenAppOptions, type TestApp } from "../support/app.ts";
import { GENUINE_SIGNATURE } from "../support/queue.ts";

const SUBJECT = "0192f0c1-2b3c-7d4e-8f50-112233445566";

/** A consumer that leaves a trace of each run in the database. */
function recorder(name: string, topics: string[]): Consumer {
  return {
    name,
    topics,
    async handle(_deps, event, sql) {
      if (event.payload.fail === "always") throw new Error("cannot");
      if (event.payload.fail === "away") throw new AppError("unavailable", "It is away");
      if (event.payload.fail === "hopeless") throw new AppError("invalid-input", "Never");
      await sql`
        insert into private.settings as s (name, value) values (${`ran_${name}`}, '1')
        on conflict (name) do update set value = (s.value::int + 1)::text`;
      if (event.payload.fail === "late") throw new Error("after the effect");
    },
  };
}

const CONSUMERS = [recorder("search", ["test.made"]), recorder("everything", ["*"])];

async function open(options: OpenAppOptions = {}) {
  const app = await openApp(options);
  // Accounts of other tests' making would be events of their own.
  await app.db.sql`delete from private.outbox`;
  return app;
}

async function emit(app: TestApp, payload: Record<string, string> = {}, topic = "test.made") {
  await app.db.sql`select private.emit(${topic}, ${SUBJECT}, null, ${app.db.sql.json(payload)})`;
}

async function runsOf(app: TestApp, name: string): Promise<number> {
  const rows = await app.db.sql`
    select value from private.settings where name = ${`ran_${name}`}`;
  return Number(rows[0]?.value ?? 0);
}

function post(app: TestApp, path: string, body: unknown, signature = GENUINE_SIGNATURE) {
  return createJobs(app.deps, CONSUMERS).request(`/jobs${path}`, {
    method: "POST",
    headers: { "upstash-signature": signature },
    body: JSON.stringify(body),
  });
}

Deno.test("outbox: each event becomes one job for each consumer that wants it", async () => {
  await using app = await open();
  await emit(app, { a: "1" });
  await emit(app, {}, "other.made");

  const published = await createRelay(app.deps, CONSUMERS).drain();

  assert.equal(published, 2);
  assert.deepEqual(app.queue.jobs.map(({ path }) => path.split("/").at(-1)), [
    "search",
    "everything",
    "everything",
  ]);
  const rest = await app.db.sql`select 1 from private.outbox where published_at is null`;
  assert.equal(rest.length, 0);
});

Deno.test("outbox: while the queue is away nothing is lost", async () => {
  await using app = await open();
  await emit(app);
  app.queue.outage = new AppError("unavailable", "The queue is away");
  const relay = createRelay(app.deps, CONSUMERS);

  assert.equal(await relay.drain(), 0);
  const [row] = await app.db.sql`select attempts, last_error, available_at > now() as later
    from private.outbox`;
  app.queue.outage = undefined;
  await app.db.sql`update private.outbox set available_at = now()`;

  assert.deepEqual({ ...row }, { attempts: 1, last_error: "The queue is away", later: true });
  assert.equal(await relay.drain(), 1);
});

Deno.test("outbox: two relays never publish the same event twice", async () => {
  await using app = await open();
  for (let n = 0; n < 250; n++) await emit(app, { n: String(n) });

  const counts = await Promise.all([
    createRelay(app.deps, CONSUMERS).drain(),
    createRelay(app.deps, CONSUMERS).drain(),
  ]);

  assert.equal(counts.reduce((a, b) => a + b), 250);
  const ids = app.queue.jobs.map(({ deduplicationId }) => deduplicationId);
  assert.equal(new Set(ids).size, 500);
  assert.equal(ids.length, 500);
});

Deno.test("outbox: a call during a run looks once more", async () => {
  await using app = await open();
  const relay = createRelay(app.deps, CONSUMERS);
  await emit(app);

  const first = relay.drain();
  await emit(app);
  const later = [relay.drain(), relay.drain()];

  const [second, third] = await Promise.all(later);
  assert.equal(second, third, "both waited for the same look");
  assert.equal(await first + Number(second), 2);
  assert.equal(app.queue.jobs.length, 4);
});

Deno.test("jobs: a delivery takes effect once, however often it comes", async () => {
  await using app = await open();
  await emit(app);
  await createRelay(app.deps, CONSUMERS).drain();
  const body = app.queue.jobs[0]?.body;

  const first = await post(app, "/search", body);
  const again = await post(app, "/search", body);
  const parallel = await Promise.all(
    Array.from({ length: 4 }, () => post(app, "/everything", body)),
  );

  assert.deepEqual(await first.json(), { outcome: "done" });
  assert.deepEqual(await again.json(), { outcome: "duplicate" });
  assert.ok(parallel.every(({ status }) => status === 200));
  assert.equal(await runsOf(app, "search"), 1);
  assert.equal(await runsOf(app, "everything"), 1);
});

Deno.test("jobs: what fails half-way leaves no effect and is tried again", async () => {
  await using app = await open();
  await emit(app, { fail: "late" });
  await createRelay(app.deps, CONSUMERS).drain();
  const body = app.queue.jobs[0]?.body;

  const failed = await post(app, "/search", body);

  assert.equal(failed.status, 500);
  assert.equal(await runsOf(app, "search"), 0);
  const mended = await post(app, "/search", { ...Object(body), payload: {} });
  assert.deepEqual(await mended.json(), { outcome: "done" });
});

Deno.test("jobs: what no attempt can mend is given up at once", async () => {
  await using app = await open();
  await emit(app, { fail: "hopeless" });
  await createRelay(app.deps, CONSUMERS).drain();

  const answers = [
    await post(app, "/search", app.queue.jobs[0]?.body),
    await post(app, "/search", { topic: "test.made" }),
    await post(app, "/nobody", app.queue.jobs[0]?.body),
    await post(app, "/tasks/nothing", {}),
    await post(app, "/dead", {}),
  ];

  for (const { status, headers } of answers) {
    assert.equal(status, 489);
    assert.equal(headers.get("upstash-nonretryable-error"), "true");
  }
});

Deno.test("jobs: nothing runs without the queue's signature", async () => {
  await using app = await open();

  for (const path of ["/search", "/dead", "/tasks/relay", "/nobody"]) {
    const unsigned = await createJobs(app.deps).request(`/jobs${path}`, { method: "POST" });
    const forged = await post(app, path, {}, "forged");
    assert.deepEqual([unsigned.status, forged.status], [401, 401], path);
    assert.equal((await forged.json()).code, "bad-signature");
  }
});

Deno.test("jobs: dead work is kept once, with what is needed to replay it", async () => {
  await using app = await open();
  const event = { topic: "test.made", id: SUBJECT };
  const report = {
    sourceMessageId: "msg_1",
    url: "http://127.0.0.1:9/functions/v1/jobs/search",
    status: 500,
    body: btoa("no luck"),
    sourceBody: btoa(JSON.stringify(event)),
    retried: 4,
    createdAt: 1_700_000_000_000,
  };

  await post(app, "/dead", report);
  await post(app, "/dead", report);

  const rows = await app.db.sql`select topic, error, attempts, payload from private.dead_jobs`;
  assert.deepEqual(rows.map((row) => ({ ...row })), [{
    topic: "test.made",
    error: "500: no luck",
    attempts: 5,
    payload: { path: "/functions/v1/jobs/search", body: event },
  }]);
});

Deno.test("jobs: scheduled tasks run, and the relay is one of them", async () => {
  await using app = await open({ services: true });

  for (const { name } of [...TASKS, ...SCHEDULES]) {
    assert.equal((await post(app, `/tasks/${name}`, {})).status, 200, name);
  }
});

Deno.test("[JO-01] jobs: the minute is one message, in which a task that fails holds up none", async () => {
  const ran: string[] = [];
  const task = (name: string, cron: string, isBroken = false): ScheduledTask => ({
    name,
    cron,
    run: () => {
      ran.push(name);
      return isBroken ? Promise.reject(new Error("broken")) : Promise.resolve();
    },
  });
  const alone = task("alone", "* * * * *");
  const tasks = [
    alone,
    task("one", "* * * * *"),
    task("broken", "* * * * *", true),
    task("two", "* * * * *"),
    task("hourly", "1 * * * *"),
  ];
  const calls = scheduledCalls(tasks, [alone]);
  assert.deepEqual(calls.map(({ name }) => name), ["alone", "hourly", "minute"]);

  await using app = await open();
  const minute = calls.find(({ name }) => name === "minute");
  await assert.rejects(async () => await minute?.run(app.deps), AggregateError);
  assert.deepEqual(ran, ["one", "broken", "two"]);
  const counted = await app.db.sql<{ job: string }[]>`
    select job from private.jobs_processed where outcome = 'failed'`;
  assert.deepEqual(counted.map(({ job }) => job), ["tasks/broken"]);
});

Deno.test("jobs: schedules are made once per change of the deployment", async () => {
  await using app = await open();
  const env = { ...app.deps.config.env, QSTASH_TOKEN: "token" };
  const deps = { ...app.deps, config: { ...app.deps.config, env } };

  await announce(deps, SCHEDULES);
  const made = app.queue.schedules.size;
  app.queue.schedules.clear();
  await announce(deps, SCHEDULES);

  assert.equal(made, SCHEDULES.length);
  assert.equal(app.queue.schedules.size, 0);
  const [row] = await app.db.sql`select private.setting('public_url') as url`;
  assert.equal(row?.url, app.deps.config.publicUrl);
});

Deno.test("hooks: a nudge from our database empties the outbox, any other is refused", async () => {
  await using app = await open();
  await emit(app);
  const [row] = await app.db.sql`select private.outbox_secret() as secret`;
  const hooks = createHooks(app.deps, CONSUMERS);
  const now = Math.floor(Date.now() / 1_000);
  const nudge = (at: number, secret: string) => {
    const signature = createHmac("sha256", secret).update(String(at)).digest("hex");
    return hooks.request("/hooks/outbox", {
      method: "POST",
      headers: { "x-townsquare-timestamp": String(at), "x-townsquare-signature": signature },
    });
  };

  assert.equal((await nudge(now, "guess")).status, 401);
  assert.equal((await nudge(now - 600, row?.secret)).status, 401);
  assert.equal((await hooks.request("/hooks/outbox", { method: "POST" })).status, 401);
  assert.equal(app.queue.jobs.length, 0);
  const genuine = await nudge(now, row?.secret);
  assert.deepEqual([genuine.status, await genuine.json()], [200, { published: 1 }]);
});

Deno.test("[JO-06] receiver: when something is away, the queue waits as long as it was told to", async () => {
  await using app = await open();
  await emit(app, { fail: "away" });
  await createRelay(app.deps, CONSUMERS).drain();

  const response = await post(app, "/search", app.queue.jobs[0]?.body);

  assert.equal(response.status, 503);
  assert.equal((await response.json()).code, "unavailable");
  assert.equal(
    response.headers.get("retry-after"),
    null,
    "the queue would obey it: give up at once",
  );
});
