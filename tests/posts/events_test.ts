/** @module What posts tell others: live events, outbox events, and media and rooms they touch. */
import assert from "node:assert/strict";
import { openApp, type TestApp } from "../support/app.ts";

interface Live {
  topic: string;
  event: string;
  // deno-lint-ignore no-explicit-any
  payload: any;
}

function liveEvents(app: TestApp) {
  return app.db.sql<Live[]>`
    select topic, event, payload from realtime.messages
    where topic like 'post:%' order by inserted_at`;
}

async function outboxTopics(app: TestApp): Promise<string[]> {
  const rows = await app.db.sql<{ topic: string }[]>`
    select topic from private.outbox where topic like 'content.%' order by created_at, id`;
  return rows.map(({ topic }) => topic);
}

Deno.test("posts: live events say what anyone in the audience may see", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const { body: post } = await app.as(ada).post("/posts", { body: "root" });
  const topic = `post:${post.id}`;
  const { body: comment } = await app.as(grace).post(`/posts/${post.id}/comment`, {
    body: "first",
  });
  const { body: nested } = await app.as(ada).post(`/posts/${comment.id}/comment`, {
    body: "nested",
  });
  await app.as(grace).post(`/posts/${post.id}/like`);
  await app.as(grace).put(`/posts/${post.id}/reaction`, { kind: "wow" });
  await app.as(ada).patch(`/posts/${post.id}`, { body: "root, changed" });
  const events = await liveEvents(app);
  const seen = events.map((event) =>
    `${event.topic === topic ? "root" : "comment"} ${event.event}`
  );
  assert.deepEqual(seen.sort(), [
    "comment comment.created",
    "root comment.created",
    "root comment.created",
    "root post.updated",
    "root reaction.changed",
    "root reaction.changed",
  ]);
  for (const { payload } of events) {
    assert.ok(payload.event_id && payload.sent_at);
    assert.equal(payload.post?.viewer, undefined);
  }
  const created = events.find(({ event, topic: at }) =>
    event === "comment.created" && at === `post:${comment.id}`
  );
  assert.equal(created?.payload.post.id, nested.id);
  const reacted = events.findLast(({ event }) => event === "reaction.changed");
  assert.deepEqual(reacted?.payload.reactions, [{ kind: "wow", count: 1 }]);
  assert.equal(reacted?.payload.post_id, post.id);
  assert.deepEqual(await outboxTopics(app), [
    "content.created",
    "content.created",
    "content.commented",
    "content.created",
    "content.commented",
    "content.liked",
    "content.liked",
    "content.updated",
  ]);
});

Deno.test("posts: what some of the audience may not see stays out of live events", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const { body: quoted } = await app.as(grace).post("/posts", { body: "quoted" });
  const { body: post } = await app.as(ada).post("/posts", { body: "see", quoted_id: quoted.id });
  assert.equal(post.quoted.body, "quoted");
  await app.db.sql`update profiles set is_private = true where id = ${grace.id}`;
  const said = await app.as(grace).post(`/posts/${post.id}/comment`, { body: "for my followers" });
  await app.as(ada).patch(`/posts/${post.id}`, { body: "see this" });
  const events = await liveEvents(app);
  assert.deepEqual(events.map(({ event }) => event), ["comment.created", "post.updated"]);
  assert.deepEqual(events[0]?.payload.post, { id: said.body.id });
  assert.equal(events[1]?.payload.post.quoted, null);
  assert.equal((await app.as(ada).get(`/posts/${post.id}`)).body.quoted, null);
  const again = await app.as(ada).post("/posts", { body: "x", quoted_id: quoted.id });
  assert.equal(again.status, 404);
});

Deno.test("posts: a post in a room is for its members, who alone write there", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
  ];
  const [room] = await app.db.sql<{ id: string }[]>`
    insert into rooms (name, kind) values ('engines', 'channel') returning id`;
  assert.ok(room);
  await app.db.sql`insert into room_members (room_id, profile_id)
    values (${room.id}, ${ada.id}), (${room.id}, ${grace.id})`;
  const made = await app.as(ada).post("/posts", { body: "for the room", room_id: room.id });
  assert.equal(made.status, 201, made.text);
  assert.equal(made.body.visibility, "room");
  const { id } = made.body;
  assert.equal((await app.as(grace).get(`/posts/${id}`)).status, 200);
  assert.equal((await app.as(linus).get(`/posts/${id}`)).status, 404);
  assert.equal((await app.anonymous.get(`/posts/${id}`)).status, 404);
  const list = await app.as(grace).get(`/posts?room_id=${room.id}`);
  assert.equal(list.body.items.length, 1);
  assert.equal((await app.as(linus).get(`/posts?room_id=${room.id}`)).body.items.length, 0);
  const outside = await app.as(linus).post("/posts", { body: "me too", room_id: room.id });
  assert.equal(outside.status, 404);
});

Deno.test("posts: only files of one's own are attached", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const missing = await app.as(ada).post("/posts", {
    body: "look",
    media_ids: [crypto.randomUUID()],
  });
  assert.equal(missing.status, 422, missing.text);
  assert.equal(missing.body.errors[0].path, "media_ids");
  assert.equal((await app.as(ada).get("/posts")).body.items.length, 0);
});

Deno.test("posts: an edit is screened as a new post is", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const { body: post } = await app.as(ada).post("/posts", { body: "fine" });
  const [before] = await app.db.sql`select screened_at from posts where id = ${post.id}`;
  assert.ok(before?.screened_at);
  const held = await app.as(ada).patch(`/posts/${post.id}`, { body: "you wetbacks" });
  assert.equal(held.status, 200, held.text);
  assert.equal(held.body.status, "held");
  assert.equal((await app.as(grace).get(`/posts/${post.id}`)).status, 404);
  const [count] = await app.db.sql`select private.count_of(${ada.id}, 'posts')::int as n`;
  assert.equal(count?.n, 0);
});
