/** @module What concerns many is told in batches, each person once, whatever dies between. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { insertPost, signUpAll } from "./support.ts";

const PEOPLE = 7;

async function open() {
  const app = await openApp();
  const ada = await app.signUp("ada");
  const fans = await signUpAll(app, ...Array.from({ length: PEOPLE }, (_, n) => `fan${n}`));
  return { app, ada, fans };
}

/** Who was told of something, by handle, each as often as they were. */
async function told(app: TestApp, type: string): Promise<string[]> {
  const rows = await app.db.sql<{ handle: string }[]>`
    select p.handle from public.notifications n join public.profiles p on p.id = n.recipient_id
    where n.type = ${type} order by p.handle`;
  return rows.map(({ handle }) => handle);
}

async function nextBatch(app: TestApp): Promise<{ kind: string; after: string } | undefined> {
  const [row] = await app.db.sql`select payload from private.outbox
    where topic = 'notification.telling' order by created_at desc limit 1`;
  return row?.payload;
}

function handles(people: readonly TestPerson[]): string[] {
  return people.map(({ handle }) => handle).toSorted();
}

Deno.test("[NO-06] [NO-21] rounds: a call to a large room, a batch at a time, to those who let it", async () => {
  const { app, ada, fans } = await open();
  await using _ = app;
  const room = (await app.as(ada).post("/rooms", { name: "Hall" })).body.id;
  await Promise.all(fans.map((fan) => app.as(fan).post(`/rooms/${room}/join`)));
  const [muting, closed, banned, ...rest] = fans;
  assert.ok(muting && closed && banned);
  await app.as(muting).post(`/users/${ada.id}/mute`);
  await app.as(closed).patch("/users/me/settings", { privacy: { who_can_mention: "nobody" } });
  await app.as(ada).post(`/rooms/${room}/bans/${banned.id}`);
  const message = (await app.as(ada).post(`/rooms/${room}/messages`, { body: "hey @room" })).body;

  const sizes: number[] = [];
  let after: string | null = null;
  do {
    const [row]: { n: number }[] = await app.db.sql`
      select private.notify_of_message(${message.id}, ${ada.id}, ${after}, 3) as n`;
    sizes.push(row?.n ?? 0);
    after = row?.n === 3 ? (await nextBatch(app))?.after ?? null : null;
  } while (after !== null && sizes.length < PEOPLE);
  assert.deepEqual(sizes, [3, 3, 2], "everybody in the room is looked at once");
  assert.deepEqual(await told(app, "mention"), handles(rest));
  // The event's own job, and what the batches above have called, find everybody told.
  await app.runJobs();
  assert.deepEqual(await told(app, "mention"), handles(rest));
});

Deno.test("[NO-06] rounds: voters of a poll and reporters of a post go on where the job before ended", async () => {
  const { app, ada, fans } = await open();
  await using _ = app;
  const poll = { options: ["a", "b"], closes_at: new Date(Date.now() + 3_600_000).toISOString() };
  const post = (await app.as(ada).post("/posts", { body: "which?", poll })).body.id;
  const mod = await app.signUp("mod");
  await app.grantRole(mod, "moderator");
  for (const fan of fans) {
    await app.as(fan).post(`/posts/${post}/vote`, { options: [0] });
    await app.as(fan).post(`/posts/${post}/report`, { reason: "spam" });
  }
  await app.runJobs();
  await app.db.sql`select private.notify_of_poll(${post}, null, 4)`;
  assert.equal((await told(app, "poll_closed")).length, 5);
  await app.runJobs();
  assert.deepEqual(await told(app, "poll_closed"), handles([ada, ...fans]));

  const [report] = await app.db.sql`select case_id from public.reports limit 1`;
  const decision = crypto.randomUUID();
  await app.db.sql`
    select private.notify_of_decision(${report?.case_id}, 'warn', ${decision}, null, 4)`;
  assert.equal((await told(app, "report_decided")).length, 4);
  await app.runJobs();
  assert.deepEqual(await told(app, "report_decided"), handles(fans));
  assert.deepEqual(await told(app, "moderation_notice"), ["ada"]);
});

Deno.test("[NO-06] [B13] rounds: a post to many is told in bounded steps, others come between, a kill doubles nothing", async () => {
  await using app = await openApp();
  const [ada, bob] = await signUpAll(app, "ada", "bob");
  assert.ok(ada && bob);
  const followers = 2_100;
  await app.db.sql.begin(async (sql) => {
    // A crowd without all that comes with signing up: nobody asks it anything.
    await sql`set local session_replication_role = 'replica'`;
    await sql`create temp table crowd on commit drop as
      select n, gen_random_uuid() as id from generate_series(1, ${followers}) n`;
    await sql`insert into auth.users (id, email) select id, 'crowd' || n from crowd`;
    await sql`insert into public.profiles (id, handle, display_name)
      select id, 'crowd' || n, 'c' from crowd`;
    await sql`insert into auth.sessions (id, user_id, created_at)
      select gen_random_uuid(), id, now() from crowd`;
    await sql`insert into public.follows (follower_id, followee_id)
      select id, ${ada.id} from crowd`;
    await sql`insert into private.block_sides (profile_id, other_id, is_blocker)
      select id, ${ada.id}, true from crowd where n in (1, 2050)`;
    await sql`insert into public.mutes (muter_id, muted_id)
      select id, ${ada.id} from crowd where n = 3`;
  });
  await app.runJobs();
  const post = await insertPost(app, ada, "to many");
  const told = async () => {
    const [row] = await app.db.sql`select count(*)::int as n, count(distinct topic)::int as people
      from realtime.messages where event = 'post.available' and payload ->> 'post_id' = ${post}`;
    return [row?.n, row?.people];
  };
  const first = app.deps.db.asService("as a job that is killed", async (sql) => {
    await sql`select private.tell_feeds(${post}, ${ada.id}, null, 1000)`;
    throw new Error("killed");
  });
  await assert.rejects(first, /killed/);
  assert.deepEqual(await told(), [0, 0], "nothing of a batch that died");

  const own = await insertPost(app, bob, "mine");
  await app.as(ada).post(`/posts/${own}/like`);
  await app.runJobs();
  assert.deepEqual(await told(), [followers - 3, followers - 3], "each once, but for three");
  const [order] = await app.db.sql`
    select (select max(finished_at) from private.job_runs r
        join private.outbox o on o.id = r.event_id
        where r.consumer = 'feed' and o.topic = 'feed.available') >
      (select finished_at from private.job_runs r
        join private.outbox o on o.id = r.event_id
        where r.consumer = 'notifications' and o.topic = 'content.liked') as between`;
  assert.ok(order?.between, "a like was told before the last batch");
  const [batches] = await app.db.sql`
    select count(*)::int as n from private.outbox where topic = 'feed.available'`;
  assert.equal(batches?.n, 2, "three batches of at most a thousand");
});
