/** @module From events to notifications to sockets: who is told, and how often. */
import assert from "node:assert/strict";
import { notificationsConsumer } from "../../shared/notifications/mod.ts";
import type { OutboxEvent } from "../../shared/outbox/mod.ts";
import { runConsumer } from "../../shared/outbox/deliveries.ts";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { actAs, follow, insertPost, sentTo, signUpAll, textsOf } from "./support.ts";

async function open(): Promise<
  { app: TestApp; ada: TestPerson; bob: TestPerson; eve: TestPerson }
> {
  const app = await openApp();
  const [ada, bob, eve] = await signUpAll(app, "ada", "bob", "eve");
  assert.ok(ada && bob && eve);
  return { app, ada, bob, eve };
}

Deno.test("[TE-05] [NO-05] a like is stored as pending, queued, and delivered once", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  const post = await insertPost(app, ada, "hello");
  await app.runJobs();

  const id = await app.deps.db.asService("as a job does", async (sql) => {
    const [row] = await sql<{ id: string }[]>`
      select private.create_notification(${ada.id}, 'like', ${bob.id}, 'post', ${post}, ${post})
        as id`;
    return row?.id ?? "";
  });
  const [before] = await app.db.sql`
    select status, delivered_at from public.notifications where id = ${id}`;
  const [job] = await app.db.sql`
    select topic from private.outbox where subject_id = ${id} and published_at is null`;
  await app.runJobs();
  const [after] = await app.db.sql`
    select status, delivered_at is not null as delivered from public.notifications
    where id = ${id}`;
  await app.db.sql`select private.take_delivery(${id})`;

  assert.deepEqual({ ...before }, { status: "pending", delivered_at: null });
  assert.equal(job?.topic, "notification.created");
  assert.deepEqual({ ...after }, { status: "delivered", delivered: true });
  const sent = await sentTo(app, ada, "notification.created");
  assert.equal(sent.length, 1, "delivered twice, sent once");
  const { notification, event_id, sent_at } = sent[0]?.payload ?? {};
  assert.ok(event_id && sent_at);
  const { body } = await app.as(ada).get("/notifications");
  assert.deepEqual(body.items, [notification]);
  assert.equal(body.items[0].text, "bob liked your post");
});

Deno.test("[NO-01] follows, likes, comments, replies and mentions are told", async () => {
  const { app, ada, bob, eve } = await open();
  await using _ = app;
  const post = await insertPost(app, ada, "hello @eve and @ada");
  const comment = await insertPost(app, bob, "a comment for @ada and @eve", { parent: post });
  await insertPost(app, eve, "a reply", { parent: comment });
  await follow(app, bob, ada);
  await app.as(bob).post(`/posts/${post}/like`);
  await app.as(eve).put(`/posts/${post}/reaction`, { kind: "love" });

  await app.runJobs();

  assert.deepEqual((await textsOf(app, ada)).sort(), [
    "bob commented on your post",
    "bob followed you",
    "bob liked your post",
    "eve commented on your post",
    "eve reacted to your post",
  ]);
  assert.deepEqual(await textsOf(app, bob), ["eve replied to you"]);
  assert.deepEqual((await textsOf(app, eve)).sort(), [
    "ada mentioned you in a post",
    "bob mentioned you in a post",
  ]);
});

Deno.test("[NO-01] follow requests and their approval are told, once each", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  await app.db.sql`update public.profiles set is_private = true where id = ${ada.id}`;

  await follow(app, bob, ada);
  await app.runJobs();
  await actAs(app, ada, (sql) => sql`select private.answer_follow_request(${bob.id}, true)`);
  await app.runJobs();

  assert.deepEqual(await textsOf(app, ada), ["bob asked to follow you"]);
  assert.deepEqual(await textsOf(app, bob), ["ada accepted your follow request"]);
});

Deno.test("[NO-01] messages: the other side of a direct room, elsewhere who is named", async () => {
  const { app, ada, bob, eve } = await open();
  await using _ = app;
  await app.db.sql`
    insert into public.follows (follower_id, followee_id) values (${bob.id}, ${ada.id})`;
  const [direct, group] = await actAs(app, ada, async (sql) => {
    const [one] = await sql<{ id: string }[]>`select private.open_direct_room(${bob.id}) as id`;
    const [two] = await sql<{ id: string }[]>`
      select private.open_group(${[bob.id, eve.id]}::uuid[]) as id`;
    return [one?.id, two?.id];
  });
  assert.ok(direct && group);
  await actAs(app, ada, async (sql) => {
    await sql`insert into public.messages (room_id, body) values (${direct}, 'psst')`;
    await sql`insert into public.messages (room_id, body) values (${group}, 'hi @eve')`;
  });

  await app.runJobs();

  assert.deepEqual(await textsOf(app, bob), ["ada sent you a message"]);
  assert.deepEqual(await textsOf(app, eve), ["ada mentioned you in a message"]);
  assert.deepEqual(await textsOf(app, ada), ["bob followed you"]);
  const { body } = await app.as(eve).get("/notifications/count");
  assert.deepEqual(body.rooms.map(({ room_id }: { room_id: string }) => room_id), [group]);
  assert.equal(body.rooms[0].unread_count, 1);
});

Deno.test("[NO-05] nobody is told by blocked or muted people, or of what is hidden", async () => {
  const { app, ada, bob, eve } = await open();
  await using _ = app;
  const post = await insertPost(app, ada, "hello");
  await actAs(app, ada, (sql) => sql`insert into public.mutes (muted_id) values (${bob.id})`);
  await app.as(bob).post(`/posts/${post}/like`);
  await app.as(ada).post(`/posts/${post}/like`);
  await app.as(eve).post(`/posts/${post}/like`);
  await actAs(app, ada, (sql) => sql`insert into public.blocks (blocked_id) values (${eve.id})`);
  await insertPost(app, ada, "for followers only, @bob", { visibility: "followers" });

  await app.runJobs();

  const rows = await app.db.sql`select type from public.notifications`;
  assert.deepEqual([...rows], []);
});

Deno.test("[NO-15] the same event, or the same act again, is told once", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  const post = await insertPost(app, ada, "hello");
  for (let n = 0; n < 3; n++) {
    await app.as(bob).post(`/posts/${post}/like`);
    await app.as(bob).delete(`/posts/${post}/like`);
  }
  await app.as(bob).post(`/posts/${post}/like`);
  await app.runJobs();
  const events = await app.db.sql<OutboxEvent[]>`
    select id, topic, subject_id, actor_id, payload, traceparent, created_at::text
    from private.outbox where topic = 'content.liked'`;

  for (const event of events) {
    assert.equal(await runConsumer(app.deps, notificationsConsumer, event), "duplicate");
    // Under another id, as a replay after the books were swept would be.
    await runConsumer(app.deps, notificationsConsumer, { ...event, id: crypto.randomUUID() });
  }
  await app.runJobs();

  assert.ok(events.length > 0);
  assert.deepEqual(await textsOf(app, ada), ["bob liked your post"]);
  assert.equal((await sentTo(app, ada, "notification.created")).length, 1);
});
