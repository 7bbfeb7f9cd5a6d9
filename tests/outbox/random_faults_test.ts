/**
 * @module Faults by chance, on the real parts: whatever happens between commit and effect, every
 * effect is there once, badges are right, and only what cannot work is among the dead.
 * `RUNS=1000` runs as many histories; `TEST_SEED` repeats the history that a failure names.
 */
import assert from "node:assert/strict";
import { deliverConsumer, notificationsConsumer } from "../../shared/notifications/mod.ts";
import { createRelay } from "../../shared/outbox/relay.ts";
import type { JobQueue } from "../../shared/platform/queue.ts";
import type { Call } from "../local/qstash_support.ts";
import type { TestPerson } from "../support/app.ts";
import { randomOf, seeded } from "../support/random.ts";
import { openWorld, type World } from "./fault_support.ts";

const RUNS_DEFAULT = 8;
const FOLLOWERS = 4;
const ACTIONS_MAX = 7;
/** Attempts that may go wrong: fewer than the queue makes. */
const FAULTY_ATTEMPTS = 3;
const CONSUMERS = [notificationsConsumer, deliverConsumer];

const ACTIONS = ["follow", "emit", "emit", "undone", "always", "hopeless"] as const;
const RELAY_FAULTS = [
  "none",
  "idle",
  "claims",
  "publishes",
  "refused",
  "unheard",
  "forgets",
] as const;
const DELIVERY_FAULTS = ["none", "lost", "unheard", "parallel", "twice", "late"] as const;

/** What one history must lead to. */
interface Expected {
  readonly effects: string[];
  readonly dead: string[];
  follows: number;
}

function pick<T>(random: () => number, choices: readonly T[]): T {
  const choice = choices[Math.floor(random() * choices.length)];
  if (choice === undefined) throw new Error("nothing to choose from");
  return choice;
}

/** A number that is the same for the same words, so that timing does not change the history. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

/** Answers deliveries as the history has it. */
function breakDeliveries(world: World, seed: number, people: readonly TestPerson[]): void {
  const late: Call[] = [];
  world.qstash.endpoint.respond = async (call) => {
    const attempt = Number(call.headers.get("upstash-retried"));
    const { topic, payload, actor_id: actor } = JSON.parse(call.text);
    const who = people.findIndex(({ id }) => id === actor);
    const key = [seed, call.path, topic, payload?.n, who, attempt].join();
    const fault = attempt >= FAULTY_ATTEMPTS || call.path.endsWith("/dead")
      ? "none"
      : pick(randomOf(seedOf(key)), DELIVERY_FAULTS);
    for (const other of late.splice(0)) await (await world.receive(other)).text();
    if (fault === "lost") return new Response("lost", { status: 502 });
    if (fault === "late") {
      late.push(call);
      return new Response("late", { status: 504 });
    }
    if (fault === "parallel") {
      const [answer] = await Promise.all([world.receive(call), world.receive(call)]);
      return answer;
    }
    const answer = await world.receive(call);
    if (fault === "unheard") return new Response("unheard", { status: 502 });
    return fault === "twice" ? await world.receive(call) : answer;
  };
}

/** A relay whose queue is not what it seems. */
function relayWith(world: World, publish: JobQueue["publish"]) {
  const queue = { ...world.deps.queue, publish };
  return createRelay({ ...world.deps, queue }, [world.ledger, ...CONSUMERS]);
}

/** Lets a relay do its work, or die at it. */
async function relayStep(world: World, fault: typeof RELAY_FAULTS[number]): Promise<void> {
  const { queue } = world.deps;
  if (fault === "idle") return;
  if (fault === "none") await world.relay.drain();
  else if (fault === "claims") await world.app.db.sql`select from private.claim_outbox(100)`;
  else if (fault === "forgets") await world.qstash.sql`delete from qstash.dedup`;
  else if (fault === "refused") {
    await relayWith(world, () => Promise.reject(new Error("away"))).drain();
  } else if (fault === "unheard") {
    await relayWith(world, async (jobs) => {
      await queue.publish(jobs);
      throw new Error("unheard");
    }).drain();
  } else {
    const died = Promise.withResolvers<void>();
    const run = relayWith(world, async (jobs) => {
      await queue.publish(jobs);
      died.resolve();
      // It never comes to note it.
      await new Promise<never>(() => {});
    }).drain();
    await Promise.race([died.promise, run]);
  }
}

async function act(world: World, people: readonly TestPerson[], n: number, random: () => number) {
  const { sql } = world.app.db;
  const [star] = people;
  const action = pick(random, ACTIONS);
  const follower = people[1 + n % FOLLOWERS];
  if (action === "follow" && star !== undefined && follower !== undefined) {
    const { count } = await sql`insert into public.follows (follower_id, followee_id)
      values (${follower.id}, ${star.id}) on conflict do nothing`;
    return { action, count };
  }
  if (action === "undone") {
    await sql.begin(async (tx) => {
      await tx`select private.emit('test.made', ${crypto.randomUUID()}, null, ${tx.json({ n })})`;
      throw new Error("undone");
    }).catch(() => undefined);
    return { action, count: 0 };
  }
  const isPoison = action === "always" || action === "hopeless";
  const id = await world.emit({ n: String(n), ...(isPoison ? { fail: action } : {}) });
  return { action, id, isPoison };
}

async function reset(world: World): Promise<void> {
  const { sql } = world.app.db;
  world.ledger.isBroken = true;
  await sql`delete from public.follows`;
  await sql`delete from public.notifications`;
  await sql`delete from private.outbox`;
  await sql`truncate private.ledger, private.dead_jobs`;
}

async function check(world: World, star: TestPerson, expected: Expected, what: string) {
  const { sql } = world.app.db;
  const effects = await sql<{ event_id: string }[]>`
    select l.event_id from private.ledger l join private.outbox o on o.id = l.event_id
    where o.topic = 'test.made' order by 1`;
  assert.deepEqual(effects.map((row) => row.event_id), [...expected.effects].sort(), what);
  const others = await sql`select event_id from private.ledger group by 1 having count(*) > 1`;
  assert.equal(others.length, 0, `${what}: something twice`);
  const missing = await sql`select from private.outbox o
    where not exists (select from private.ledger l where l.event_id = o.id)
      and not o.id = any (${expected.dead})`;
  assert.equal(missing.length, 0, `${what}: something lost`);
  const dead = await sql<{ id: string }[]>`select distinct payload -> 'body' ->> 'id' as id
    from private.dead_jobs where replayed_at is null order by 1`;
  assert.deepEqual(dead.map(({ id }) => id), [...expected.dead].sort(), `${what}: the dead`);
  const { body } = await world.app.as(star).get("/notifications/count");
  assert.equal(body.unread_count, expected.follows, `${what}: the badge`);
}

async function runHistory(world: World, people: readonly TestPerson[], seed: number) {
  const random = randomOf(seed);
  const [star, admin] = people;
  assert.ok(star !== undefined && admin !== undefined);
  const expected: Expected = { effects: [], dead: [], follows: 0 };
  await reset(world);
  breakDeliveries(world, seed, people);
  const actions = 2 + Math.floor(random() * (ACTIONS_MAX - 1));
  for (let n = 0; n < actions; n++) {
    const done = await act(world, people, n, random);
    if (done.action === "follow") expected.follows += done.count ?? 0;
    else if (done.id !== undefined) {
      (done.isPoison ? expected.dead : expected.effects).push(done.id);
    }
    await relayStep(world, pick(random, RELAY_FAULTS));
  }
  await world.settle();
  await check(world, star, expected, `seed ${seed}`);

  // The fault is mended: what died has its effect after all, once.
  world.ledger.isBroken = false;
  const meant = { topic: "test.made" };
  const answer = await world.app.as(admin).post("/admin/jobs/dead/replay", meant);
  assert.equal(answer.status, 202, answer.text);
  // What was published twice also died twice.
  assert.ok(answer.body.replayed >= expected.dead.length, `seed ${seed}`);
  await world.settle();
  const effects = [...expected.effects, ...expected.dead];
  await check(world, star, { ...expected, effects, dead: [] }, `seed ${seed}, replayed`);
}

Deno.test("[B13] [JO-01] [JO-06] [JO-07] faults by chance: every effect once, badges right, nothing lost", async () => {
  await using world = await openWorld({
    consumers: CONSUMERS,
    env: { RATE_LIMITS: '{"admin":"100000/60"}' },
  });
  const people: TestPerson[] = [];
  for (let n = 0; n <= FOLLOWERS; n++) people.push(await world.app.signUp(`person${n}`));
  const [, admin] = people;
  if (admin !== undefined) await world.app.grantRole(admin, "admin");
  const { seed } = seeded();
  const runs = Number(Deno.env.get("RUNS") ?? RUNS_DEFAULT);
  for (let run = 0; run < runs; run++) await runHistory(world, people, seed + run);
});
