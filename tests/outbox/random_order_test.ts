/**
 * @module Order by chance: several relays, a queue that fails as it likes and leases that run out.
 * Whatever happens, the events of a subject reach the queue in the order in which they happened.
 * `RUNS=500` runs as many histories; `TEST_SEED` repeats the one that a failure names.
 */
import assert from "node:assert/strict";
import { AppError } from "../../shared/core/errors.ts";
import { createRelay } from "../../shared/outbox/relay.ts";
import { type Job, JobRefused } from "../../shared/platform/queue.ts";
import { openApp, type TestApp } from "../support/app.ts";
import { randomOf, seeded } from "../support/random.ts";

const RUNS_DEFAULT = 5;
const RELAYS = 3;
const SUBJECTS = 4;
const EVENTS_MAX = 40;
const ROUNDS_MAX = 200;
/** Of a hundred: events that the queue refuses, and calls that go wrong in each way. */
const POISON_PERCENT = 8;
const FAULT_PERCENT = 25;
const CONSUMERS = [{ name: "any", topics: ["*"], handle: () => Promise.resolve() }];

interface Body {
  readonly subject_id: string;
  readonly payload: { readonly n: number; readonly poison: boolean };
}

function bodyOf({ body }: Job): Body {
  return body as Body;
}

/** A queue that refuses poison, and now and then is away, deaf or slow. */
function moodyQueue(app: TestApp, random: () => number) {
  /** When each event came first, by subject. */
  const order = new Map<string, number[]>();
  const happens = () => random() * 100 < FAULT_PERCENT;
  const queue = {
    ...app.queue,
    async publish(jobs: readonly Job[]) {
      const [isSlow, isAway, isDeaf] = [happens(), happens(), happens()];
      if (isSlow) await new Promise((done) => setTimeout(done, random() * 5));
      if (isAway) throw new AppError("unavailable", "away");
      if (jobs.some((job) => bodyOf(job).payload.poison)) throw new JobRefused("poison");
      for (const { subject_id: subject, payload: { n } } of jobs.map(bodyOf)) {
        const come = order.get(subject) ?? [];
        if (!come.includes(n)) order.set(subject, [...come, n]);
      }
      if (isDeaf) throw new AppError("unavailable", "its answer was lost");
    },
  };
  return { order, deps: { ...app.deps, queue } };
}

/** As the clock does: at one moment, and not in the midst of a claim. */
async function endLeases(app: TestApp): Promise<void> {
  await app.db.sql.begin(async (sql) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('townsquare.claim_outbox', 0))`;
    await sql`update private.outbox set locked_until = null where id in (
      select id from private.outbox where locked_until is not null for update skip locked)`;
  });
}

async function runHistory(app: TestApp, seed: number): Promise<void> {
  const { sql } = app.db;
  const random = randomOf(seed);
  await sql`delete from private.outbox`;
  await sql`delete from private.dead_jobs`;
  const written = new Map<string, number[]>();
  const poison: number[] = [];
  const subjects = Array.from({ length: SUBJECTS }, () => crypto.randomUUID());
  const emit = async (n: number) => {
    const subject = subjects[Math.floor(random() * SUBJECTS)] ?? "";
    const isPoison = random() * 100 < POISON_PERCENT;
    await sql`select private.emit('test.made', ${subject}, null,
      ${sql.json({ n, poison: isPoison })})`;
    if (isPoison) poison.push(n);
    else written.set(subject, [...written.get(subject) ?? [], n]);
  };
  const { order, deps } = moodyQueue(app, random);
  const relays = Array.from({ length: RELAYS }, () => createRelay(deps, CONSUMERS));
  const events = 1 + Math.floor(random() * EVENTS_MAX);
  let waiting = events;
  for (let round = 0; round < ROUNDS_MAX && waiting > 0; round++) {
    const drains = relays.map((relay) => relay.drain());
    // Some are written while relays run, some leases end while their holders are at it.
    for (let n = 1; round === 0 && n <= events; n++) await emit(n);
    if (random() < 0.5) await endLeases(app);
    await Promise.all(drains);
    await sql`update private.outbox set available_at = created_at where random() < 0.7`;
    const [row] = await sql`
      select count(*)::int as n from private.outbox where published_at is null`;
    waiting = row?.n;
  }
  assert.equal(waiting, 0, `seed ${seed}: all have left`);
  assert.deepEqual([...order].sort(), [...written].sort(), `seed ${seed}: in order`);
  const dead = await sql<{ n: number }[]>`
    select (payload #>> '{body,payload,n}')::int as n from private.dead_jobs order by 1`;
  assert.deepEqual(dead.map(({ n }) => n), poison, `seed ${seed}: the dead`);
}

Deno.test("[JO-01] [JO-07] order by chance: many relays, failing as they like, keep each subject's order", async () => {
  await using app = await openApp();
  const { seed } = seeded();
  const runs = Number(Deno.env.get("RUNS") ?? RUNS_DEFAULT);
  for (let run = 0; run < runs; run++) await runHistory(app, seed + run);
});
