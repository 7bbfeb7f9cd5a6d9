/** @module Order per subject, commits out of order, and backlogs, on the relay and its books. */
import assert from "node:assert/strict";
import { AppError } from "../../shared/core/errors.ts";
import { createRelay } from "../../shared/outbox/relay.ts";
import { type Job, JobRefused } from "../../shared/platform/queue.ts";
import { openApp, type TestApp } from "../support/app.ts";

const CONSUMERS = [{ name: "any", topics: ["*"], handle: () => Promise.resolve() }];
const SUBJECT = "0192f0c1-2b3c-7d4e-8f50-112233445566";

async function open(): Promise<TestApp> {
  const app = await openApp();
  await app.db.sql`delete from private.outbox`;
  return app;
}

function claim(app: TestApp, limit: number) {
  return app.db.sql<{ id: string; n: string }[]>`
    select id, payload ->> 'n' as n from private.claim_outbox(${limit})`;
}

async function emit(app: TestApp, n: number, subject = SUBJECT): Promise<void> {
  await app.db.sql`select private.emit('test.made', ${subject}, null, ${app.db.sql.json({ n })})`;
}

Deno.test("outbox: what waits or is leased holds back its own subject, and no other", async () => {
  await using app = await open();
  for (const n of [1, 2, 3]) await emit(app, n);
  await emit(app, 4, crypto.randomUUID());

  assert.deepEqual((await claim(app, 1)).map(({ n }) => n), ["1"]);
  assert.deepEqual((await claim(app, 10)).map(({ n }) => n), ["4"], "1 is in other hands");
  await app.db.sql`select private.release_outbox(array_agg(id), 'away') from private.outbox
    where payload ->> 'n' = '1'`;
  assert.equal((await claim(app, 10)).length, 0, "1 waits");
  await app.db.sql`update private.outbox set available_at = now()`;
  assert.deepEqual((await claim(app, 2)).map(({ n }) => n), ["1", "2"]);
});

Deno.test("outbox: an event that is committed late, with a smaller id, still leaves", async () => {
  await using app = await open();
  const relay = createRelay(app.deps, CONSUMERS);
  await app.db.sql.begin(async (late) => {
    await late`select private.emit('test.made', ${SUBJECT}, null)`;
    await emit(app, 2);
    assert.equal(await relay.drain(), 1);
  });

  assert.equal(await relay.drain(), 1);
});

Deno.test("outbox: a relay that comes back after its lease ran out changes nothing", async () => {
  await using app = await open();
  await emit(app, 1);
  const [late] = await claim(app, 1);
  await app.db.sql`update private.outbox set locked_until = now() - interval '1 s'`;
  await createRelay(app.deps, CONSUMERS).drain();

  await app.db.sql`select private.release_outbox(array[${late?.id ?? ""}]::uuid[], 'late')`;

  const [row] = await app.db.sql`select published_at is not null as out, last_error
    from private.outbox`;
  assert.deepEqual({ ...row }, { out: true, last_error: null });
});

/** A queue in memory, and what reached it of each subject, in that order. */
function watched(app: TestApp, refuses: (jobs: readonly Job[]) => Error | undefined) {
  const order = new Map<string, number[]>();
  const watch = { order, largest: 0 };
  const queue = {
    ...app.queue,
    publish(jobs: readonly Job[]) {
      watch.largest = Math.max(watch.largest, jobs.length);
      const refusal = refuses(jobs);
      if (refusal !== undefined) return Promise.reject(refusal);
      for (const { body } of jobs) {
        const { subject_id: subject, payload: { n } } = body as {
          subject_id: string;
          payload: { n: number };
        };
        order.set(subject, [...order.get(subject) ?? [], n]);
      }
      return Promise.resolve();
    },
  };
  return Object.assign(watch, { deps: { ...app.deps, queue } });
}

function assertInOrder(order: ReadonlyMap<string, number[]>): void {
  for (const numbers of order.values()) {
    assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
  }
}

Deno.test("[JO-01] outbox: a backlog of 10,000 leaves in bounded batches, in order, by relays side by side", async () => {
  await using app = await open();
  const backlog = 10_000;
  await app.db.sql`insert into private.outbox (topic, subject_id, payload)
    select 'test.made', md5((n % 199)::text)::uuid, jsonb_build_object('n', n)
    from generate_series(1, ${backlog}::int) n`;
  const watch = watched(app, () => undefined);
  const relays = [1, 2].map(() => createRelay(watch.deps, CONSUMERS));

  let total = 0;
  for (let round = 0; round < 100 && total < backlog; round++) {
    const counts = await Promise.all(relays.map((relay) => relay.drain()));
    total += counts.reduce((a, b) => a + b);
  }

  assert.equal(total, backlog);
  assert.ok(watch.largest <= 100, "no more than a batch is ever held");
  assertInOrder(watch.order);
});

Deno.test("[JO-07] outbox: the queue goes away while poison is searched for: nothing overtakes", async () => {
  await using app = await open();
  for (let n = 1; n <= 8; n++) await emit(app, n);
  let calls = 0;
  const holdsPoison = (jobs: readonly Job[]) => JSON.stringify(jobs).includes('"n":3}');
  const watch = watched(app, (jobs) => {
    calls += 1;
    if (holdsPoison(jobs)) return new JobRefused("too large");
    return calls === 3 ? new AppError("unavailable", "The queue is away") : undefined;
  });
  const relay = createRelay(watch.deps, CONSUMERS);

  for (let round = 0; round < 10; round++) {
    await relay.drain();
    await app.db.sql`update private.outbox set available_at = created_at`;
  }

  assert.deepEqual(watch.order.get(SUBJECT), [1, 2, 4, 5, 6, 7, 8]);
  const dead = await app.db.sql`select payload -> 'body' -> 'payload' as of from private.dead_jobs`;
  assert.deepEqual(dead.map(({ of }) => of), [{ n: 3 }]);
});
