/** @module Services speak to each other by the queue: in place of a broker of one's own. */
import assert from "node:assert/strict";
import { sendConsumer, webhooksConsumer } from "../../shared/integrations/mod.ts";
import { deliverConsumer, notificationsConsumer } from "../../shared/notifications/mod.ts";
import { makeEndpoint, startReceiver, verify } from "../integrations/support.ts";
import { until } from "../support/until.ts";
import { makeRoom } from "../rooms/support.ts";
import { openWorld } from "./fault_support.ts";

Deno.test("[JO-09] what one service does reaches the others by the queue alone: signed, each its own, in order, once, also those that were away", async () => {
  await using outside = startReceiver();
  await using world = await openWorld({
    consumers: [notificationsConsumer, deliverConsumer, webhooksConsumer, sendConsumer],
  });
  const { app, qstash } = world;
  const [ada, bob] = [await app.signUp("sv_ada"), await app.signUp("sv_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  await world.settle();
  const hook = await makeEndpoint(app, ada, outside, {
    room_id: room.id,
    events: ["message.created"],
  });
  const effects = async () => {
    const [row] = await app.db.sql`select count(*)::int as told from public.notifications
      where recipient_id = ${bob.id} and type = 'mention'`;
    return { told: row?.told, heard: outside.calls.length };
  };

  // The service that does the work is away: the API answers all the same, the queue keeps.
  const before = qstash.endpoint.calls.length;
  qstash.endpoint.respond = () => new Response("away", { status: 503 });
  const said = ["one @sv_bob", "two @sv_bob", "three @sv_bob"];
  for (const body of said) {
    const answer = await app.as(ada).post(`/rooms/${room.id}/messages`, { body });
    assert.equal(answer.status, 201, answer.text);
  }
  await world.relay.drain();
  const jobsOf = (consumer: string) =>
    qstash.endpoint.calls.slice(before).filter(({ path }) => path.endsWith(`/${consumer}`));
  await until(() => jobsOf("notifications").length >= 3, "the queue has tried");
  assert.deepEqual(await effects(), { told: 0, heard: 0 });
  const [kept] = await qstash.sql`select count(*)::int as count from qstash.messages`;
  assert.ok(kept?.count >= 6, "each of two services has a message of its own for each event");

  // A message is worth nothing without the queue's signature, or for another address.
  const [call] = jobsOf("notifications");
  assert.ok(call);
  const headers = new Headers(call.headers);
  headers.delete("upstash-signature");
  assert.equal((await world.receive({ ...call, headers })).status, 401);
  const elsewhere = call.path.replace("notifications", "webhooks");
  assert.equal((await world.receive({ ...call, path: elsewhere })).status, 401);
  assert.deepEqual(await effects(), { told: 0, heard: 0 });

  qstash.endpoint.respond = (again) => world.receive(again);
  await world.settle();
  assert.deepEqual(await effects(), { told: 3, heard: 3 });
  assert.deepEqual(outside.calls.map(({ event }) => event.data.body), said);
  verify(hook.secret, outside.calls[0]);
  // What comes once more has no effect.
  const repeated = await world.receive(qstash.endpoint.calls.at(-1) ?? call);
  assert.ok(repeated.status < 500);
  assert.deepEqual(await effects(), { told: 3, heard: 3 });
});
