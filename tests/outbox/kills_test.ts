/** @module Relays and handlers that are killed at each moment of their work; queues that hang. */
import assert from "node:assert/strict";
import { createRelay } from "../../shared/outbox/relay.ts";
import { createQueue } from "../../shared/platform/queue.ts";
import { until } from "../support/until.ts";
import { assertOnce, deadOf, forward, openWorld, spawnAt, type World } from "./fault_support.ts";

async function unpublished(world: World): Promise<number> {
  return (await world.app.db.sql`select from private.outbox where published_at is null`).length;
}

for (const moment of ["claimed", "published"] as const) {
  const where = moment === "claimed"
    ? "before publishing"
    : "between publishing and its note of it";
  Deno.test(`[B13] [JO-01] faults: a relay is killed ${where}`, async () => {
    await using world = await openWorld();
    const ids = [await world.emit(), await world.emit()];
    const victim = spawnAt(world, moment);
    await victim.says(moment);
    await victim.kill();

    assert.equal(await unpublished(world), 2, "it died before its note");
    assert.equal(await world.relay.drain(), 0, "its lease still runs");
    await world.settle();

    await assertOnce(world, ids);
    assert.equal((await deadOf(world)).length, 0);
  });
}

for (const moment of ["half-way", "committed"] as const) {
  const isDone = moment === "committed";
  const where = isDone ? "after its commit, before its answer" : "half-way, before its commit";
  Deno.test(`[B13] [JO-06] faults: a handler is killed ${where}`, async () => {
    await using world = await openWorld();
    const victim = spawnAt(world, moment);
    const port = /port (\d+)/.exec(await victim.says("port "))?.[1];
    const gone = () => new Response("gone", { status: 502 });
    world.qstash.endpoint.respond = (call) => forward(call, `http://127.0.0.1:${port}`).catch(gone);
    const id = await world.emit();
    await world.relay.drain();
    await victim.says(moment);
    await assertOnce(world, isDone ? [id] : []);

    await victim.kill();
    world.qstash.endpoint.respond = (call) => world.receive(call);
    await world.settle();

    const { calls } = world.qstash.endpoint;
    assert.ok(calls.length >= 2, "it was delivered again");
    await assertOnce(world, [id]);
    const [row] = await world.app.db.sql`
      select coalesce(sum(total), 0) as n from private.jobs_processed
      where job = 'ledger' and outcome = 'duplicate'`;
    assert.equal(Number(row?.n) > 0, isDone, "the books know what was done");
  });
}

Deno.test("[JO-06] faults: a queue that never answers, or is not there, holds up no relay", async () => {
  await using world = await openWorld();
  const { app, deps, gate } = world;
  const release = Promise.withResolvers<void>();
  gate.respond = async () => {
    await release.promise;
    return new Response("{}", { status: 500 });
  };
  const ids = [await world.emit()];
  const patience = 100;
  const hung = createRelay({ ...deps, queue: createQueue(deps.config, patience) }, [world.ledger]);
  assert.equal(await hung.drain(), 0);
  const [row] = await app.db.sql`select last_error, locked_until from private.outbox`;
  assert.deepEqual({ ...row }, {
    last_error: "The job queue is out of reach",
    locked_until: null,
  });
  release.resolve();

  const env = { ...deps.config.env, QSTASH_URL: "http://127.0.0.1:1" };
  const closed = createQueue({ ...deps.config, env });
  ids.push(await world.emit());
  assert.equal(await createRelay({ ...deps, queue: closed }, [world.ledger]).drain(), 0);
  assert.equal(await unpublished(world), 2);

  gate.respond = (call) => forward(call, world.qstash.url);
  await world.settle();
  await assertOnce(world, ids);
});

Deno.test("[B13] faults: dead work is replayed a month later: what was done is not done again", async () => {
  await using world = await openWorld();
  const { app } = world;
  const ada = await app.signUp("ada");
  await app.grantRole(ada, "admin");
  await world.settle();
  await app.db.sql`truncate private.ledger`;
  // Of one the effect came about though no answer was ever heard; of the other it did not.
  const done = await world.emit({ n: "1" });
  const failed = await world.emit({ fail: "always" });
  world.qstash.endpoint.respond = async (call) => {
    const response = await world.receive(call);
    return call.path.endsWith("/dead") ? response : new Response("unheard", { status: 502 });
  };
  await world.settle();
  await assertOnce(world, [done]);
  assert.equal((await deadOf(world)).length, 2);

  const old = "interval '45 days'";
  await app.db.sql.unsafe(`
    update private.outbox
    set created_at = created_at - ${old}, published_at = published_at - ${old};
    update private.job_runs
    set started_at = started_at - ${old}, finished_at = finished_at - ${old};
    update private.dead_jobs set first_at = first_at - ${old}, last_at = last_at - ${old}`);
  await app.db.sql`select private.sweep_outbox()`;
  const [left] = await app.db.sql`select (select count(*)::int from private.outbox) as events,
    (select count(*)::int from private.job_runs) as runs`;
  assert.deepEqual({ ...left }, { events: 0, runs: 1 }, "only what may still be replayed is kept");

  world.qstash.endpoint.respond = (call) => world.receive(call);
  world.ledger.isBroken = false;
  await world.qstash.sql`delete from qstash.dedup`;
  const answer = await app.as(ada).post("/admin/jobs/dead/replay", { topic: "test.made" });
  assert.deepEqual([answer.status, answer.body.replayed], [202, 2], answer.text);
  await until(async () => (await world.effects()).size === 2, "the effect that was missing");
  await world.settle();
  await assertOnce(world, [done, failed]);
});
