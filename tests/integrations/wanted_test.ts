/** @module An event costs the queue something only where a webhook asks for it. */
import assert from "node:assert/strict";
import { createRelay } from "../../shared/outbox/relay.ts";
import { CONSUMERS } from "../../shared/jobs.ts";
import { makeRoom } from "../rooms/support.ts";
import { openApp } from "../support/app.ts";
import { logOf, makeEndpoint, startReceiver } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

const relay = createRelay(app.deps, CONSUMERS);

/** What a write costs: the queue's messages on webhooks, and all of them. */
async function costOf(work: () => Promise<unknown>): Promise<{ webhooks: number; all: number }> {
  await app.runJobs();
  await work();
  await relay.drain();
  const paths = app.queue.jobs.map(({ path }) => path);
  await app.runJobs();
  return { webhooks: paths.filter((path) => path.includes("webhook")).length, all: paths.length };
}

Deno.test("[IN-02] [JO-09] an event costs a message for webhooks only when an active one asks for it there", async () => {
  await using receiver = startReceiver();
  const [ada, admin] = [await app.signUp("ww_ada"), await app.signUp("ww_admin")];
  await app.grantRole(admin, "admin");
  const [room, other] = [await makeRoom(app, ada), await makeRoom(app, ada)];
  const post = () => app.as(ada).post("/posts", { body: "to nobody's webhook" });
  const comment = async () =>
    await app.as(ada).post(`/posts/${(await post()).body.id}/comment`, { body: "indeed" });
  const say = (where: { id: string }) =>
    app.as(ada).post(`/rooms/${where.id}/messages`, { body: "hi" });
  const inRoom = () =>
    app.as(ada).post("/posts", { body: "here", room_id: room.id, visibility: "room" });

  const bare = { post: await costOf(post), say: await costOf(() => say(room)) };
  assert.deepEqual([bare.post.webhooks, bare.say.webhooks, (await costOf(comment)).webhooks], [
    0,
    0,
    0,
  ]);
  const hook = await makeEndpoint(app, ada, receiver, {
    room_id: room.id,
    events: ["message.created", "content.created"],
  });
  // One puts it in line; the run that sends it is another, which many events share.
  assert.equal((await costOf(() => say(room))).webhooks, 1);
  assert.equal((await costOf(() => say(other))).webhooks, 0, "of another room");
  assert.equal((await costOf(inRoom)).webhooks, 1);
  assert.deepEqual(await costOf(post), bare.post, "of no room");
  assert.equal((await logOf(app, ada, hook)).length, 2);
  await app.as(ada).patch(`/webhooks/${hook.id}`, { status: "disabled" });
  assert.equal((await costOf(() => say(room))).webhooks, 0, "turned off");

  const wide = await makeEndpoint(app, admin, receiver, { events: ["content.created"] });
  assert.deepEqual(await costOf(post), { webhooks: 1, all: bare.post.all + 1 });
  assert.equal((await costOf(() => say(room))).webhooks, 0, "of another type");
  await app.as(admin).patch(`/webhooks/${wide.id}`, { events: ["*"] });
  assert.equal((await costOf(() => say(room))).webhooks, 1);
  await app.as(admin).delete(`/webhooks/${wide.id}`);
  assert.deepEqual(await costOf(post), bare.post);
});

Deno.test("[IN-02] more events at once than one run takes along lose none", async () => {
  await using receiver = startReceiver();
  const ada = await app.signUp("ww_many");
  const room = await makeRoom(app, ada);
  const hook = await makeEndpoint(app, ada, receiver, {
    room_id: room.id,
    events: ["message.created"],
  });
  const said = (await app.as(ada).post(`/rooms/${room.id}/messages`, { body: "x" })).body;
  await app.runJobs();
  await app.db.sql`insert into private.outbox (topic, subject_id, actor_id, payload, published_at)
    select 'message.created', ${said.id}, ${ada.id}, ${app.db.sql.json({ room_id: room.id })},
      now() from generate_series(1, 1100)`;
  const [last] = await app.db.sql`select id from private.outbox
    where topic = 'message.created' order by created_at desc, id desc limit 1`;
  await app.db.sql`select private.enqueue_deliveries(${last?.id})`;
  const [there] = await app.db.sql`select count(*)::int as count,
      count(*) filter (where event_id = ${last?.id})::int as last
    from private.webhook_deliveries where endpoint_id = ${hook.id}`;
  assert.deepEqual({ ...there }, { count: 1_001, last: 1 });
});
