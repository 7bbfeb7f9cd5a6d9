/** @module No seats, messages, history or pushes are counted off: what bounds there are. */
import assert from "node:assert/strict";
import { TASKS } from "../../shared/jobs.ts";
import {
  makeBrowser,
  makeVapidKeys,
  startPushService,
  withPush,
} from "../notifications/push_service.ts";
import { openApp, type TestApp } from "../support/app.ts";
import { makeRoom } from "./support.ts";

const app = await openApp({
  env: {
    ...makeVapidKeys(),
    RATE_LIMITS: '{"write":"9000/60","post":"9000/60"}',
    NEW_ACCOUNT_LIMIT_FACTOR: "1000",
  },
  deps: withPush,
});
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

/**
 * Functions that compare a count with a bound. A new one stands here only when it is none of: how
 * many people there are or sit in a room, what is said and kept, and how often somebody is rung.
 */
const REVIEWED: Readonly<Record<string, string>> = {
  add_feed: "feeds that post into a room",
  add_reminder: "reminders of a person that wait",
  announce_unread: "up to which size each member is told a count; larger rooms ask for it",
  audience_members_check: "people of a list for posts",
  audiences_check: "lists of a person",
  create_archive_import: "imports at work for a person",
  create_bot: "bots of a person",
  create_bot_token: "tokens of a bot",
  create_endpoint: "outgoing webhooks of a room",
  create_invite: "open links of a room, each for any number of people",
  create_webhook: "incoming webhooks of a room",
  enqueue_deliveries: "what waits for a webhook that fails",
  hashtag_follows_before_insert: "hashtags that a person follows",
  highlight_story: "stories that a person keeps on show",
  scheduled_messages_check: "messages of a person that wait for their time",
  stories_before_insert: "stories of a person within a day",
};
/** More than plans that are counted off allow, and no more than a test may take. */
const [PEOPLE, MESSAGES, RINGS] = [600, 1_200, 30];
const BOUND = /count\(\*\)[^;]*?(?:>=?|\+ 1 >)\s*(?:c_\w+|\d{2,})/;

/** Makes many people at once. */
async function makePeople(of: TestApp, count: number): Promise<string[]> {
  const rows = await of.db.sql<{ id: string }[]>`
    insert into auth.users (id, instance_id, aud, role, email, email_confirmed_at,
      raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
    select gen_random_uuid(), gen_random_uuid(), 'authenticated', 'authenticated',
      'crowd' || n || '@townsquare.test', now(), '{"provider":"email"}',
      jsonb_build_object('handle', 'crowd' || n, 'display_name', 'Crowd ' || n), now(), now()
    from generate_series(1, ${count}::int) n returning id`;
  return rows.map(({ id }) => id);
}

Deno.test("[XF-02] no function ends the number of people, messages or pushes; those that count are reviewed", async () => {
  const functions = await app.db.sql<{ name: string; source: string }[]>`
    select p.proname as name, p.prosrc as source from pg_proc p
    where p.pronamespace in ('private'::regnamespace, 'public'::regnamespace)`;
  const bounded = functions.filter(({ source }) => BOUND.test(source)).map(({ name }) => name);
  assert.ok(bounded.length > 5, "the pattern finds what it should");
  assert.deepEqual(bounded.filter((name) => REVIEWED[name] === undefined), []);

  const checks = await app.db.sql<{ name: string }[]>`
    select c.conname as name from pg_constraint c join pg_class t on t.oid = c.conrelid
    where c.contype = 'c' and t.relname in ('rooms', 'room_members', 'messages', 'posts',
        'push_subscriptions', 'notifications', 'profiles', 'follows')
      and pg_get_constraintdef(c.oid) ~ '\\m(member_count|last_seq|seq|followers)\\M[^)]*<'`;
  assert.deepEqual(checks.map(({ name }) => name), []);
  // What the environment may set is how fast, never how much.
  for (const [name, { seconds }] of Object.entries(app.deps.config.rateLimits)) {
    assert.ok(seconds <= 86_400, `${name} is counted off for longer than a day`);
  }
  const named = Object.keys(app.deps.config.env).filter((name) =>
    /SEAT|LICEN|QUOTA|PLAN/.test(name)
  );
  assert.deepEqual(named, []);
});

Deno.test("[XF-02] a room takes whoever comes, and its first word is read after years of upkeep", async () => {
  const ada = await app.signUp("nc_ada");
  const room = await makeRoom(app, ada);
  const people = await makePeople(app, PEOPLE);
  await app.db.sql`insert into public.room_members (room_id, profile_id)
    select ${room.id}, p from unnest(${people}::uuid[]) p`;
  const late = await app.signUp("nc_late");
  assert.equal((await app.as(late).post(`/rooms/${room.id}/join`)).status, 200);
  assert.equal((await app.as(late).get(`/rooms/${room.id}`)).body.member_count, PEOPLE + 2);

  await app.db.sql.begin(async (sql) => {
    await sql`select set_config('townsquare.bulk', 'on', true)`;
    await sql`insert into public.messages (room_id, author_id, body, created_at)
      select ${room.id}, ${ada.id}, 'word ' || n, now() - interval '9 years' + n * interval '1 day'
      from generate_series(1, ${MESSAGES}::int) n`;
  });
  const count = async () =>
    (await app.db.sql`select count(*)::int as n from public.messages where room_id = ${room.id}
      and body like 'word %'`)[0]?.n;
  assert.equal(await count(), MESSAGES);
  await app.db.sql`delete from private.outbox`;
  for (const { name } of TASKS) {
    if (!/backup|verify|ledger/.test(name)) await app.runTask(name);
  }
  assert.equal(await count(), MESSAGES, "nothing is forgotten unless the room says so");
  const { body: first } = await app.as(late).get(`/rooms/${room.id}/messages?after=0&limit=5`);
  assert.ok(first.items.some((item: { body: string }) => item.body === "word 1"));
  const found = first.items.find((item: { body: string }) => item.body === "word 1");
  const { body: around } = await app.as(late)
    .get(`/rooms/${room.id}/messages?around=${found.seq + MESSAGES - 10}&limit=20`);
  assert.ok(around.items.some((item: { body: string }) => item.body === `word ${MESSAGES - 10}`));
});

Deno.test("[XF-02] everybody who asked is rung each time, the last as the first", async () => {
  await using service = startPushService();
  const [ada, bob] = [await app.signUp("nc_rung"), await app.signUp("nc_caller")];
  const { subscription } = makeBrowser(`${service.origin}/one`);
  assert.equal(
    (await app.as(ada).post("/notifications/push-subscriptions", subscription)).status,
    201,
  );
  for (let n = 0; n < RINGS; n++) {
    const said = await app.as(bob).post("/posts", { body: `@nc_rung ${n}` });
    assert.equal(said.status, 201, said.text);
  }
  await app.runJobs();
  assert.equal(service.rings.length, RINGS);
});
