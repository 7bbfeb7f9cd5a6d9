/** @module How processes record: bounded, kept while the database is away, in few statements. */
import assert from "node:assert/strict";
import { createMetricBuffer, DURATION_BOUNDS, NO_METRICS } from "../../shared/core/metrics.ts";
import { AppError } from "../../shared/core/errors.ts";
import { createCircuit, FAILURES_MAX, guardedQueue } from "../../shared/platform/circuits.ts";
import { createMetrics, timedDatabase } from "../../shared/platform/metrics.ts";
import { JobRefused } from "../../shared/platform/queue.ts";
import type { Database } from "../../shared/platform/postgres.ts";
import { openApp } from "../support/app.ts";
import { createMemoryQueue } from "../support/queue.ts";
import { until } from "../support/until.ts";
import { openMetrics } from "./support.ts";

Deno.test("buffer: durations at and past the bounds, sums, levels", () => {
  const buffer = createMetricBuffer();
  for (const seconds of [0, 0.005, 0.0051, 10, 10.01]) {
    buffer.observe("db_query_duration_seconds", ["read", "done"], seconds);
  }
  buffer.count("circuit_rejections_total", ["mail"]);
  buffer.count("circuit_rejections_total", ["mail"], 4);
  buffer.report("circuit_state", ["mail"], 2);
  buffer.report("circuit_state", ["mail"], 0);

  const [durations, rejections, state] = buffer.take();

  const counts = Array<number>(DURATION_BOUNDS.length + 1).fill(0);
  [counts[0], counts[1], counts[10], counts[11]] = [2, 1, 1, 1];
  assert.deepEqual(durations?.counts, counts);
  assert.ok(Math.abs((durations?.total ?? 0) - 20.0201) < 1e-9);
  assert.deepEqual([rejections?.total, state?.total], [5, 2]);
  assert.ok(buffer.isEmpty());
});

Deno.test("buffer: what is put back joins what came since; past its bound it only counts", () => {
  const buffer = createMetricBuffer(2);
  const observe = (call: string) =>
    buffer.observe("db_query_duration_seconds", [call, "done"], 0.02);
  observe("read");
  buffer.report("circuit_state", ["mail"], 1);
  const taken = buffer.take();
  observe("read");
  buffer.report("circuit_state", ["mail"], 2);
  buffer.restore(taken);
  observe("write");
  observe("write");

  const series = buffer.take();

  assert.deepEqual(series.map(({ name, total }) => [name, total]), [
    ["db_query_duration_seconds", 0.04],
    ["circuit_state", 2],
    ["metrics_dropped_total", 2],
  ]);
  assert.equal(series[0]?.counts[2], 2);
});

Deno.test("recording: waits, tells in one statement, and keeps what was not taken", async () => {
  const told: unknown[] = [];
  let isAway = true;
  const db: Partial<Database> = {
    asServiceOnce: () => {
      told.push(isAway);
      return isAway ? Promise.reject(new Error("away")) : Promise.resolve([] as never);
    },
  };
  const warnings: string[] = [];
  const log = { debug() {}, info() {}, warn: (text: string) => warnings.push(text), error() {} };
  using metrics = createMetrics({
    db: db as Database,
    log,
    service: "test",
    flushMs: 20,
    memoryBytes: () => undefined,
  });
  for (let n = 0; n < 1_000; n++) metrics.count("circuit_rejections_total", ["mail"]);
  await until(() => Promise.resolve(told.length >= 2), "it tries again by itself");
  isAway = false;
  await until(() => Promise.resolve(told.includes(false)), "it tells");
  const count = told.length;
  await metrics.flush();

  assert.equal(told.length, count, "nothing is left to tell");
  assert.ok(warnings.length >= 2);
});

Deno.test("[OB-12] recording: many processes at once lose nothing; the database's time is known", async () => {
  const { app, look } = await openMetrics();
  await using _ = app;
  const { log } = app.deps;
  const processes = Array.from(
    { length: 12 },
    (_, n) =>
      createMetrics({ db: app.deps.db, log, service: "many", memoryBytes: () => 1_000 + n }),
  );
  const before = await look();
  for (let round = 0; round < 5; round++) {
    await Promise.all(processes.map((metrics, n) => {
      // Orders differ, as they do in life.
      const calls = n % 2 === 0 ? ["a", "b", "c"] : ["c", "b", "a"];
      for (const call of calls) {
        metrics.observe("http_request_duration_seconds", ["GET", call, "2xx"], 0.2);
      }
      return metrics.flush();
    }));
  }
  for (const metrics of processes) metrics[Symbol.dispose]();
  await app.deps.db.asService("a slow statement", (sql) => sql`select pg_sleep(0.03)`);
  await assert.rejects(app.deps.db.asService("a wrong one", (sql) => sql`select 1 / 0`));
  const after = await look();

  for (const route of ["a", "b", "c"]) {
    const { buckets, count, sum } = after.histogram("http_request_duration_seconds", { route });
    assert.deepEqual([count, buckets.get("0.1"), buckets.get("0.25")], [60, 0, 60]);
    assert.ok(Math.abs(sum - 12) < 1e-6);
  }
  const grown = (outcome: string, bound: string) => {
    const labels = { call: "service", outcome };
    const [was, is] = [before, after].map((one) =>
      one.size("db_query_duration_seconds_count") > 0 && one.text.includes(
          `db_query_duration_seconds_count{call="service",outcome="${outcome}"}`,
        )
        ? one.histogram("db_query_duration_seconds", labels).buckets.get(bound) ?? 0
        : 0
    );
    return (is ?? 0) - (was ?? 0);
  };
  assert.equal(grown("done", "+Inf") - grown("done", "0.025"), 1, "the slow one is past 25 ms");
  assert.equal(grown("failed", "+Inf"), 1);
  assert.equal(after.value("process_memory_bytes", { service: "many" }), 1_011);
  await app.db.sql`update private.metric_levels set told_at = now() - interval '61 seconds'`;
  const late = await look();
  assert.ok(!late.text.includes('service="many"'), "an old level says nothing");
});

Deno.test("recording: a database that times calls hands through answers and failures", async () => {
  await using app = await openApp();
  const calls: string[] = [];
  const metrics = {
    ...NO_METRICS,
    observe: (_: string, [call, end]: readonly string[]) => {
      calls.push(`${call} ${end}`);
    },
  };
  const db = timedDatabase(app.deps.db, metrics);
  const viewer = { kind: "anonymous" } as const;
  const [row] = await db.read(viewer, (sql) => sql<{ n: number }[]>`select 1 as n`);
  const [[first], [second]] = await db.readAll(viewer, (sql) => [
    sql<{ n: number }[]>`select 1 as n`,
    sql<{ n: number }[]>`select 2 as n`,
  ]);
  await db.write(viewer, (sql) => [sql`select 1`]);
  await db.asViewer(viewer, (sql) => sql`select 1`);
  await db.asSnapshot("a look", (sql) => sql`select 1`);
  await db.asServiceOnce("a look", (sql) => sql`select 1`);
  await assert.rejects(db.asViewer(viewer, () => Promise.reject(new AppError("not-found", "no"))));

  assert.deepEqual([row?.n, first?.n, second?.n], [1, 1, 2]);
  assert.deepEqual(calls, [
    "read done",
    "read done",
    "write done",
    "transaction done",
    "snapshot done",
    "service_once done",
    "transaction failed",
  ]);
});

Deno.test("circuits: open after failures in a row, let one try, close when it works", async () => {
  const { app, look } = await openMetrics();
  await using _ = app;
  const { metrics } = app.deps;
  const memory = createMemoryQueue();
  let cause: Error | undefined = new AppError("unavailable", "away");
  let calls = 0;
  const queue = guardedQueue(
    {
      ...memory,
      publish: (jobs) => {
        calls++;
        return cause === undefined ? memory.publish(jobs) : Promise.reject(cause);
      },
    },
    metrics,
    50,
  );
  const job = { path: "/functions/v1/jobs/x", body: {}, deduplicationId: "1" };
  const publish = () => queue.publish([job]).then(() => undefined, (error: Error) => error.message);

  cause = new JobRefused("too large");
  for (let n = 0; n < FAILURES_MAX + 1; n++) assert.equal(await publish(), "too large");
  cause = new AppError("unavailable", "away");
  for (let n = 0; n < FAILURES_MAX; n++) assert.equal(await publish(), "away");
  calls = 0;
  assert.match(await publish() ?? "", /qstash/);
  assert.equal(calls, 0, "nobody waits for it");
  const open = await look();
  cause = undefined;
  await until(async () => await publish() === undefined, "it is tried again");
  const closed = await look();

  assert.equal(open.value("circuit_state", { dependency: "qstash" }), 2);
  assert.equal(open.value("circuit_state", { dependency: "mail" }), 0);
  assert.ok(closed.value("circuit_rejections_total", { dependency: "qstash" }) >= 1);
  const changed = { dependency: "qstash", state: "closed" };
  assert.equal(closed.value("circuit_changes_total", changed), 1);
  await app.db.sql`update private.metric_levels set told_at = now() - interval '61 seconds'`;
  assert.equal((await look()).value("circuit_state", { dependency: "qstash" }), 0);
});

Deno.test("circuits: an answer is handed through, another's refusal opens nothing", async () => {
  const circuit = createCircuit("mail", NO_METRICS, () => false, 50);
  assert.equal(await circuit.run(() => Promise.resolve(7)), 7);
  for (let n = 0; n < FAILURES_MAX * 2; n++) {
    await assert.rejects(circuit.run(() => Promise.reject(new Error("refused"))), /refused/);
  }
});
