/** @module Order per subject, commits out of order, and backlogs, on the relay and its books. */
import assert from "node:assert/strict";
import { createRelay } from "../../shared/outbox/relay.ts";
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

Deno.test("outbox: a backlog leaves in bounded batches, in order, by relays side by side", async () => {
  await using app = await open();
  await app.db.sql`insert into private.outbox (topic, subject_id, payload)
    select 'test.made', md5((n % 7)::text)::uuid, jsonb_build_object('n', n)
    from generate_series(1, 3000) n`;
  let largest = 0;
  const order = new Map<string, number[]>();
  const queue = {
    ...app.queue,
    publish(jobs: readonly { body: unknown }[]) {
      largest = Math.max(largest, jobs.length);
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
  const relays = [1, 2].map(() => createRelay({ ...app.deps, queue }, CONSUMERS));

  let total = 0;
  for (let round = 0; round < 100 && total < 3000; round++) {
    const counts = await Promise.all(relays.map((relay) => relay.drain()));
    total += counts.reduce((a, b) => a + b);
  }

  assert.equal(total, 3000);
  assert.ok(largest <= 100);
  for (const numbers of order.values()) {
    assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
  }
});
