/** @module Message requests: what strangers write first waits. */
import assert from "node:assert/strict";
import { openApp, type TestPerson } from "../support/app.ts";
import { attempt, heardOn } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

/** A stranger who writes to somebody, with all that the two of them can look at. */
async function openStage(prefix: string, strangers?: "allow" | "requests" | "drop") {
  const [ada, eve] = [await app.signUp(`${prefix}_ada`), await app.signUp(`${prefix}_eve`)];
  if (strangers !== undefined) {
    const set = await app.as(ada).patch("/notifications/preferences", { strangers });
    assert.deepEqual([set.status, set.body.strangers], [200, strangers]);
  }
  const { body: room } = await app.as(eve).post("/dms", { user_ids: [ada.id] });
  return { ada, eve, room };
}

async function say(person: TestPerson, roomId: string, body: string) {
  const sent = await app.as(person).post(`/rooms/${roomId}/messages`, { body });
  assert.equal(sent.status, 201, sent.text);
  return sent.body;
}

/** What of a conversation a person comes across without looking for it. */
async function lookAround(person: TestPerson) {
  await app.runJobs();
  const requests = await app.as(person).get("/message-requests");
  const count = await app.as(person).get("/notifications/count");
  const notices = await app.as(person).get("/notifications");
  return {
    rooms: (await app.as(person).get("/rooms")).body.items.length,
    requests: requests.body.items.map((item: { message: { body: string } }) => item.message.body),
    notices: notices.body.items.map((item: { type: string }) => item.type),
    unread: count.body.rooms.map((room: { unread_count: number }) => room.unread_count),
    mentions: (await app.as(person).get("/users/me/mentions")).body.items.length,
    told: (await heardOn(app, `user:${person.id}`)).map((heard) => heard.event),
  };
}

const NOTHING = { rooms: 0, requests: [], notices: [], unread: [], mentions: 0, told: [] };

Deno.test("[XA-03] requests: what a stranger writes first waits, and rings nowhere", async () => {
  const { ada, eve, room } = await openStage("req1");

  const empty = await lookAround(ada);
  await say(eve, room.id, "Hi @req1_ada");
  await say(eve, room.id, "Are you there?");
  const waiting = await lookAround(ada);
  const [request] = (await app.as(ada).get("/message-requests")).body.items;

  assert.deepEqual(empty, NOTHING);
  assert.deepEqual(waiting, { ...NOTHING, requests: ["Are you there?"] });
  assert.equal(request.id, room.id);
  assert.equal(request.from.handle, "req1_eve");
  assert.equal(request.room.viewer.unread_count, 2);
  assert.equal((await app.as(ada).get(`/rooms/${room.id}/messages`)).body.items.length, 2);
  assert.equal((await lookAround(eve)).rooms, 1);
});

Deno.test("[XA-03] requests: accepted, it is a conversation like any other", async () => {
  const { ada, eve, room } = await openStage("req2");
  const first = await say(eve, room.id, "Hello");
  assert.deepEqual((await lookAround(ada)).notices, []);

  const accepted = await app.as(ada).post(`/message-requests/${room.id}/accept`);
  const again = await app.as(ada).post(`/message-requests/${room.id}/accept`);
  await say(eve, room.id, "Thanks");
  const after = await lookAround(ada);

  assert.deepEqual([accepted.status, again.status], [200, 200]);
  assert.equal(accepted.body.id, room.id);
  assert.equal(accepted.body.viewer.unread_count, 1);
  assert.deepEqual([after.rooms, after.requests, after.unread], [1, [], [2]]);
  assert.deepEqual(after.notices, ["message"]);
  await app.as(ada).post(`/messages/${first.id}/read`);
  const [seen] = (await app.as(eve).get(`/messages/${first.id}/receipts`)).body.items;
  assert.equal(seen.status, "read");
  // Who has accepted has agreed, like somebody who has answered.
  await app.as(ada).patch("/users/me/settings", { privacy: { who_can_message: "nobody" } });
  await say(eve, room.id, "Still here");
});

Deno.test("[XA-03] requests: declined, it is nowhere until one turns to it oneself", async () => {
  const { ada, eve, room } = await openStage("req3");
  await say(eve, room.id, "Buy this");

  const declined = await app.as(ada).post(`/message-requests/${room.id}/decline`);
  const again = await app.as(ada).post(`/message-requests/${room.id}/decline`);
  await say(eve, room.id, "Buy it now");

  assert.deepEqual([declined.status, again.status], [200, 200]);
  assert.deepEqual(declined.body, { room_id: room.id });
  assert.deepEqual(await lookAround(ada), NOTHING);
  const opened = await app.as(ada).post("/dms", { user_ids: [eve.id] });
  assert.deepEqual([opened.status, opened.body.id], [200, room.id]);
  const after = await lookAround(ada);
  assert.deepEqual([after.rooms, after.requests, after.unread], [1, [], [2]]);
});

Deno.test("[XA-03] requests: nothing that is done with one reaches its sender", async () => {
  const { ada, eve, room } = await openStage("req4");
  const sent = await say(eve, room.id, "Seen?");
  const seenBy = async () => (await app.as(eve).get(`/rooms/${room.id}`)).text;
  const before = await seenBy();
  const heard = async () =>
    (await heardOn(app, room.topic)).map((each) => each.event)
      .concat((await heardOn(app, `user:${eve.id}`)).map((each) => each.event));
  await app.runJobs();
  const heardBefore = await heard();

  await app.as(ada).post(`/messages/${sent.id}/delivered`);
  await app.as(ada).post(`/rooms/${room.id}/read`, { message_id: sent.id });
  await app.as(ada).post(`/message-requests/${room.id}/decline`);
  await app.runJobs();

  const [shown] = (await app.as(eve).get(`/rooms/${room.id}/messages`)).body.items;
  assert.equal(shown.receipt, "sent");
  assert.deepEqual((await app.as(eve).get(`/messages/${sent.id}/receipts`)).body.items, []);
  assert.equal(await seenBy(), before);
  assert.deepEqual(await heard(), heardBefore);
  const speaks = async (topic: string, extension: string) =>
    await attempt(
      app,
      ada,
      `select private.may_write_topic('${topic}', '${extension}') as may`,
    ).then((rows) => (rows as { may: boolean }[])[0]?.may);
  assert.equal(await speaks(room.topic, "presence"), false);
  assert.equal(await speaks(room.live_topic, "broadcast"), false);
  // Read before it was accepted: now the sender may know.
  await app.as(ada).post(`/message-requests/${room.id}/accept`);
  const [now] = (await app.as(eve).get(`/rooms/${room.id}/messages`)).body.items;
  assert.equal(now.receipt, "read");
  assert.equal(await speaks(room.topic, "presence"), true);
});

Deno.test("[XA-03] requests: an answer, a follow, or having asked oneself lets the other in", async () => {
  const answered = await openStage("req5");
  await say(answered.eve, answered.room.id, "Hello");
  await say(answered.ada, answered.room.id, "Hello to you");
  assert.deepEqual((await lookAround(answered.ada)).requests, []);
  assert.equal((await lookAround(answered.ada)).rooms, 1);

  const followed = await openStage("req6");
  await say(followed.eve, followed.room.id, "Hello");
  await app.as(followed.ada).post(`/users/${followed.eve.id}/follow`);
  assert.equal((await lookAround(followed.ada)).rooms, 1);

  const { ada, eve } = await openStage("req7", "drop");
  await app.as(ada).post(`/users/${eve.id}/follow`);
  const { body: room } = await app.as(eve).post("/dms", { user_ids: [ada.id] });
  await say(eve, room.id, "You follow me");
  assert.deepEqual((await lookAround(ada)).notices, ["message"]);

  const [bob, cleo] = [await app.signUp("req8_bob"), await app.signUp("req8_cleo")];
  const { body: own } = await app.as(bob).post("/dms", { user_ids: [cleo.id] });
  await say(cleo, own.id, "You called?");
  assert.deepEqual((await lookAround(bob)).notices, ["message"]);

  const [dan, fay] = [await app.signUp("req9_dan"), await app.signUp("req9_fay")];
  const opened = await Promise.all([
    app.as(dan).post("/dms", { user_ids: [fay.id] }),
    app.as(fay).post("/dms", { user_ids: [dan.id] }),
  ]);
  assert.equal(opened[0].body.id, opened[1].body.id);
  assert.deepEqual([(await lookAround(dan)).rooms, (await lookAround(fay)).rooms], [1, 1]);
});

Deno.test("[XA-03] requests: allowed, strangers ring; dropped, they are nowhere", async () => {
  const allowed = await openStage("req10", "allow");
  await say(allowed.eve, allowed.room.id, "Hello");
  const heard = await lookAround(allowed.ada);
  assert.deepEqual([heard.rooms, heard.requests, heard.notices], [1, [], ["message"]]);

  const dropped = await openStage("req11", "drop");
  await say(dropped.eve, dropped.room.id, "Hello");
  assert.deepEqual(await lookAround(dropped.ada), NOTHING);
  const path = `/message-requests/${dropped.room.id}`;
  assert.equal((await app.as(dropped.ada).post(`${path}/accept`)).status, 404);
  assert.equal((await app.as(dropped.ada).post(`${path}/decline`)).status, 404);
  await app.as(dropped.ada).patch("/notifications/preferences", { strangers: "requests" });
  assert.deepEqual(await lookAround(dropped.ada), NOTHING, "what was dropped stays so");
  await say(dropped.ada, dropped.room.id, "Hello, after all");
  assert.equal((await lookAround(dropped.ada)).rooms, 1);
});

Deno.test("[XA-03] requests: the settings of the first message decide, by table as by API", async () => {
  const { ada, eve, room } = await openStage("req12");
  await app.as(ada).patch("/notifications/preferences", { strangers: "allow" });
  const insert = `insert into public.messages (room_id, body) values ('${room.id}', 'By table')`;

  assert.deepEqual(await attempt(app, eve, insert), []);
  assert.deepEqual((await lookAround(ada)).notices, ["message"]);

  const other = await openStage("req13");
  const same = `insert into public.messages (room_id, body) values ('${other.room.id}', 'Waits')`;
  assert.deepEqual(await attempt(app, other.eve, same), []);
  assert.deepEqual(await lookAround(other.ada), { ...NOTHING, requests: ["Waits"] });
  assert.equal(
    await attempt(app, other.eve, "select * from private.message_requests"),
    "42501",
  );
});

Deno.test("[XA-03] requests: of somebody blocked, gone or with nothing left to say none waits", async () => {
  const { ada, eve, room } = await openStage("req14");
  const sent = await say(eve, room.id, "Hello");
  const waiting = async () => (await lookAround(ada)).requests;

  await app.as(ada).post(`/users/${eve.id}/block`);
  assert.deepEqual(await waiting(), []);
  assert.equal((await app.as(ada).post(`/message-requests/${room.id}/accept`)).status, 404);
  await app.as(ada).delete(`/users/${eve.id}/block`);
  await app.db.sql`
    insert into private.account_states (profile_id, banned_at) values (${eve.id}, now())`;
  assert.deepEqual(await waiting(), []);
  await app.db.sql`delete from private.account_states where profile_id = ${eve.id}`;
  assert.deepEqual(await waiting(), ["Hello"]);
  await app.db.sql`update public.messages set deleted_at = now() where id = ${sent.id}`;
  assert.deepEqual(await waiting(), []);
});

Deno.test("[XA-03] requests: they are the business of the person asked alone, page by page", async () => {
  const ada = await app.signUp("req15_ada");
  const names = ["req15_b", "req15_c", "req15_d"];
  for (const name of names) {
    const person = await app.signUp(name);
    const { body: room } = await app.as(person).post("/dms", { user_ids: [ada.id] });
    await say(person, room.id, name);
    for (const verb of ["accept", "decline"]) {
      const path = `/message-requests/${room.id}/${verb}`;
      assert.equal((await app.as(person).post(path)).status, 404, verb);
    }
  }
  const eve = await app.signUp("req15_eve");

  const first = await app.as(ada).get("/message-requests?limit=2");
  const second = await app.as(ada).get(
    `/message-requests?limit=2&cursor=${first.body.next_cursor}`,
  );
  const foreign = await app.as(eve).get(`/message-requests?cursor=${first.body.next_cursor}`);

  const shown = [...first.body.items, ...second.body.items];
  assert.deepEqual(shown.map((item) => item.from.handle), names.toReversed());
  assert.equal(second.body.next_cursor, null);
  assert.equal(foreign.status, 400);
  const [{ id }] = shown;
  assert.equal((await app.as(eve).post(`/message-requests/${id}/accept`)).status, 404);
  assert.equal((await app.anonymous.get("/message-requests")).status, 401);
});

Deno.test("[XA-03] requests: nobody's telephone rings for a stranger", async () => {
  const { ada, eve, room } = await openStage("req16");

  const call = await app.as(eve).post(`/rooms/${room.id}/calls`, { kind: "audio" });

  assert.equal(call.status, 201, call.text);
  assert.deepEqual((await lookAround(ada)).told, []);
});
