/** @module The operator is told of jobs that fail, over real HTTP. */
import assert from "node:assert/strict";
import { alertsTask } from "../../shared/outbox/alerts.ts";
import { openApp } from "../support/app.ts";

/** What the operator's address heard; `status` is what it answers. */
function startReceiver() {
  const heard: Record<string, unknown>[] = [];
  const state = { status: 200 };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    heard.push(await request.json());
    return new Response("noted", { status: state.status });
  });
  const url = `http://127.0.0.1:${server.addr.port}/alert`;
  return { heard, state, url, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("[JO-08] alerts: a job that fails too often is told once, and again when nobody heard", async () => {
  await using receiver = startReceiver();
  const { heard, state, url } = receiver;
  await using app = await openApp({
    env: { ALERT_WEBHOOK_URL: url, ALERT_FAILURE_PERCENT: "50", ALERT_DEAD_MINUTES: "10" },
  });
  const ran = (job: string, outcome: string, times: number) =>
    app.db.sql`select private.count_job(${job}, ${outcome}) from generate_series(1, ${times})`;
  await ran("good", "done", 500);
  await ran("bad", "done", 10);
  await ran("bad", "failed", 10);
  await ran("rare", "failed", 19);
  await app.runTask("alerts");
  assert.deepEqual(heard, [], "at the limits nothing is told");

  state.status = 500;
  await ran("bad", "failed", 1);
  await app.runTask("alerts");
  state.status = 200;
  await app.runTask("alerts");
  await app.runTask("alerts");

  assert.equal(heard.length, 2, "told until it is heard");
  const { type, jobs, minutes, text }: Record<string, unknown> = heard[1] ?? {};
  assert.deepEqual([type, minutes], ["jobs.failure_rate", 10]);
  assert.deepEqual(jobs, [{ job: "bad", failed: 11, runs: 21 }]);
  assert.match(String(text), /bad \(11 of 21\)/);
  await app.db.sql`update private.job_stats set minute = minute - interval '20 minutes'`;
  await app.db.sql`update private.settings set value = (now() - interval '11 minutes')::text
    where name = 'failure_alert_at'`;
  await app.runTask("alerts");
  assert.equal(heard.length, 2, "it is over");
});

Deno.test("[JO-08] alerts: a spike of dead work is told by the minute, once", async () => {
  await using receiver = startReceiver();
  const { heard, state, url } = receiver;
  await using app = await openApp({ env: { ALERT_WEBHOOK_URL: url, ALERT_DEAD_JOBS: "2" } });
  const die = (n: number) =>
    app.db
      .sql`select private.record_dead_job(${`msg_${n}`}, 'test.made', 'no luck', 5, now(), '{}')`;
  await Promise.all([die(1), die(2)]);
  await app.runTask("alerts");
  assert.equal(heard.length, 0);
  await die(3);
  state.status = 503;
  await app.runTask("alerts");
  state.status = 200;
  await app.runTask("alerts");
  await app.runTask("alerts");

  assert.deepEqual(heard.map(({ type, dead }) => [type, dead]), [
    ["jobs.dead_spike", 3],
    ["jobs.dead_spike", 3],
  ]);
  assert.ok(app.logs.some((line) => line.includes("the alert was not heard")));
  assert.equal(alertsTask.cron, "* * * * *");
});
