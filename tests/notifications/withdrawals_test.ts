/** @module What was told and is no longer so: taken back, removed, hidden, or read elsewhere. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { actAs, follow, insertPost, sentTo, signUpAll, textsOf } from "./support.ts";

async function open() {
  const app = await openApp();
  const [ada, bob, eve] = await signUpAll(app, "ada", "bob", "eve");
  assert.ok(ada && bob && eve);
  return { app, ada, bob, eve };
}

/** What a person is shown, by every way in, and what is counted: they must agree. */
async function shown(app: TestApp, person: TestPerson): Promise<string[]> {
  await app.runJobs();
  const texts = await textsOf(app, person);
  const { unread_count } = (await app.as(person).get("/notifications/count")).body;
  const unread = (await app.as(person).get("/notifications?unread=true")).body.items.length;
  const rows = await actAs(app, person, (sql) => sql`select id from public.notifications`);
  assert.deepEqual([unread_count, rows.length], [unread, texts.length], "every way in agrees");
  return texts;
}

Deno.test("[XE-01] [NO-15] withdrawn: likes and shares taken back name nobody, given again ring nobody", async () => {
  const { app, ada, bob, eve } = await open();
  await using _ = app;
  const post = await insertPost(app, ada, "hello");
  const react = (person: TestPerson, kind: string) =>
    app.as(person).put(`/posts/${post}/reaction`, { kind });
  await react(bob, "like");
  await app.runJobs();
  await react(eve, "like");
  await app.runLaterJobs();
  assert.deepEqual(await shown(app, ada), ["eve and bob liked your post"]);

  await react(eve, "love");
  assert.deepEqual(await shown(app, ada), ["eve reacted to your post", "bob liked your post"]);
  await app.as(eve).delete(`/posts/${post}/reaction`);
  assert.deepEqual(await shown(app, ada), ["bob liked your post"]);
  await app.as(bob).delete(`/posts/${post}/reaction`);
  assert.deepEqual(await shown(app, ada), []);
  const badges = await sentTo(app, ada, "notification.read");
  assert.deepEqual(badges.map(({ payload }) => payload.unread_count), [1, 0]);

  const rung = (await sentTo(app, ada, "notification.created")).length;
  await react(bob, "like");
  assert.deepEqual(await shown(app, ada), ["bob liked your post"]);
  assert.equal((await sentTo(app, ada, "notification.created")).length, rung);

  await app.as(eve).post(`/posts/${post}/share`);
  assert.ok((await shown(app, ada)).includes("eve shared your post"));
  await app.as(eve).delete(`/posts/${post}/share`);
  assert.deepEqual(await shown(app, ada), ["bob liked your post"]);
});

Deno.test("[NO-15] withdrawn: a like taken back before its job ran is not told, the next one rings", async () => {
  const { app, ada, bob, eve } = await open();
  await using _ = app;
  const post = await insertPost(app, ada, "hello");
  await app.runJobs();
  await app.as(bob).post(`/posts/${post}/like`);
  await app.as(bob).delete(`/posts/${post}/like`);
  await app.runJobs();
  const stored = await app.db.sql`select from public.notifications`;
  assert.equal(stored.length, 0);

  // Stored but not yet delivered when it is taken back.
  await app.as(bob).post(`/posts/${post}/like`);
  await app.deps.db.asService(
    "as a job does",
    (sql) => sql`select private.notify_of_reaction(${post}, ${bob.id})`,
  );
  await app.as(bob).delete(`/posts/${post}/like`);
  await app.runJobs();
  assert.equal((await sentTo(app, ada, "notification.created")).length, 0);
  await app.as(eve).post(`/posts/${post}/like`);
  assert.deepEqual(await shown(app, ada), ["eve liked your post"]);
  const sent = await sentTo(app, ada, "notification.created");
  assert.deepEqual(sent.map(({ payload }) => (payload.notification as { text: string }).text), [
    "eve liked your post",
  ]);
});

Deno.test("[NO-01] [NO-16] withdrawn: follows, requests and invites that are no more", async () => {
  const { app, ada, bob, eve } = await open();
  await using _ = app;
  await follow(app, bob, ada);
  assert.deepEqual(await shown(app, ada), ["bob followed you"]);
  assert.equal((await app.as(bob).delete(`/users/${ada.id}/follow`)).status, 204);
  assert.deepEqual(await shown(app, ada), []);
  await follow(app, bob, ada);
  assert.deepEqual(await shown(app, ada), ["bob followed you"]);
  assert.equal((await sentTo(app, ada, "notification.created")).length, 1, "told once");

  await app.db.sql`update public.profiles set is_private = true where id = ${eve.id}`;
  await follow(app, ada, eve);
  await follow(app, bob, eve);
  assert.equal((await shown(app, eve)).length, 2);
  await app.as(ada).delete(`/users/${eve.id}/follow`);
  await app.as(eve).post(`/follow-requests/${bob.id}/reject`);
  assert.deepEqual(await shown(app, eve), []);

  const room = (await app.as(bob).post("/rooms", { name: "Cellar", is_private: true })).body.id;
  const invite = (await app.as(bob).post(`/rooms/${room}/invites`, { user_ids: [ada.id] })).body;
  assert.deepEqual(await shown(app, ada), ["bob invited you to a room", "bob followed you"]);
  await app.as(bob).delete(`/invites/${invite.id}`);
  assert.deepEqual(await shown(app, ada), ["bob followed you"]);
});

Deno.test("[NO-19] [UX-11] subjects: what is deleted, removed or out of sight is neither listed nor counted", async () => {
  const { app, ada, bob, eve } = await open();
  await using _ = app;
  await app.grantRole(eve, "moderator");
  await app.as(ada).post(`/users/${bob.id}/follow`);
  await app.runJobs();
  const room = (await app.as(bob).post("/rooms", { name: "Lounge" })).body.id;
  await app.as(ada).post(`/rooms/${room}/join`);
  const say = async () =>
    (await app.as(bob).post(`/rooms/${room}/messages`, { body: "hey @ada" })).body.id as string;
  const told = ["bob mentioned you in a message"];

  const deleted = await say();
  assert.deepEqual(await shown(app, ada), told);
  await app.as(bob).delete(`/rooms/${room}/messages/${deleted}`);
  assert.deepEqual(await shown(app, ada), []);
  await say();
  assert.deepEqual(await shown(app, ada), told);
  await app.as(ada).post(`/rooms/${room}/leave`);
  assert.deepEqual(await shown(app, ada), []);

  const post = await insertPost(app, bob, "for @ada", { visibility: "followers" });
  assert.deepEqual(await shown(app, ada), ["bob mentioned you in a post"]);
  await app.as(ada).delete(`/users/${bob.id}/follow`);
  assert.deepEqual(await shown(app, ada), []);
  await app.as(ada).post(`/users/${bob.id}/follow`);
  const { case_id } = (await app.as(ada).post(`/posts/${post}/report`, { reason: "spam" })).body;
  const decide = (action: string) =>
    app.as(eve).post(`/moderation/cases/${case_id}/decision`, { action, reason: "spam" });
  await decide("remove");
  assert.deepEqual(await shown(app, ada), ["Your report was decided"]);
  await decide("restore");
  assert.ok((await shown(app, ada)).includes("bob mentioned you in a post"));
});

Deno.test("[NO-15] subjects: what goes between storing and delivering is not sent to sockets", async () => {
  const { app, ada, bob, eve } = await open();
  await using _ = app;
  const post = await insertPost(app, bob, "hi @ada");
  const told = await insertPost(app, eve, "hi @ada");
  for (const [id, author] of [[post, bob.id], [told, eve.id]] as const) {
    await app.deps.db.asService(
      "as a job does",
      (sql) => sql`select private.notify_of_post(${id}, ${author})`,
    );
  }
  await app.as(ada).post(`/users/${eve.id}/block`);
  await app.db.sql`update public.posts set status = 'held' where id = ${post}`;
  await app.runJobs();
  assert.equal((await sentTo(app, ada, "notification.created")).length, 0);
});

Deno.test("[NO-16] [NO-17] reading a conversation or a thread settles what told of it", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  await app.as(ada).post(`/users/${bob.id}/follow`);
  const dm = (await app.as(bob).post("/dms", { user_ids: [ada.id] })).body.id;
  const ids: string[] = [];
  for (const body of ["one", "two", "three"]) {
    ids.push((await app.as(bob).post(`/rooms/${dm}/messages`, { body })).body.id);
  }
  const answers = await app.as(ada).post(`/rooms/${dm}/messages`, { body: "root" });
  assert.equal((await shown(app, ada)).length, 3);
  await app.as(ada).post(`/rooms/${dm}/read`, { message_id: ids[1] });
  await app.runJobs();
  const { body } = await app.as(ada).get("/notifications?unread=true");
  assert.deepEqual(body.items.map(({ subject }: { subject: { id: string } }) => subject.id), [
    ids[2],
  ]);
  const [badge] = await sentTo(app, ada, "notification.read");
  assert.equal((badge?.payload.ids as string[]).length, 2);
  assert.equal(badge?.payload.unread_count, 1);

  const room = (await app.as(bob).post("/rooms", { name: "Lounge" })).body.id;
  await app.as(ada).post(`/rooms/${room}/join`);
  const root = (await app.as(ada).post(`/rooms/${room}/messages`, { body: "root" })).body.id;
  const reply = await app.as(bob).post(`/rooms/${room}/messages/${root}/replies`, { body: "yes" });
  assert.ok((await shown(app, ada)).includes("bob replied to you"));
  await app.as(ada).post(`/messages/${reply.body.id}/read`);
  await app.runJobs();
  const left = (await app.as(ada).get("/notifications?unread=true")).body.items;
  assert.deepEqual(left.map(({ type }: { type: string }) => type), ["message"]);
  assert.equal(answers.status, 201);
});
