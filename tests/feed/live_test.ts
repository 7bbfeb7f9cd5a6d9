/** @module Followers learn of posts and shares while they look: those who may see, nobody else. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { follow, write } from "./support.ts";

/** Who was told of a post, by handle. */
async function toldOf(app: TestApp, post: string): Promise<string[]> {
  const rows = await app.db.sql<{ handle: string }[]>`
    select p.handle from realtime.messages m join profiles p on m.topic = 'feed:' || p.id
    where m.event = 'post.available' and m.payload ->> 'post_id' = ${post} order by 1`;
  return rows.map(({ handle }) => handle);
}

async function mayRead(app: TestApp, people: TestPerson[], post: string): Promise<string[]> {
  const seen = [];
  for (const person of people) {
    if ((await app.as(person).get(`/posts/${post}`)).status === 200) seen.push(person.handle);
  }
  return seen.sort();
}

Deno.test("[FE-16] live: a new post is told to the followers who see it, whatever its visibility", async () => {
  await using app = await openApp();
  const [ada, grace, linus, margaret, eve] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
    await app.signUp("margaret"),
    await app.signUp("eve"),
  ];
  const followers = [grace, linus, margaret];
  for (const person of followers) await follow(app, person, ada);
  const list = (await app.as(ada).post("/audiences", { name: "circle" })).body.id;
  await app.as(ada).put(`/audiences/${list}/members/${grace.id}`);
  for (
    const input of [
      { body: "open" },
      { body: "followers", visibility: "followers" },
      { body: "for @linus and @eve", visibility: "mentioned" },
      { body: "for a list", audience_id: list },
      { body: "later", draft: true },
    ]
  ) {
    const { id } = (await app.as(ada).post("/posts", input)).body;
    await app.runJobs();
    assert.deepEqual(await toldOf(app, id), await mayRead(app, followers, id), input.body);
  }
  const open = await write(app, ada, "by table");
  const answer = (await app.as(grace).post(`/posts/${open}/comment`, { body: "hi" })).body.id;
  await app.runJobs();
  assert.deepEqual(await toldOf(app, open), ["grace", "linus", "margaret"]);
  assert.deepEqual(await toldOf(app, answer), []);
  const [event] = await app.db.sql`select payload from realtime.messages
    where topic = ${`feed:${grace.id}`} order by inserted_at limit 1`;
  assert.equal(event?.payload.author_id, ada.id);
  assert.ok(event?.payload.event_id && event.payload.sent_at);
  const strangers = await app.db.sql`select from realtime.messages
    where topic in ${app.db.sql([`feed:${eve.id}`, `feed:${ada.id}`])}`;
  assert.equal(strangers.length, 0);
});

Deno.test("[FE-16] live: who mutes, hides or is not there is not told; shares are told as posts are", async () => {
  await using app = await openApp();
  const names = ["present", "muting", "hidden", "away"];
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const people = new Map<string, TestPerson>();
  for (const name of names) {
    const person = await app.signUp(name);
    people.set(name, person);
    await follow(app, person, ada);
  }
  const id = (name: string) => people.get(name)?.id ?? "";
  await app.db.sql`insert into mutes (muter_id, muted_id) values (${id("muting")}, ${ada.id})`;
  await app.db.sql`insert into private.account_states (profile_id, deactivated_at)
    values (${id("hidden")}, now())`;
  await app.db.sql`update auth.sessions set created_at = now() - interval '2 hours'
    where user_id = ${id("away")}`;
  const post = await write(app, ada, "news");
  const theirs = await write(app, grace, "passed on");
  const shared = await app.as(ada).post(`/posts/${theirs}/share`);
  assert.equal(shared.status, 200);
  await app.runJobs();
  assert.deepEqual([await toldOf(app, post), await toldOf(app, theirs)], [["present"], [
    "present",
  ]]);

  const present = people.get("present");
  assert.ok(present);
  await app.as(present).post(`/users/${grace.id}/block`);
  const blocked = await write(app, grace, "passed on too");
  await app.as(ada).post(`/posts/${blocked}/share`);
  await app.runJobs();
  assert.deepEqual(await toldOf(app, blocked), []);
});

Deno.test("[FE-16] [NO-06] live: many followers are told in batches, each once", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const handles: string[] = [];
  for (let n = 0; n < 7; n++) {
    const person = await app.signUp(`fan_${n}`);
    handles.push(person.handle);
    await follow(app, person, ada);
  }
  const post = await write(app, ada, "to many");
  const next = () =>
    app.db.sql`select payload ->> 'after' as after from private.outbox
      where topic = 'feed.available' order by created_at, id`;
  let [looked] = await app.db.sql`select private.tell_feeds(${post}, ${ada.id}, null, 3) as n`;
  const sizes = [looked?.n];
  for (let batch = 0; batch < (await next()).length && batch < 9; batch++) {
    const after = (await next())[batch]?.after;
    [looked] = await app.db.sql`select private.tell_feeds(${post}, ${ada.id}, ${after}, 3) as n`;
    sizes.push(looked?.n);
  }
  assert.deepEqual(sizes, [3, 3, 1]);
  assert.deepEqual(await toldOf(app, post), handles);
});
