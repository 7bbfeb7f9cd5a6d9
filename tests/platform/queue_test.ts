/** @module The job queue: what its adapter and its stand-in promise alike; retries to the end. */
import assert from "node:assert/strict";
import { readConfig } from "../../shared/core/config.ts";
import { AppError } from "../../shared/core/errors.ts";
import { createJobs } from "../../shared/jobs.ts";
import type { Consumer } from "../../shared/outbox/mod.ts";
import { createRelay } from "../../shared/outbox/relay.ts";
import { createQueue, type Job, type JobQueue, RETRIES } from "../../shared/platform/queue.ts";
import { QSTASH_DEV } from "../../local/qstash/mod.ts";
import { eventually, openQstash } from "../local/qstash_support.ts";
import { openApp } from "../support/app.ts";
import { createMemoryQueue, GENUINE_SIGNATURE } from "../support/queue.ts";

const SUBJECT = "0192f0c1-2b3c-7d4e-8f50-112233445566";

function configFor(publicUrl: string, qstashUrl: string) {
  return readConfig({
    SUPABASE_URL: publicUrl,
    DATABASE_URL: "postgres://127.0.0.1/none",
    SUPABASE_SERVICE_ROLE_KEY: "none",
    QSTASH_URL: qstashUrl,
    QSTASH_TOKEN: QSTASH_DEV.token,
    QSTASH_CURRENT_SIGNING_KEY: QSTASH_DEV.currentSigningKey,
    QSTASH_NEXT_SIGNING_KEY: QSTASH_DEV.nextSigningKey,
  });
}

/** What was delivered, as a receiver sees it. */
interface Delivered {
  readonly path: string;
  readonly body: string;
  readonly signature: string;
}

/** A queue under test, and a way to look at its deliveries. */
interface Subject extends AsyncDisposable {
  readonly queue: JobQueue;
  delivered(count: number): Promise<Delivered[]>;
}

async function openReal(): Promise<Subject> {
  const qstash = await openQstash();
  const { endpoint } = qstash;
  return {
    queue: createQueue(configFor(endpoint.url, qstash.url)),
    async delivered(count) {
      await endpoint.call(count);
      return endpoint.calls.map(({ path, text, headers }) => ({
        path,
        body: text,
        signature: headers.get("upstash-signature") ?? "",
      }));
    },
    [Symbol.asyncDispose]: () => qstash[Symbol.asyncDispose](),
  };
}

function openMemory(): Promise<Subject> {
  const queue = createMemoryQueue();
  return Promise.resolve({
    queue,
    delivered: () =>
      Promise.resolve(queue.jobs.map(({ path, body }) => ({
        path,
        body: JSON.stringify(body),
        signature: GENUINE_SIGNATURE,
      }))),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

function job(n: number): Job {
  return { path: "/functions/v1/jobs/x", body: { n }, deduplicationId: `job-${n}` };
}

for (const [name, open] of Object.entries({ qstash: openReal, memory: openMemory })) {
  Deno.test(`queue (${name}): jobs arrive once each, signed and whole`, async () => {
    await using subject = await open();

    await subject.queue.publish([job(1), job(2)]);
    await subject.queue.publish([job(2), job(3)]);
    await subject.queue.publish([]);
    const delivered = await subject.delivered(3);

    assert.deepEqual(
      delivered.map(({ path, body }) => `${path} ${body}`).sort(),
      [1, 2, 3].map((n) => `/functions/v1/jobs/x {"n":${n}}`),
    );
    for (const delivery of delivered) {
      assert.equal(await subject.queue.refusalOf(delivery), undefined);
    }
    const [first] = delivered;
    assert.ok(first);
    assert.ok(await subject.queue.refusalOf({ ...first, signature: "forged" }));
  });
}

Deno.test("queue (qstash): a changed body or another address is not genuine", async () => {
  await using subject = await openReal();
  await subject.queue.publish([job(1)]);
  const [delivery] = await subject.delivered(1);
  assert.ok(delivery);

  const changed = await subject.queue.refusalOf({ ...delivery, body: '{"n":9}' });
  const elsewhere = await subject.queue.refusalOf({ ...delivery, path: "/functions/v1/jobs/y" });

  assert.match(changed ?? "", /body hash/);
  assert.match(elsewhere ?? "", /invalid subject/);
});

Deno.test("queue: without its variables it says what to set", () => {
  const queue = createQueue(readConfig({
    SUPABASE_URL: "http://127.0.0.1:1",
    DATABASE_URL: "postgres://127.0.0.1/none",
    SUPABASE_SERVICE_ROLE_KEY: "none",
  }));

  assert.throws(
    () => queue.publish([job(1)]),
    (error) => error instanceof AppError && error.problem === "not-configured",
  );
});

Deno.test("jobs: what fails is tried five times and then kept among the dead", async () => {
  await using qstash = await openQstash();
  let attempts = 0;
  const failing: Consumer = {
    name: "failing",
    topics: ["test.made"],
    handle() {
      attempts += 1;
      return Promise.reject(new Error("cannot"));
    },
  };
  // The service's clock is put forward, so its signatures are not valid yet; others prove those.
  const queue = {
    ...createQueue(configFor(qstash.endpoint.url, qstash.url)),
    refusalOf: () => Promise.resolve(undefined),
  };
  await using app = await openApp({ deps: () => ({ queue }) });
  await app.db.sql`delete from private.outbox`;
  const jobs = createJobs(app.deps, [failing]);
  qstash.endpoint.respond = ({ path, headers, text }) =>
    jobs.request(path.replace("/functions/v1", ""), { method: "POST", headers, body: text });
  await app.db.sql`select private.emit('test.made', ${SUBJECT}, null)`;

  await createRelay(app.deps, [failing]).drain();
  const dead = await eventually("the dead job", async () => {
    qstash.advance(60_000);
    const [row] = await app.db.sql`select topic, attempts, payload from private.dead_jobs`;
    return row;
  });

  assert.equal(attempts, RETRIES + 1);
  assert.equal(dead.topic, "test.made");
  assert.equal(dead.attempts, RETRIES + 1);
  assert.equal(dead.payload.path, "/functions/v1/jobs/failing");
  assert.equal(dead.payload.body.subject_id, SUBJECT);
});
