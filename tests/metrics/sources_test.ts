/** @module What /metrics says of jobs, webhooks, moderation, backups and search. */
import assert from "node:assert/strict";
import { createCircuit, FAILURES_MAX } from "../../shared/platform/circuits.ts";
import { createSearchClient, isSearchOutage } from "../../shared/platform/search_client.ts";
import { startMeilisearch } from "../support/meilisearch.ts";
import { openMetrics } from "./support.ts";

Deno.test("[JO-08] metrics: how much waits, for how long, how jobs end, how long they take", async () => {
  const { app, look } = await openMetrics();
  await using _ = app;
  await app.runJobs();
  const emit = (n: number) =>
    app.db.sql`select private.emit('user.updated', gen_random_uuid(), null)
      from generate_series(1, ${n})`;
  await emit(5);
  await app.db.sql`update private.outbox set created_at = now() - interval '90 seconds',
    locked_until = now() + interval '1 minute'
    where id = (select id from private.outbox where published_at is null limit 1)`;
  await app.db.sql`select private.record_dead_job('msg', 'user.updated', 'no luck', 5, now(),
    '{"path": "/functions/v1/jobs/search"}')`;
  await app.db.sql`select private.count_job('search', 'failed', 0.3)`;
  const waiting = await look();
  await app.db.sql`update private.outbox set locked_until = null`;
  await app.runJobs();
  await app.runTask("sweep");
  const done = await look();
  await app.db.sql`update private.job_stats set minute = minute - interval '4 hours'`;
  await app.runTask("sweep");
  const folded = await look();

  const depth = (state: string) => waiting.value("jobs_queue_depth", { state });
  assert.deepEqual(["pending", "leased", "delayed", "dead"].map(depth), [4, 1, 0, 1]);
  const age = waiting.value("jobs_queue_oldest_seconds", { state: "leased" });
  assert.ok(age >= 90 && age < 120, String(age));
  assert.equal(done.value("jobs_queue_depth", { state: "pending" }), 0);
  const ran = (one: typeof done, job: string, outcome: string) =>
    one.value("jobs_processed_total", { job, outcome });
  assert.equal(ran(done, "search", "failed"), 1);
  assert.equal(ran(done, "search", "dead"), 1);
  assert.ok(ran(done, "search", "done") >= 5);
  assert.equal(ran(done, "tasks/sweep", "done"), 1);
  const { buckets, count } = done.histogram("jobs_duration_seconds", { job: "search" });
  assert.equal(count, ran(done, "search", "done") + 1);
  assert.equal(buckets.get("+Inf"), count);
  assert.ok((buckets.get("0.25") ?? 0) < count, "the failed one took longer");
  assert.equal(folded.histogram("jobs_duration_seconds", { job: "search" }).count, count);
  assert.equal(ran(folded, "search", "done"), ran(done, "search", "done"));
});

Deno.test("metrics: attempts to tell webhooks, counted also when the log is forgotten", async () => {
  const { app, look } = await openMetrics();
  await using _ = app;
  const ada = await app.signUp("ada");
  await app.db.sql`insert into private.webhook_endpoints (owner_id, url, events)
    values (${ada.id}, 'https://a.example/', '{*}')`;
  await app.db
    .sql`insert into private.webhook_deliveries (endpoint_id, event_id, type, body, status)
    select e.id, gen_random_uuid(), 'user.created', '{}', s
    from private.webhook_endpoints e, unnest(array['pending', 'pending', 'failed']) as s`;
  const attempt = (status: string) =>
    app.db.sql`update private.webhook_deliveries set status = ${status}, attempts = attempts + 1
      where id = (select id from private.webhook_deliveries where status = 'pending' limit 1)`;
  await attempt("pending");
  await attempt("delivered");
  await attempt("failed");
  await app.db.sql`update private.webhook_deliveries set error = 'said again'`;
  await app.db.sql`delete from private.webhook_deliveries`;
  await app.db.sql`select private.fold_counters()`;

  const { value } = await look();

  const outcomes = ["delivered", "retried", "failed"];
  const counts = outcomes.map((outcome) => value("webhook_deliveries_total", { outcome }));
  assert.deepEqual(counts, [1, 1, 2]);
});

Deno.test("metrics: decisions by what was done, cases that wait, the last backup that was whole", async () => {
  const { app, look } = await openMetrics();
  await using _ = app;
  const [ada, bob] = [await app.signUp("ada"), await app.signUp("bob")];
  await app.grantRole(bob, "moderator");
  const report = async (body: string) => {
    const { id } = (await app.as(ada).post("/posts", { body })).body;
    const eve = await app.signUp(`eve${body}`);
    const asked = { subject: { type: "post", id }, reason: "spam" };
    return (await app.as(eve).post("/reports", asked)).body.case_id;
  };
  const cases = [await report("one"), await report("two"), await report("three")];
  const before = await look();
  const decide = (id: string, action: string) =>
    app.as(bob).post(`/moderation/cases/${id}/decision`, { action, reason: "because" });
  assert.equal((await decide(cases[0], "remove")).status, 200);
  assert.equal((await decide(cases[1], "dismiss")).status, 200);
  assert.equal((await decide(cases[1], "dismiss")).status, 409);
  await app.db.sql`insert into private.backups (status, created_at) values
    ('verified', now() - interval '2 hours'), ('done', now()), ('corrupt', now())`;
  const after = await look();

  const action = (name: string) => after.value("moderation_decisions_total", { action: name });
  assert.deepEqual(["remove", "dismiss", "ban"].map(action), [1, 1, 0]);
  assert.deepEqual([before, after].map(({ value }) => value("moderation_cases_open")), [3, 1]);
  assert.equal(before.size("backup_last_verified_age_seconds"), 0, "there is none");
  const age = after.value("backup_last_verified_age_seconds");
  assert.ok(age >= 7_200 && age < 7_300, String(age));
});

Deno.test("metrics: searches by engine and outcome; an engine that is away is left alone", async () => {
  await using service = await startMeilisearch();
  const { app, look } = await openMetrics({
    env: { MEILISEARCH_URL: service.url, MEILISEARCH_KEY: service.key },
    deps: ({ config, metrics }) => {
      const search = createSearchClient(config);
      const searchCircuit = createCircuit("meilisearch", metrics, isSearchOutage, 60_000);
      return search === undefined ? {} : { search, searchCircuit };
    },
  });
  await using _ = app;
  const ada = await app.signUp("ada");
  await app.runJobs();
  const search = (q: string) => app.as(ada).get(`/search?q=${q}&type=users`);

  assert.equal((await search("ada")).body.engine, "meilisearch");
  assert.equal((await search("nobody")).body.engine, "meilisearch");
  service.outage = true;
  for (let n = 0; n < FAILURES_MAX + 3; n++) {
    assert.equal((await search("ada")).body.engine, "postgres");
  }
  const { value } = await look();

  const asked = (engine: string, outcome: string) =>
    value("search_requests_total", { engine, outcome });
  assert.deepEqual(["found", "empty", "failed"].map((end) => asked("meilisearch", end)), [
    1,
    1,
    FAILURES_MAX,
  ]);
  assert.equal(asked("postgres", "found"), FAILURES_MAX + 3);
  assert.equal(value("circuit_state", { dependency: "meilisearch" }), 2);
  assert.equal(value("circuit_rejections_total", { dependency: "meilisearch" }), 3);
});
