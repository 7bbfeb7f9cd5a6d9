/** @module What may break between an event and its effect, each broken once for real. */
import assert from "node:assert/strict";
import { deliverConsumer, notificationsConsumer } from "../../shared/notifications/mod.ts";
import { reconcileDead } from "../../shared/outbox/dead.ts";
import { createRelay } from "../../shared/outbox/relay.ts";
import { createQueue, RETRIES } from "../../shared/platform/queue.ts";
import type { OutsideRequest } from "../../shared/platform/outside.ts";
import type { Call } from "../local/qstash_support.ts";
import { until } from "../support/until.ts";
import { assertOnce, deadOf, forward, openWorld } from "./fault_support.ts";

Deno.test("[B13] faults: past the queue's memory of duplicates the books keep effects single", async () => {
  await using world = await openWorld();
  const ids = [await world.emit(), await world.emit()];
  await world.settle();
  // What a relay leaves behind that died eleven minutes ago.
  await world.qstash.sql`delete from qstash.dedup`;
  await world.app.db.sql`update private.outbox set published_at = null`;
  await world.settle();

  assert.equal(world.qstash.endpoint.calls.length, 4, "both came a second time");
  await assertOnce(world, ids);
  const [row] = await world.app.db.sql`
    select total from private.jobs_processed where job = 'ledger' and outcome = 'duplicate'`;
  assert.equal(Number(row?.total), 2);
});

Deno.test("[B13] faults: twice, late, in parallel and in the wrong order: one effect each", async () => {
  await using world = await openWorld();
  const held: Call[] = [];
  world.qstash.endpoint.respond = (call) => {
    held.push(call);
    return new Response("later", { status: 503 });
  };
  const subject = crypto.randomUUID();
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) ids.push(await world.emit({ n: String(n) }, subject));
  await world.relay.drain();
  await until(() => held.length >= 5, "five deliveries");
  world.qstash.endpoint.respond = (call) => world.receive(call);

  const late = held.slice(0, 5).reverse();
  const statuses =
    (await Promise.all([...late, ...late, ...late].map((call) => world.receive(call)))).map((
      { status },
    ) => status);
  for (const call of late) statuses.push((await world.receive(call)).status);
  await world.settle();

  assert.deepEqual(new Set(statuses), new Set([200]));
  await assertOnce(world, ids);
});

/** Order in which events of each subject reached the queue. */
function publishedOrder(calls: readonly Call[]): Map<string, string[]> {
  const order = new Map<string, string[]>();
  for (const { path, text } of calls) {
    if (path !== "/v2/batch") continue;
    for (const { body } of JSON.parse(text)) {
      const { subject_id: subject, id } = JSON.parse(body);
      order.set(subject, [...order.get(subject) ?? [], id]);
    }
  }
  return order;
}

Deno.test("[JO-06] faults: the queue is away for ten minutes: nothing lost, order per subject kept", async () => {
  await using world = await openWorld();
  const { app, gate } = world;
  const written = new Map([crypto.randomUUID(), crypto.randomUUID()].map((id) => [id, [""]]));
  const outages = [500, 503, 429];
  const waits: number[] = [];
  for (let round = 0; round < 9; round++) {
    gate.respond = () => new Response(`{"error":"away"}`, { status: outages[round % 3] ?? 500 });
    for (const [subject, ids] of written) ids[round] = await world.emit({}, subject);
    await world.relay.drain();
    const rows = await app.db.sql`select attempts, last_error,
      extract(epoch from available_at - clock_timestamp())::float as wait
      from private.outbox where published_at is null`;
    assert.equal(rows.length, 2 * (round + 1), "nothing left, nothing lost");
    waits.push(...rows.map(({ wait }) => wait));
    // A minute or so passes.
    await app.db.sql`update private.outbox set available_at = available_at - interval '70 s'`;
  }
  assert.ok(Math.max(...waits) <= 450, `${Math.max(...waits)} s at most`);
  assert.ok(Math.max(...waits) > 60, "it backs off");

  const failed = gate.calls.length;
  gate.respond = (call) => forward(call, world.qstash.url);
  const other = createRelay(world.deps, [world.ledger]);
  await until(async () => {
    await app.db.sql`update private.outbox set available_at = available_at - interval '20 s'`;
    await Promise.all([world.relay.drain(), other.drain()]);
    return (await app.db.sql`select from private.outbox where published_at is null`).length === 0;
  }, "the backlog is gone");
  await world.settle();

  await assertOnce(world, [...written.values()].flat());
  assert.deepEqual(publishedOrder(gate.calls.slice(failed)), written);
});

Deno.test("[B13] faults: the queue took it, its answer was lost", async () => {
  await using world = await openWorld();
  world.gate.respond = async (call) => {
    await (await forward(call, world.qstash.url)).text();
    return new Response("{}", { status: 502 });
  };
  const id = await world.emit();
  assert.equal(await world.relay.drain(), 0);
  world.gate.respond = (call) => forward(call, world.qstash.url);
  await world.settle();

  assert.equal(world.qstash.endpoint.calls.length, 1, "the queue knew it again");
  await assertOnce(world, [id]);
});

Deno.test("[JO-02] [JO-06] [JO-07] faults: what always fails is tried five times, kept, replayed to one effect", async () => {
  await using world = await openWorld();
  const { app, qstash } = world;
  const ada = await app.signUp("ada");
  await app.grantRole(ada, "admin");
  await world.settle();
  await app.db.sql`truncate private.ledger`;
  const [id, neighbour] = [await world.emit({ fail: "always" }), await world.emit()];
  await world.settle();

  const events = await qstash.sql`select extract(epoch from next_delivery_at - at)::float as wait
    from qstash.events where state = 'RETRY' order by id`;
  assert.deepEqual(events.map(({ wait }) => Math.round(wait)), [1, 4, 16, 60]);
  await assertOnce(world, [neighbour]);
  const [dead, ...others] = (await app.as(ada).get("/admin/jobs/dead")).body.items;
  assert.deepEqual([dead.attempts, others.length], [RETRIES + 1, 0]);
  assert.match(dead.error, /^500: /);
  const overview = (await app.as(ada).get("/admin/jobs")).body;
  const { failed_last_hour, dead_last_hour, failure_rate } = overview.consumers
    .find(({ name }: { name: string }) => name === "ledger");
  assert.deepEqual([overview.dead, failed_last_hour, dead_last_hour], [1, RETRIES + 1, 1]);
  assert.ok(failure_rate > 0);

  world.ledger.isBroken = false;
  for (let n = 0; n < 2; n++) {
    assert.equal((await app.as(ada).post(`/admin/jobs/dead/${dead.id}/replay`)).status, 202);
    await world.settle();
  }
  await assertOnce(world, [id, neighbour]);
});

Deno.test("[JO-07] faults: poison goes to the dead at once and holds up nobody", async () => {
  await using world = await openWorld();
  const subject = crypto.randomUUID();
  const before = await world.emit({}, subject);
  const hopeless = await world.emit({ fail: "hopeless" }, subject);
  // More than the queue takes: the batch is refused until it stands alone.
  const huge = await world.emit({ text: "x".repeat(1_100_000) }, subject);
  const after = [await world.emit({}, subject), await world.emit()];
  await world.settle();

  await assertOnce(world, [before, ...after]);
  const dead = await deadOf(world);
  assert.deepEqual(
    dead.map(({ payload, attempts }) => [payload.body.id, attempts]).sort(),
    [[hopeless, 1], [huge, 1]].sort(),
  );
  assert.ok(dead.some(({ error }) => error.startsWith("refused by the queue: ")));
});

Deno.test("[JO-01] faults: clocks that differ: a little is borne, much is refused until it is mended", async () => {
  let skewMs = 0;
  await using world = await openWorld({ qstash: { now: () => new Date(Date.now() + skewMs) } });
  const ids: string[] = [];
  // A signature is good for five minutes, and some seconds before it is made.
  for (const skew of [3_000, -290_000]) {
    skewMs = skew;
    ids.push(await world.emit());
    await world.relay.drain();
    await until(async () => (await world.effects()).size === ids.length, "taken all the same");
  }
  for (const [skew, reason] of [[60_000, "nbf"], [-600_000, "exp"]] as const) {
    skewMs = skew;
    const known = world.qstash.endpoint.calls.length;
    const statuses: number[] = [];
    world.qstash.endpoint.respond = async (call) => {
      const response = await world.receive(call);
      statuses.push(response.status);
      return response;
    };
    ids.push(await world.emit());
    await world.relay.drain();
    await world.hasten();
    await until(() => world.qstash.endpoint.calls.length > known && statuses.length > 0, "refused");
    assert.equal(statuses[0], 401);
    const refusals = world.app.logs.filter((line) => line.includes("delivery refused"));
    assert.match(refusals.at(-1) ?? "", new RegExp(reason), "the log says why");
    skewMs = 0;
    await world.settle();
    await assertOnce(world, ids);
  }
  assert.equal((await deadOf(world)).length, 0);
});

Deno.test("[JO-01] faults: signing keys are rotated while messages are on their way", async () => {
  await using world = await openWorld();
  const { qstash, deps } = world;
  const rotate = async () => (await qstash.request("POST", "/v2/keys/rotate")).json();
  const ids = [await world.emit()];
  qstash.endpoint.respond = () => new Response("busy", { status: 503 });
  await world.relay.drain();
  await qstash.endpoint.call(1);
  await rotate();
  qstash.endpoint.respond = (call) => world.receive(call);
  await world.settle();
  await assertOnce(world, ids);

  // Rotated once more without a deployment: refused, and taken as soon as it knows the keys.
  const keys = await rotate();
  const refused: number[] = [];
  qstash.endpoint.respond = async (call) => {
    const response = await world.receive(call);
    refused.push(response.status);
    return response;
  };
  ids.push(await world.emit());
  await world.relay.drain();
  await until(() => refused.length > 0, "a refusal");
  assert.equal(refused[0], 401);
  const { config } = deps;
  const queue = createQueue({
    ...config,
    env: {
      ...config.env,
      QSTASH_CURRENT_SIGNING_KEY: keys.current,
      QSTASH_NEXT_SIGNING_KEY: keys.next,
    },
  });
  qstash.endpoint.respond = (call) => world.receive(call, { ...deps, queue });
  await world.settle();
  await assertOnce(world, ids);
  assert.equal((await deadOf(world)).length, 0);
});

Deno.test("[JO-07] faults: the report of a failure fails too: the queue's own dead letters tell", async () => {
  await using world = await openWorld();
  const { qstash, app } = world;
  qstash.endpoint.respond = (call) =>
    call.path.endsWith("/dead") ? new Response("no", { status: 500 }) : world.receive(call);
  await world.emit({ fail: "always" });
  await world.emit({ fail: "hopeless" });
  await world.settle();
  assert.equal((await deadOf(world)).length, 0, "nothing was reported");

  assert.equal(await reconcileDead(world.deps), 2);
  assert.equal(await reconcileDead(world.deps), 0);
  const dead = await deadOf(world);
  assert.deepEqual(dead.map(({ attempts }) => attempts).sort(), [1, RETRIES + 1]);
  assert.ok(dead.every(({ payload }) => payload.path === "/functions/v1/jobs/ledger"));
  await app.db.sql`update private.dead_jobs set discarded_at = now()`;
  assert.equal(await reconcileDead(world.deps), 0, "what was discarded stays so");
});

Deno.test("[JO-08] faults: a spike of dead work is told once, and again when nobody heard", async () => {
  await using world = await openWorld({
    env: { ALERT_DEAD_JOBS: "2", ALERT_WEBHOOK_URL: "http://127.0.0.1:8080/alert" },
  });
  const heard: string[] = [];
  let status = 500;
  const outside = {
    ...world.deps.outside,
    send: (request: OutsideRequest) => {
      heard.push(String(request.body));
      return Promise.resolve({
        status,
        url: request.url,
        headers: new Headers(),
        body: new Uint8Array(),
      });
    },
  };
  const deps = { ...world.deps, outside };
  world.qstash.endpoint.respond = (call) => world.receive(call, deps);
  const die = async (count: number) => {
    for (let n = 0; n < count; n++) await world.emit({ fail: "hopeless" });
    await world.settle();
  };
  await die(2);
  assert.equal(heard.length, 0, "no spike yet");
  await die(1);
  assert.equal(heard.length, 1);
  status = 200;
  await die(1);
  assert.equal(heard.length, 2, "the first was not heard");
  await die(3);
  assert.equal(heard.length, 2, "told");
  const { type, dead, minutes } = JSON.parse(heard[1] ?? "");
  assert.deepEqual([type, dead, minutes], ["jobs.dead_spike", 4, 10]);
});

Deno.test("[B13] faults: what was undone before its event came is told to nobody", async () => {
  await using world = await openWorld({ consumers: [notificationsConsumer, deliverConsumer] });
  const { app } = world;
  const [ada, bob] = [await app.signUp("ada"), await app.signUp("bob")];
  await app.db
    .sql`insert into public.follows (follower_id, followee_id) values (${bob.id}, ${ada.id})`;
  await app.db.sql`delete from public.follows where follower_id = ${bob.id}`;
  await world.settle();

  const rows = await app.db.sql`select from public.notifications where recipient_id = ${ada.id}`;
  assert.equal(rows.length, 0);
});
