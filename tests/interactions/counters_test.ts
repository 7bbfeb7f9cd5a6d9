/** @module Counts under many hands: 200 at once, folds that die, and drift that is found. */
import assert from "node:assert/strict";
import postgres, { type TransactionSql } from "postgres";
import { createJobs } from "../../shared/jobs.ts";
import { foldCounters, reconcileCounters } from "../../shared/interactions/mod.ts";
import { openApp, signUp, type TestPerson } from "../support/app.ts";
import { openDatabase, type TestDatabase } from "../support/database.ts";
import { until } from "../support/until.ts";

const LIKERS = 200;
/** A like that waits for another one's transaction fails. */
const LOCK_TIMEOUT = "1500ms";
const KINDS = ["like", "love", "laugh", "wow", "sad", "angry", "celebrate"];

/** `size` people, of whom each has a connection of their own, and one post. */
async function openCrowd(size: number) {
  const db = await openDatabase({ template: "product" });
  const pool = postgres(db.url, { max: size, onnotice: () => undefined });
  const people = await Promise.all(Array.from({ length: size }, (_, n) => signUp(db, `fan_${n}`)));
  const author = await signUp(db, "author");
  const [post] = await db.sql<{ id: string }[]>`
    insert into posts (author_id, body) values (${author.id}, 'hot') returning id`;
  const poll = { options: ["a", "b"], closes_at: new Date(Date.now() + 3_600_000), multiple: true };
  const [asked] = await db.sql<{ id: string }[]>`
    insert into posts (author_id, body, poll)
    values (${author.id}, 'which?', ${JSON.stringify(poll)}::text::jsonb) returning id`;
  assert.ok(post && asked);

  function as<T>(person: TestPerson, work: (sql: TransactionSql) => Promise<T>) {
    return pool.begin(async (sql) => {
      const claims = { role: "authenticated", sub: person.id, session_id: person.sessionId };
      await sql`select private.begin_request(${JSON.stringify(claims)}::text::jsonb),
        set_config('lock_timeout', ${LOCK_TIMEOUT}, true)`;
      return await work(sql);
    });
  }

  async function close() {
    await pool.end({ timeout: 1 });
    await db[Symbol.asyncDispose]();
  }
  return { db, people, author, post: post.id, poll: asked.id, as, [Symbol.asyncDispose]: close };
}

type Crowd = Awaited<ReturnType<typeof openCrowd>>;

function like(post: string, kind = "like") {
  return (sql: TransactionSql) =>
    sql`insert into public.post_reactions as r (post_id, kind) values (${post}, ${kind})
      on conflict (post_id, profile_id) do update set kind = excluded.kind
      where r.kind <> excluded.kind`;
}

function unlike(person: TestPerson, post: string) {
  return (sql: TransactionSql) =>
    sql`delete from public.post_reactions
      where post_id = ${post} and profile_id = ${person.id}`;
}

async function countOf(db: TestDatabase, post: string): Promise<Record<string, number>> {
  const [row] = await db.sql<{ counts: Record<string, number> }[]>`
    select private.post_counts(${post}) as counts`;
  return row?.counts ?? {};
}

/** Counts that are not what the rows say, for any kind of subject. */
async function findDrift(db: TestDatabase) {
  const rows = await db.sql`
    select s.source, e.kind, e.value, private.count_of(e.subject_id, e.kind) as found
    from (values ('posts', array(select id from posts)),
      ('profiles', array(select id from profiles)),
      ('rooms', array(select id from rooms))) as s (source, ids)
    cross join lateral private.expected_counts(s.source, s.ids) e
    where private.count_of(e.subject_id, e.kind) <> e.value`;
  const [extra] = await db.sql`
    select coalesce(sum(abs(u.value)), 0)::int as n from (
      select subject_id, kind, sum(value) as value from (
        select subject_id, kind, value from private.counters
        union all select subject_id, kind, delta from private.counter_deltas) a
      group by subject_id, kind) u
    where u.kind like 'reaction:%' and not exists (
      select from post_reactions r
      where r.post_id = u.subject_id and 'reaction:' || r.kind = u.kind)`;
  return [...rows, ...(extra?.n === 0 ? [] : [extra])];
}

async function fold(db: TestDatabase): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const [row] = await db.sql`select private.fold_counters(500) as n`;
    if (row?.n < 500) return;
  }
}

Deno.test("[PO-07] [PO-13] 200 likes of one post in 200 open transactions: none waits, all count", async () => {
  await using crowd = await openCrowd(LIKERS);
  const { db, people, post } = crowd;
  const go = Promise.withResolvers<void>();
  let liked = 0;
  const all = people.map((person) =>
    crowd.as(person, async (sql) => {
      await like(post)(sql);
      liked++;
      await go.promise;
    })
  );
  const failed = Promise.all(all);
  // Everybody has liked before anybody has committed: nobody stands in a queue.
  await Promise.race([until(() => liked === LIKERS, "all have liked"), failed]);
  go.resolve();
  await failed;

  assert.deepEqual(await countOf(db, post), { "reaction:like": LIKERS, reactions: LIKERS });
  await Promise.all([...people.map((person) => crowd.as(person, unlike(person, post))), fold(db)]);
  assert.deepEqual(await findDrift(db), []);
  assert.equal((await countOf(db, post))["reactions"] ?? 0, 0);
});

Deno.test("[PO-08] [PO-13] a storm of changing minds, with folds between, is counted exactly", async () => {
  await using crowd = await openCrowd(40);
  const { db, people, post } = crowd;
  let done = false;
  const folds = (async () => {
    while (!done) await db.sql`select private.fold_counters(37)`;
  })();
  await Promise.all(people.map(async (person, n) => {
    for (let step = 0; step < 12; step++) {
      const kind = KINDS[(n + step) % KINDS.length];
      await crowd.as(person, step % 4 === 3 ? unlike(person, post) : like(post, kind));
    }
    if (n % 2 === 0) await crowd.as(person, like(post, KINDS[n % KINDS.length]));
  }));
  done = true;
  await folds;

  assert.deepEqual(await findDrift(db), []);
  const [rows] = await db.sql`select count(*)::int as n from post_reactions`;
  assert.equal((await countOf(db, post))["reactions"], rows?.n);
  assert.equal(rows?.n, 20);
  await fold(db);
  assert.deepEqual(await findDrift(db), []);
  const [left] = await db.sql`select count(*)::int as n from private.counter_deltas
    where subject_id = ${post}`;
  assert.equal(left?.n, 0);
});

/** True once the statement of a connection has folded and sleeps over it. */
async function sleeps(db: TestDatabase, pid: number): Promise<boolean> {
  const rows = await db.sql`select from pg_stat_activity
    where pid = ${pid} and wait_event = 'PgSleep'`;
  return rows.length > 0;
}

/** Folds until told to stop, every other time on a connection that dies before it commits. */
async function foldAndDie(db: TestDatabase, isDone: () => boolean): Promise<number> {
  let deaths = 0;
  while (!isDone() || deaths === 0) {
    const victim = postgres(db.url, { max: 1, onnotice: () => undefined });
    const [backend] = await victim`select pg_backend_pid() as pid`;
    const dying = victim`select private.fold_counters(5000), pg_sleep(60)`.execute();
    const died = dying.then(() => "lived", () => "died");
    await until(() => sleeps(db, backend?.pid), "a fold has folded");
    await db.sql`select pg_terminate_backend(${backend?.pid})`;
    assert.equal(await died, "died");
    deaths++;
    await victim.end({ timeout: 1 });
    await db.sql`select private.fold_counters(50)`;
  }
  return deaths;
}

Deno.test("[PO-13] folds that are killed in the middle lose no count and make none up", async () => {
  await using crowd = await openCrowd(30);
  const { db, people, post } = crowd;
  let done = false;
  const deaths = foldAndDie(db, () => done);
  for (let round = 0; round < 6; round++) {
    await Promise.all(people.map((person) => crowd.as(person, like(post, KINDS[round]))));
    assert.equal((await countOf(db, post))["reactions"], people.length, `round ${round}`);
  }
  done = true;
  assert.ok(await deaths > 0, "some have died");
  await fold(db);
  assert.deepEqual(await countOf(db, post), {
    "reaction:angry": people.length,
    reactions: people.length,
  });
  assert.deepEqual(await findDrift(db), []);
});

async function plantDrift(crowd: Crowd, room: string): Promise<number> {
  const [first, second] = crowd.people;
  const planted = [
    [crowd.post, "reaction:like", 7],
    [crowd.post, "reaction:wow", -3],
    [crowd.post, "comments", 2],
    [crowd.post, "shares", -1],
    [crowd.poll, "vote:0", 4],
    [crowd.poll, "vote:1", -2],
    [first?.id, "followers", 5],
    [second?.id, "posts", -4],
    [room, "members", 1],
  ];
  for (const [subject, kind, delta] of planted) {
    await crowd.db.sql`select private.add_count(${String(subject)}, ${String(kind)}, ${
      Number(delta)
    })`;
  }
  await crowd.db.sql`select private.fold_counters()`;
  return planted.length;
}

Deno.test("[B17] planted drift is found and repaired while people write, and nothing else is touched", async () => {
  await using crowd = await openCrowd(24);
  const { db, people, author, post, poll } = crowd;
  const [room] = await db.sql<{ id: string }[]>`
    insert into rooms (name, kind) values ('r', 'channel') returning id`;
  assert.ok(room);
  const planted = await plantDrift(crowd, room.id);
  let done = false;
  const writers = people.map(async (person, n) => {
    for (let step = 0; !done || step < 3; step++) {
      const kind = KINDS[(n + step) % KINDS.length];
      await crowd.as(person, step % 3 === 2 ? unlike(person, post) : like(post, kind));
      if (step === 0) {
        await crowd.as(
          person,
          (sql) =>
            sql`insert into private.poll_votes (post_id, options)
            values (${poll}, ${n % 2 === 0 ? [0, 1] : [1]})`,
        );
      }
      if (step % 3 === 0) {
        await crowd.as(
          person,
          (sql) => sql`insert into public.posts (body, parent_id) values ('c', ${post})`,
        );
        await crowd.as(
          person,
          (sql) =>
            sql`insert into public.follows (followee_id) values (${author.id})
            on conflict do nothing`,
        );
      }
    }
  });
  const found: number[] = [];
  for (let round = 0; round < 40; round++) {
    const [batch] = await db.sql`select * from private.reconcile_counters(10)`;
    if (batch === undefined) break;
    found.push(batch.drifted);
    await db.sql`select private.fold_counters(20)`;
  }
  done = true;
  await Promise.all(writers);

  const drift = await db.sql`
    select kind, found - expected as off from private.counter_drift order by kind, off`;
  assert.deepEqual(drift.map(({ kind, off }) => `${kind} ${off}`), [
    "comments 2",
    "followers 5",
    "members 1",
    "posts -4",
    "reaction:like 7",
    "reaction:wow -3",
    "shares -1",
    "vote:0 4",
    "vote:1 -2",
  ]);
  assert.equal(found.reduce((sum, n) => sum + n, 0), planted);
  assert.deepEqual(await findDrift(db), []);
  const checks = await db.sql`select source, checked::int, drifted::int from private.counter_checks
    where finished_at is not null and position is null order by source`;
  assert.deepEqual(checks.map(({ source }) => source), ["gone", "posts", "profiles", "rooms"]);
  assert.ok(checks.find(({ source }) => source === "profiles")?.["checked"] >= 25);
});

Deno.test("[B17] checking is done on a schedule, in batches, and forgets counts of what is gone", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const kept = (await app.as(ada).post("/posts", { body: "kept" })).body.id;
  const gone = (await app.as(ada).post("/posts", { body: "gone" })).body.id;
  for (const id of [kept, gone]) await app.as(grace).put(`/posts/${id}/reaction`, { kind: "wow" });
  await app.as(grace).post(`/posts/${kept}/share`);
  await app.db.sql`insert into private.account_states (profile_id, deactivated_at)
    values (${grace.id}, now())`;
  await app.as(ada).delete(`/posts/${gone}`);
  await app.db.sql`select private.add_count(${kept}, 'views', 5)`;
  await foldCounters.run(app.deps);

  const response = await createJobs(app.deps).request("/jobs/tasks/reconcile_counters", {
    method: "POST",
    headers: { "upstash-signature": "forged" },
  });
  assert.equal(response.status, 401);
  await reconcileCounters.run(app.deps);

  const drift = await app.db.sql`select * from private.counter_drift`;
  assert.deepEqual([...drift], [], "hidden people are no drift");
  const counters = await app.db.sql`
    select kind, value::int from private.counters where subject_id = ${gone}
    union all
    select kind, value::int from private.counters where subject_id = ${kept} and kind = 'views'`;
  assert.deepEqual(counters.map((row) => ({ ...row })), [{ kind: "views", value: 5 }]);
  const before = await app.db.sql`select * from private.counter_checks order by source`;
  await reconcileCounters.run(app.deps);
  const after = await app.db.sql`select * from private.counter_checks order by source`;
  assert.deepEqual([...after], [...before], "not again before half a day has passed");
});
