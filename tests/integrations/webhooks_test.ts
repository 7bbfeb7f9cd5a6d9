/** @module Outgoing webhooks: what is told, to whom, in which order and how it is signed. */
import assert from "node:assert/strict";
import { sendWaiting } from "../../shared/integrations/jobs.ts";
import { CONSUMERS } from "../../shared/jobs.ts";
import { runConsumer } from "../../shared/outbox/deliveries.ts";
import { OutboxEvent } from "../../shared/outbox/event.ts";
import { makeRoom } from "../rooms/support.ts";
import { openApp } from "../support/app.ts";
import { type HeardCall, logOf, makeEndpoint, passTime, startReceiver, verify } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

function bodiesOf(calls: readonly HeardCall[]): string[] {
  return calls.map(({ event }) => event.data.body);
}

Deno.test("[IN-02] [XF-01] the owner of a room has its messages told, signed, in order, as CloudEvents", async () => {
  await using receiver = startReceiver();
  const [ada, bob] = [await app.signUp("wh1_ada"), await app.signUp("wh1_bob")];
  const room = await makeRoom(app, ada, { members: [bob], isPrivate: true });
  const other = await makeRoom(app, ada, { members: [bob] });
  await app.runJobs();
  const hook = await makeEndpoint(app, ada, receiver, {
    room_id: room.id,
    events: ["message.created"],
  });
  assert.match(hook.secret, /^whsec_/);
  const said = ["one", "two", "three"];
  for (const body of said) await app.as(bob).post(`/rooms/${room.id}/messages`, { body });
  await app.as(bob).post(`/rooms/${other.id}/messages`, { body: "elsewhere" });
  await app.runJobs();

  assert.deepEqual(bodiesOf(receiver.calls), said);
  const [first] = receiver.calls;
  verify(hook.secret, first);
  assert.throws(() => verify(`whsec_${btoa("x".repeat(32))}`, first));
  assert.ok(first);
  assert.equal(first.headers["content-type"], "application/cloudevents+json");
  assert.equal(first.event.id, first.headers["webhook-id"]);
  assert.deepEqual(
    [first.event.specversion, first.event.type, first.event.actor_id, first.event.data.room_id],
    ["1.0", "message.created", bob.id, room.id],
  );
  assert.equal(first.event.subject, first.event.data.message_id);
  assert.match(first.event.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

  const log = await logOf(app, ada, hook);
  assert.equal(log.length, 3);
  assert.deepEqual(
    [log[0].status, log[0].attempts, log[0].response],
    ["delivered", 1, { status: 200, body: "thanks" }],
  );
  assert.equal(JSON.parse(log[0].request.body).data.body, "three");
  assert.equal(JSON.stringify(log).includes(hook.secret), false);
});

Deno.test("[XF-01] events stand in line in the order in which they happened, whatever order jobs run in, and once", async () => {
  await using receiver = startReceiver();
  const ada = await app.signUp("wh2_ada");
  const room = await makeRoom(app, ada);
  const hook = await makeEndpoint(app, ada, receiver, {
    room_id: room.id,
    events: ["message.created"],
  });
  await app.as(ada).post(`/rooms/${room.id}/messages`, { body: "0" });
  await app.runJobs();
  const said = ["1", "2", "3", "4", "5"];
  for (const body of said) await app.as(ada).post(`/rooms/${room.id}/messages`, { body });
  const events = await app.db.sql`
    select id, topic, subject_id, actor_id, payload, traceparent, created_at::text
    from private.outbox where topic = 'webhook.wanted' and published_at is null order by id desc`;
  const consumer = CONSUMERS.find(({ name }) => name === "webhooks");
  assert.ok(consumer);
  // The newest first, each twice.
  for (const event of [...events, ...events]) {
    await runConsumer(app.deps, consumer, OutboxEvent.parse(event));
  }
  await Promise.all([1, 2, 3].map(() => sendWaiting(app.deps, hook.id)));
  await app.runJobs();
  assert.deepEqual(bodiesOf(receiver.calls), ["0", ...said]);
});

Deno.test("[IN-02] an admin's webhook is told of what everybody may know, and of nothing else", async () => {
  await using receiver = startReceiver();
  const admin = await app.signUp("wh3_admin");
  const [ada, bob, eve] = [
    await app.signUp("wh3_ada"),
    await app.signUp("wh3_bob"),
    await app.signUp("wh3_eve"),
  ];
  await app.grantRole(admin, "admin");
  const closing = await app.as(eve).patch("/users/me", { is_private: true });
  assert.equal(closing.status, 200, closing.text);
  await app.runJobs();
  await makeEndpoint(app, admin, receiver);

  const open = (await app.as(ada).post("/posts", { body: "for all" })).body;
  await app.as(ada).post("/posts", { body: "few", visibility: "followers" });
  await app.as(eve).post("/posts", { body: "of a private account" });
  await app.as(bob).post(`/posts/${open.id}/like`);
  await app.as(eve).post(`/posts/${open.id}/like`);
  await app.as(bob).post(`/posts/${open.id}/comment`, { body: "indeed" });
  await app.as(bob).post(`/users/${ada.id}/follow`);
  await app.as(ada).post(`/users/${eve.id}/block`);
  const closed = await makeRoom(app, ada, { members: [bob], isPrivate: true });
  await app.as(ada).post(`/rooms/${closed.id}/messages`, { body: "secret" });
  const channel = await makeRoom(app, ada, { members: [bob] });
  await app.as(bob).post(`/rooms/${channel.id}/messages`, { body: "in the open" });
  await app.as(bob).post("/reports", {
    subject: { type: "post", id: open.id },
    reason: "spam",
    note: "between us",
  });
  const newcomer = await app.signUp("wh3_new");
  await app.runJobs();

  const heard = receiver.calls.map(({ event }) => event);
  const of = (type: string) => heard.filter((event) => event.type === type);
  assert.deepEqual(of("content.created").map(({ actor_id }) => actor_id), [ada.id, bob.id]);
  assert.equal(of("content.created")[0].subject, open.id);
  // That a private account likes something is not for everybody.
  assert.deepEqual(of("content.liked").map(({ actor_id }) => actor_id), [bob.id, null]);
  assert.equal(of("content.commented").length, 1);
  assert.deepEqual(of("user.followed")[0].data, { follower_id: bob.id, followee_id: ada.id });
  const [block] = of("user.blocked");
  assert.deepEqual([block.actor_id, block.subject, block.data], [null, null, {}]);
  assert.deepEqual(of("room.created").map(({ subject }) => subject), [channel.id]);
  assert.deepEqual(of("message.created").map(({ data }) => data.room_id), [channel.id]);
  const [report] = of("report.created");
  assert.deepEqual([report.actor_id, report.data.subject_type], [null, "post"]);
  assert.equal(of("user.created")[0].data.user.handle, newcomer.handle);
  const all = receiver.calls.map(({ text }) => text).join("\n");
  for (const word of ["secret", "in the open", "between us", "few", eve.id, closed.id]) {
    assert.equal(all.includes(word), false, word);
  }
});

Deno.test("[IN-02] whoever stops being owner is told nothing more, not even what waits; erased people leave the log", async () => {
  await using receiver = startReceiver();
  const [ada, bob] = [await app.signUp("wh4_ada"), await app.signUp("wh4_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  await app.runJobs();
  const hook = await makeEndpoint(app, ada, receiver, { room_id: room.id });
  receiver.status = 500;
  await app.as(bob).post(`/rooms/${room.id}/messages`, { body: "waits" });
  await app.runJobs();
  assert.equal(receiver.calls.length, 1);
  receiver.status = 200;
  await app.db.sql`update public.room_members set role = 'admin'
    where room_id = ${room.id} and profile_id = ${ada.id}`;
  await app.as(bob).post(`/rooms/${room.id}/messages`, { body: "later" });
  await passTime(app, hook);
  assert.equal(receiver.calls.length, 1);
  assert.equal((await app.as(ada).get(`/webhooks/${hook.id}/deliveries`)).status, 404);
  await app.db.sql`delete from auth.users where id = ${bob.id}`;
  const left = await app.db.sql`
    select type, actor_id, body from private.webhook_deliveries where endpoint_id = ${hook.id}`;
  assert.deepEqual([...left], []);
});
