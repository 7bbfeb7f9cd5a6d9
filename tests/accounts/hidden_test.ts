/** @module Banned, deactivated and leaving accounts are nowhere to be seen, nor in any count. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { attempt, makeRoom } from "../rooms/support.ts";

type Hiding = "banned_at" | "deactivated_at" | "deletion_due_at";

interface World {
  readonly app: TestApp;
  readonly ada: TestPerson;
  readonly bob: TestPerson;
  readonly room: { readonly id: string };
  readonly adasPost: string;
  readonly bobsPost: string;
  readonly adasComment: string;
}

/** Ada leaves a trace everywhere that bob can look. */
async function openWorld() {
  const app = await openApp();
  const [ada, bob] = [await app.signUp("ada_zz"), await app.signUp("bob")];
  const [asAda, asBob] = [app.as(ada), app.as(bob)];
  await asAda.post("/users/bob/follow");
  await asBob.post("/users/ada_zz/follow");
  const adasPost = (await asAda.post("/posts", { body: "hello zebra" })).body.id;
  const bobsPost = (await asBob.post("/posts", { body: "see @ada_zz" })).body.id;
  const comment = await asAda.post(`/posts/${bobsPost}/comment`, { body: "a comment" });
  await asBob.post(`/posts/${comment.body.id}/comment`, { body: "an answer" });
  await asAda.post(`/posts/${bobsPost}/like`);
  await asBob.post("/posts", { body: "quoting", quoted_id: adasPost });
  const room = await makeRoom(app, bob, { members: [ada] });
  await asAda.post(`/rooms/${room.id}/messages`, { body: "hello room" });
  await asBob.post(`/rooms/${room.id}/messages`, {
    body: "dear @ada_zz",
    shared_post_id: adasPost,
  });
  await app.runJobs();
  return {
    app,
    ada,
    bob,
    room,
    adasPost,
    bobsPost,
    adasComment: comment.body.id,
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

/** Rows of a table that somebody sees. */
async function rows(world: World, statement: string): Promise<number> {
  const found = await attempt(world.app, world.bob, statement);
  return typeof found === "string" ? -1 : found.length;
}

async function mayListen(world: World): Promise<boolean> {
  const found = await attempt(
    world.app,
    world.bob,
    `select exists (select from public.posts p
      where p.id = private.topic_uuid('post:${world.adasPost}', 'post')) as may`,
  );
  return typeof found !== "string" && found[0]?.may === true;
}

/** What bob sees of people and counts, by surface. */
async function look(world: World): Promise<Record<string, unknown>> {
  const { app, ada, bob, room } = world;
  const me = app.as(bob);
  // deno-lint-ignore no-explicit-any
  const items = async (path: string) => (await me.get(path)).body.items as any[];
  const post = (await me.get(`/posts/${world.bobsPost}`)).body;
  const authors = async (path: string) =>
    (await items(path)).map((item) => (item.post ?? item).author.handle).sort();
  const history = (await items(`/rooms/${room.id}/messages`)).filter(({ kind }) => kind !== "bot");
  return {
    profile: (await me.get("/users/ada_zz")).status,
    profileAsAnybody: (await app.anonymous.get("/users/ada_zz")).status,
    post: (await me.get(`/posts/${world.adasPost}`)).status,
    postAsAnybody: (await app.anonymous.get(`/posts/${world.adasPost}`)).status,
    comment: (await me.get(`/posts/${world.adasComment}`)).status,
    comments: (await items(`/posts/${world.bobsPost}/comments`)).length,
    counts: [post.counts.comments, post.counts.reactions, post.reactions.length],
    mentions: post.mentions.length,
    posts: await authors("/posts"),
    feed: (await authors("/feed")).includes("ada_zz"),
    following: (await authors("/feed/following")).includes("ada_zz"),
    quoted: (await items(`/posts?author=${bob.id}`)).filter(({ quoted }) => quoted !== null).length,
    followers: (await items("/users/bob/followers")).length,
    followees: (await items("/users/bob/following")).length,
    friends: (await items("/users/bob/friends")).length,
    own: (await me.get("/users/me")).body.counts,
    members: (await items(`/rooms/${room.id}/members`)).length,
    memberCount: (await me.get(`/rooms/${room.id}`)).body.member_count,
    messages: history.map(({ author }) => author.handle),
    messageMentions: history.flatMap(({ mentions }) => mentions).length,
    shared: history.map(({ shared_post }) => shared_post !== null),
    unread: (await me.get(`/rooms/${room.id}`)).body.viewer.unread_count,
    notifications: (await items("/notifications")).length,
    unreadNotifications: (await me.get("/notifications/count")).body.unread_count,
    people: (await items("/search?q=ada_zz&type=users")).length,
    words: (await items("/search?q=zebra&type=posts")).length,
    tables: [
      await rows(world, `select from public.profiles where id = '${ada.id}'`),
      await rows(world, `select from public.posts where author_id = '${ada.id}'`),
      await rows(world, `select from public.post_reactions where profile_id = '${ada.id}'`),
      await rows(world, `select from public.post_mentions where profile_id = '${ada.id}'`),
      await rows(world, `select from public.messages where author_id = '${ada.id}'`),
      await rows(world, `select from public.message_mentions where profile_id = '${ada.id}'`),
      await rows(world, `select from public.room_members where profile_id = '${ada.id}'`),
      await rows(world, `select from public.notifications where actor_id = '${ada.id}'`),
    ],
    topic: await mayListen(world),
  };
}

const GONE = {
  profile: 404,
  profileAsAnybody: 404,
  post: 404,
  postAsAnybody: 404,
  comment: 404,
  comments: 0,
  // The answer below the comment is bob's own.
  counts: [1, 0, 0],
  mentions: 0,
  posts: ["bob", "bob"],
  feed: false,
  following: false,
  quoted: 0,
  followers: 0,
  followees: 0,
  friends: 0,
  own: { followers: 0, following: 0, posts: 2 },
  members: 1,
  memberCount: 1,
  messages: ["bob"],
  messageMentions: 0,
  shared: [false],
  unread: 0,
  notifications: 0,
  unreadNotifications: 0,
  people: 0,
  words: 0,
  tables: [0, 0, 0, 0, 0, 0, 0, 0],
  topic: false,
};

for (const column of ["banned_at", "deactivated_at", "deletion_due_at"] satisfies Hiding[]) {
  Deno.test(`[XA-05] [XA-02] hidden by ${column}: nowhere to be seen, and all back again`, async () => {
    await using world = await openWorld();
    const { app, ada } = world;
    const before = await look(world);
    assert.deepEqual([before.profile, before.post, before.words, before.people], [200, 200, 1, 1]);
    assert.deepEqual([before.counts, before.unread, before.members], [[2, 1, 1], 1, 2]);
    assert.ok(
      (before.tables as number[]).every((count) => count > 0),
      "there is something to hide",
    );
    await app.db.sql`
      insert into private.account_states (profile_id, ${app.db.sql(column)})
      values (${ada.id}, now() + interval '1 day')`;
    assert.deepEqual(await look(world), GONE);
    const wants = [
      await app.as(world.bob).post("/users/ada_zz/follow"),
      await app.as(world.bob).post("/dms", { user_ids: [ada.id] }),
      await app.as(world.bob).post(`/posts/${world.adasPost}/like`),
      await app.as(world.bob).get("/users/ada_zz/followers"),
    ];
    assert.deepEqual(wants.map(({ status }) => status), [404, 404, 404, 404]);
    await app.db.sql`delete from private.account_states`;
    assert.deepEqual(await look(world), before);
  });
}

Deno.test("[XA-05] hidden accounts: counts stay exact through changes while hidden", async () => {
  await using world = await openWorld();
  const { app, ada, bob } = world;
  await app.db.sql`
    insert into private.account_states (profile_id, banned_at) values (${ada.id}, now())`;
  await app.db.sql`delete from public.follows where followee_id = ${ada.id}`;
  await app.db.sql`delete from public.post_reactions where profile_id = ${ada.id}`;
  await app.db.sql`update public.posts set status = 'removed' where id = ${world.adasComment}`;
  await app.db.sql`delete from private.account_states`;
  const me = (await app.as(bob).get("/users/me")).body.counts;
  const post = (await app.as(bob).get(`/posts/${world.bobsPost}`)).body.counts;
  assert.deepEqual([me.followers, me.following], [1, 0]);
  assert.deepEqual([post.reactions, post.comments], [0, 1]);
  // Deleted for good, hidden or not, nothing of them is counted.
  await app.db.sql`
    insert into private.account_states (profile_id, banned_at) values (${ada.id}, now())`;
  await app.db.sql`delete from auth.users where id = ${ada.id}`;
  assert.equal((await app.as(bob).get("/users/me")).body.counts.followers, 0);
  assert.equal((await app.as(bob).get(`/rooms/${world.room.id}`)).body.member_count, 1);
});

Deno.test("[XA-05] hidden accounts: following and being hidden at once leaves the count exact", async () => {
  await using world = await openWorld();
  const { app, ada, bob } = world;
  for (let round = 0; round < 10; round++) {
    await app.db.sql`delete from private.account_states`;
    await app.db.sql`
      insert into public.follows (follower_id, followee_id) values (${ada.id}, ${bob.id})
      on conflict do nothing`;
    await Promise.all([
      app.db.sql`delete from public.follows where follower_id = ${ada.id}`,
      app.db.sql`
        insert into private.account_states (profile_id, banned_at) values (${ada.id}, now())`,
    ]);
    const [row] = await app.db.sql<{ count: string }[]>`
      select private.count_of(${bob.id}, 'followers') as count`;
    assert.equal(Number(row?.count), 0, `round ${round}`);
  }
});
