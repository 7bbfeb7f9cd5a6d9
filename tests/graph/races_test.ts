/** @module The graph under many hands at once: real connections, every order, exact counts. */
import assert from "node:assert/strict";
import postgres, { type Sql, type TransactionSql } from "postgres";
import { signUp, type TestPerson } from "../support/app.ts";
import { openDatabase, type TestDatabase } from "../support/database.ts";

const CONNECTIONS = 12;
const STEPS_OF_EACH = 60;
/** What a person may be told when somebody else was faster. Deadlocks are not among it. */
const EXPECTED_REFUSALS = new Set(["PT404", "PT409"]);

/** Waits in a transaction until it is told to go on. */
interface Held {
  readonly ended: Promise<unknown>;
  release(): void;
}

async function openWorld(size: number) {
  const db = await openDatabase({ template: "product" });
  const pool = postgres(db.url, { max: CONNECTIONS, onnotice: () => undefined });
  const people: TestPerson[] = [];
  for (let n = 0; n < size; n++) people.push(await signUp(db, `person_${n}`));

  function as<T>(person: TestPerson, work: (sql: TransactionSql) => Promise<T>) {
    return pool.begin(async (sql) => {
      const claims = { role: "authenticated", sub: person.id, session_id: person.sessionId };
      await sql`select private.begin_request(${JSON.stringify(claims)}::text::jsonb)`;
      return await work(sql);
    });
  }

  /** Does the work and keeps the transaction open. */
  async function hold(person: TestPerson, work: (sql: TransactionSql) => Promise<unknown>) {
    const done = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const ended = as(person, async (sql) => {
      await work(sql);
      done.resolve();
      await go.promise;
    });
    await Promise.race([done.promise, ended]);
    return { ended, release: () => go.resolve() } satisfies Held;
  }

  async function close() {
    await pool.end();
    await db[Symbol.asyncDispose]();
  }
  return { db, people, as, hold, [Symbol.asyncDispose]: close };
}

type World = Awaited<ReturnType<typeof openWorld>>;
type Work = (sql: TransactionSql) => Promise<unknown>;

function follow(other: TestPerson): Work {
  return (sql) =>
    sql`insert into public.follows (followee_id) values (${other.id}) on conflict do nothing`;
}
function unfollow(me: TestPerson, other: TestPerson): Work {
  return (sql) =>
    sql`delete from public.follows where follower_id = ${me.id} and followee_id = ${other.id}`;
}
function withdraw(me: TestPerson, other: TestPerson): Work {
  return (sql) =>
    sql`delete from public.follow_requests
      where requester_id = ${me.id} and target_id = ${other.id}`;
}
function block(other: TestPerson): Work {
  return (sql) =>
    sql`insert into public.blocks (blocked_id) values (${other.id}) on conflict do nothing`;
}
function unblock(me: TestPerson, other: TestPerson): Work {
  return (sql) =>
    sql`delete from public.blocks where blocker_id = ${me.id} and blocked_id = ${other.id}`;
}
function answer(other: TestPerson, accept: boolean): Work {
  return (sql) => sql`select private.answer_follow_request(${other.id}, ${accept})`;
}
function setPrivate(me: TestPerson, isPrivate: boolean): Work {
  return (sql) => sql`update public.profiles set is_private = ${isPrivate} where id = ${me.id}`;
}
function enlist(me: TestPerson, other: TestPerson): Work {
  return (sql) =>
    sql`insert into private.audience_members (audience_id, profile_id)
    select a.id, ${other.id} from private.audiences a where a.owner_id = ${me.id}
    on conflict do nothing`;
}

/** Everything that may never be, as rows. */
async function findFaults(sql: Sql) {
  return await sql`
    select 'blocked and followed' as fault, f.follower_id as one, f.followee_id as other
    from follows f where private.is_blocked_between(f.follower_id, f.followee_id)
    union all
    select 'blocked and asked', r.requester_id, r.target_id
    from follow_requests r where private.is_blocked_between(r.requester_id, r.target_id)
    union all
    select 'blocked and on a list', a.owner_id, m.profile_id
    from private.audience_members m join private.audiences a on a.id = m.audience_id
    where private.is_blocked_between(a.owner_id, m.profile_id)
    union all
    select 'asks a public account', r.requester_id, r.target_id from follow_requests r
    where not exists (select from private.private_accounts p where p.profile_id = r.target_id)
    union all
    select 'asks whom they follow', r.requester_id, r.target_id from follow_requests r
    join follows f on f.follower_id = r.requester_id and f.followee_id = r.target_id
    union all
    select 'private in one table only', p.id, p.id from profiles p
    where p.is_private <> exists (select from private.private_accounts a where a.profile_id = p.id)
    union all
    select 'followers miscounted', p.id, p.id from profiles p
    where private.count_of(p.id, 'followers')
      <> (select count(*) from follows f where f.followee_id = p.id)
    union all
    select 'following miscounted', p.id, p.id from profiles p
    where private.count_of(p.id, 'following')
      <> (select count(*) from follows f where f.follower_id = p.id)`;
}

async function assertSound(db: TestDatabase): Promise<void> {
  assert.deepEqual([...await findFaults(db.sql)], []);
  await db.sql`select private.fold_counters()`;
  assert.deepEqual([...await findFaults(db.sql)], [], "after folding");
}

/** True once somebody waits for a lock. */
async function untilWaiting(db: TestDatabase): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const [row] = await db.sql`
      select count(*)::int as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    if (row?.n > 0) return;
    await db.sql`select pg_sleep(0.01)`;
  }
  assert.fail("nobody waited: the two do not exclude each other");
}

/** The second begins while the first is written and not committed; it has to wait for it. */
async function inTurn(world: World, first: [TestPerson, Work], second: [TestPerson, Work]) {
  const held = await world.hold(...first);
  const later = world.as(...second).then(() => "done", (error) => String(error.code));
  // Whoever fails here must not leave a transaction open.
  await untilWaiting(world.db).finally(() => held.release());
  await held.ended;
  return await later;
}

Deno.test("[GR-01] [GR-07] races: of a follow and a block only the block is left, in either order", async () => {
  await using world = await openWorld(2);
  const { db, people: [ada, grace] } = world;
  assert.ok(ada && grace);

  const blockLater = await inTurn(world, [ada, follow(grace)], [grace, block(ada)]);
  await assertSound(db);
  const [{ blocked }] = await db.sql`select count(*)::int as blocked from blocks` as unknown as [
    { blocked: number },
  ];
  await world.as(grace, unblock(grace, ada));
  const followLater = await inTurn(world, [grace, block(ada)], [ada, follow(grace)]);
  await assertSound(db);
  await world.as(grace, unblock(grace, ada));
  const backLater = await inTurn(world, [ada, block(grace)], [ada, follow(grace)]);

  assert.equal(blockLater, "done");
  assert.equal(blocked, 1);
  assert.equal(followLater, "PT404");
  assert.equal(backLater, "PT404");
  await assertSound(db);
});

Deno.test("[GR-06] [XA-01] races: a request is granted, blocked or opened, never two of them", async () => {
  await using world = await openWorld(3);
  const { db, people: [ada, grace, linus] } = world;
  assert.ok(ada && grace && linus);
  await world.as(ada, setPrivate(ada, true));
  for (const person of [grace, linus]) await world.as(person, follow(ada));

  const blockLater = await inTurn(world, [ada, answer(grace, true)], [grace, block(ada)]);
  await assertSound(db);
  const acceptLater = await inTurn(world, [linus, block(ada)], [ada, answer(linus, true)]);
  await assertSound(db);
  await world.as(grace, unblock(grace, ada));
  const askLater = await inTurn(world, [ada, setPrivate(ada, false)], [grace, follow(ada)]);
  await assertSound(db);
  await world.as(ada, setPrivate(ada, true));
  await world.as(grace, unfollow(grace, ada));
  const openLater = await inTurn(world, [grace, follow(ada)], [ada, setPrivate(ada, false)]);
  await assertSound(db);

  assert.deepEqual([blockLater, acceptLater, askLater, openLater], [
    "done",
    "done",
    "done",
    "done",
  ]);
  const left = await db.sql`select follower_id from follows where followee_id = ${ada.id}`;
  assert.deepEqual(left.map((row) => row.follower_id), [grace.id], "who asked just before is in");
});

Deno.test("[XA-01] races: nobody is put on the list of somebody who is blocking them", async () => {
  await using world = await openWorld(2);
  const { db, people: [ada, grace] } = world;
  assert.ok(ada && grace);
  await world.as(ada, (sql) => sql`insert into private.audiences (name) values ('circle')`);

  const blockLater = await inTurn(world, [ada, enlist(ada, grace)], [grace, block(ada)]);
  await assertSound(db);
  await world.as(grace, unblock(grace, ada));
  const enlistLater = await inTurn(world, [grace, block(ada)], [ada, enlist(ada, grace)]);
  await assertSound(db);

  assert.deepEqual([blockLater, enlistLater], ["done", "PT404"]);
});

Deno.test("[GR-01] [GR-02] [GR-10] races: twelve of the same follow are one, and end once", async () => {
  await using world = await openWorld(CONNECTIONS + 1);
  const { db, people: [star, ...fans] } = world;
  assert.ok(star && fans[0]);
  const one = fans[0];

  await Promise.all(fans.map(() => world.as(one, follow(star))));
  const [single] = await db.sql`select private.count_of(${star.id}, 'followers')::int as n`;
  await Promise.all(fans.map((fan) => world.as(fan, follow(star))));
  const [all] = await db.sql`select private.count_of(${star.id}, 'followers')::int as n`;
  await Promise.all(fans.map(() => world.as(one, unfollow(one, star))));
  const [less] = await db.sql`select private.count_of(${star.id}, 'followers')::int as n`;

  assert.deepEqual([single?.n, all?.n, less?.n], [1, CONNECTIONS, CONNECTIONS - 1]);
  await assertSound(db);
});

/** A small generator of numbers below 1 (mulberry32): the same seed, the same numbers. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One thing that a random person does to another. */
function randomStep(people: readonly TestPerson[], random: () => number): [TestPerson, Work] {
  const pick = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)] as T;
  const me = pick(people);
  const other = pick(people.filter((person) => person !== me));
  const works = [
    follow(other),
    follow(other),
    follow(other),
    unfollow(me, other),
    unfollow(other, me),
    withdraw(me, other),
    block(other),
    unblock(me, other),
    unblock(me, other),
    answer(other, true),
    answer(other, true),
    answer(other, false),
    enlist(me, other),
    setPrivate(me, true),
    setPrivate(me, false),
  ];
  return [me, pick(works)];
}

Deno.test("[GR-10] races: whatever many do at once, counts and edges are true afterwards", async () => {
  const seed = Number(Deno.env.get("GRAPH_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);
  await using world = await openWorld(6);
  for (const person of world.people) {
    await world.as(person, (sql) => sql`insert into private.audiences (name) values ('circle')`);
  }
  const surprises: string[] = [];

  async function work(worker: number): Promise<void> {
    const random = randomFrom(seed + worker);
    for (let step = 0; step < STEPS_OF_EACH; step++) {
      await world.as(...randomStep(world.people, random)).catch((error) => {
        if (!EXPECTED_REFUSALS.has(error.code)) surprises.push(`${error.code} ${error.message}`);
      });
    }
  }

  await Promise.all(Array.from({ length: CONNECTIONS }, (_, worker) => work(worker)));

  assert.deepEqual(surprises, [], `GRAPH_SEED=${seed}`);
  const faults = [...await findFaults(world.db.sql)];
  assert.deepEqual(faults, [], `GRAPH_SEED=${seed}`);
  await assertSound(world.db);
  const [done] = await world.db.sql`
    select (select count(*) from private.outbox where topic = 'user.followed')::int as follows,
      (select count(*) from private.outbox where topic = 'user.blocked')::int as blocks,
      (select count(*) from private.outbox where topic = 'user.follow_accepted')::int as accepted`;
  assert.ok(done?.follows > 0 && done?.blocks > 0 && done?.accepted > 0, "it was not idle");
});
