/** @module Read state and receipts. */
import assert from "node:assert/strict";
import { openApp, type TestPerson } from "../support/app.ts";
import { attempt, befriend, heardOn, makeRoom } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

async function makePair(prefix: string) {
  const [ada, bob] = [await app.signUp(`${prefix}_ada`), await app.signUp(`${prefix}_bob`)];
  await befriend(app, ada, bob);
  const { body: room } = await app.as(ada).post("/dms", { user_ids: [bob.id] });
  const say = async (person: TestPerson, body: string) =>
    (await app.as(person).post(`/rooms/${room.id}/messages`, { body })).body;
  const shown = async (person: TestPerson) =>
    (await app.as(person).get(`/rooms/${room.id}/messages`)).body.items.map(
      (item: { receipt?: string }) => item.receipt,
    );
  return { ada, bob, room, say, shown };
}

Deno.test("[DM-02] [DM-03] [DM-04] [DM-05] [UX-06] receipts: sent, delivered, read, never back", async () => {
  const { ada, bob, room, say, shown } = await makePair("dm02");
  const first = await say(ada, "one");
  const second = await say(ada, "two");
  const answer = await say(bob, "hm");

  assert.equal(first.receipt, "sent");
  assert.equal((await app.as(bob).post(`/messages/${second.id}/delivered`)).status, 200);
  assert.deepEqual(await shown(ada), ["delivered", "delivered", undefined]);
  const read = await app.as(bob).post(`/messages/${first.id}/read`);
  assert.equal(read.body.unread_count, 1);
  assert.deepEqual(await shown(ada), ["read", "delivered", undefined]);
  await app.as(bob).post(`/rooms/${room.id}/read`, { message_id: second.id });
  await app.as(bob).post(`/messages/${second.id}/delivered`);
  await app.as(bob).post(`/rooms/${room.id}/read`, { message_id: first.id });
  assert.deepEqual(await shown(ada), ["read", "read", undefined]);
  assert.deepEqual(await shown(bob), [undefined, undefined, "sent"]);

  const listed = await app.as(ada).get(`/messages/${second.id}/receipts`);
  assert.deepEqual(
    listed.body.items.map((r: { user: { id: string }; status: string }) => [r.user.id, r.status]),
    [[bob.id, "read"]],
  );
  assert.deepEqual((await app.as(ada).get(`/messages/${answer.id}/receipts`)).body.items, []);
  const heard = (await heardOn(app, room.topic)).filter((h) => h.event === "receipt.changed");
  assert.deepEqual(heard.map((h) => [h.payload.message_id, h.payload.user_id, h.payload.status]), [
    [second.id, bob.id, "delivered"],
    [first.id, bob.id, "read"],
    [second.id, bob.id, "read"],
  ]);
});

Deno.test("[DM-02] receipts: private to either side are seen by neither", async () => {
  const { ada, bob, room, say, shown } = await makePair("dm02p");
  const before = await say(ada, "before");
  await app.as(bob).post(`/messages/${before.id}/read`);
  await app.as(bob).patch("/users/me/settings", { privacy: { private_receipts: true } });
  const hidden = await say(ada, "hidden");
  await app.as(bob).post(`/messages/${hidden.id}/read`);
  const answer = await say(bob, "answer");
  await app.as(ada).post(`/messages/${answer.id}/read`);

  assert.deepEqual(await shown(ada), ["sent", "sent", undefined]);
  assert.deepEqual(await shown(bob), [undefined, undefined, "sent"]);
  assert.deepEqual((await app.as(ada).get(`/messages/${before.id}/receipts`)).body.items, []);
  assert.deepEqual(
    await attempt(app, ada, `select * from public.message_receipts where room_id = '${room.id}'`),
    [],
  );
  const heard = (await heardOn(app, room.topic)).filter((h) => h.event === "receipt.changed");
  assert.equal(heard.length, 1);
});

Deno.test("[DM-02] receipts: in direct conversations only, for their two sides", async () => {
  const { ada, bob, say } = await makePair("dm02r");
  const eve = await app.signUp("dm02r_eve");
  const room = await makeRoom(app, ada, { members: [bob] });
  const { body: said } = await app.as(ada).post(`/rooms/${room.id}/messages`, { body: "all" });
  const direct = await say(ada, "you");

  assert.equal(said.receipt, undefined);
  assert.equal((await app.as(ada).get(`/messages/${said.id}/receipts`)).status, 403);
  assert.equal((await app.as(eve).get(`/messages/${direct.id}/receipts`)).status, 404);
  assert.equal((await app.as(eve).post(`/messages/${direct.id}/read`)).status, 404);
  assert.equal(
    await attempt(
      app,
      bob,
      `insert into public.message_receipts (message_id, profile_id, room_id, seq, status)
        select id, auth.uid(), room_id, seq, 'read' from public.messages limit 1`,
    ),
    "42501",
  );
});

Deno.test("[RO-27] [UX-07] read: never backwards, and the first unread has a place", async () => {
  const [ada, bob] = [await app.signUp("ro27_ada"), await app.signUp("ro27_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  const path = `/rooms/${room.id}/messages`;
  const ids: string[] = [];
  for (const body of ["1", "2", "3", "4"]) {
    ids.push((await app.as(ada).post(path, { body })).body.id);
  }
  const read = async (id = "") =>
    (await app.as(bob).post(`/rooms/${room.id}/read`, { message_id: id })).body.unread_count;
  const first = async () => (await app.as(bob).get(`${path}?limit=1`)).body.first_unread_seq;

  assert.equal(await first(), 1);
  assert.equal(await read(ids[1]), 2);
  assert.equal(await read(ids[0]), 2);
  assert.equal(await first(), 3);
  // The place is an anchor by itself: one jumps there without having read the way.
  const jump = (await app.as(bob).get(`${path}?around=${await first()}&limit=3`)).body;
  assert.deepEqual(jump.items.map(({ body }: { body: string }) => body), ["2", "3", "4"]);
  assert.equal(await read(ids[3]), 0);
  assert.equal(await first(), null);
});

Deno.test("[DM-03] receipts: a device that has shown the notification has got the message", async () => {
  const { ada, bob, say, shown } = await makePair("dm03n");
  const said = await say(ada, "ring");
  await app.runJobs();
  const { body } = await app.as(bob).get("/notifications");
  const notice = body.items.find((item: { subject: { id: string } }) =>
    item.subject.id === said.id
  );

  await app.as(bob).post(`/notifications/${notice.id}/ack`, { state: "delivered" });

  assert.deepEqual(await shown(ada), ["delivered"]);
});

const SENT = 12;

Deno.test("[RO-28] unread: what came at once is told once, with the last count", async () => {
  const [ada, bob] = [await app.signUp("ro28b_ada"), await app.signUp("ro28b_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  for (let index = 0; index < SENT; index++) {
    await app.as(ada).post(`/rooms/${room.id}/messages`, { body: `${index}` });
  }

  await app.runJobs();

  const heard = (await heardOn(app, `user:${bob.id}`)).filter((h) => h.event === "unread.changed");
  assert.deepEqual(heard.map((h) => [h.payload.unread_count, h.payload.last_message.seq]), [
    [SENT, SENT],
  ]);
});

Deno.test("[DM-03] [DM-04] receipts: hundreds at once come to the last, and to the first", async () => {
  const { ada, bob, room, say, shown } = await makePair("dm03m");
  await app.db.sql.begin(async (sql) => {
    await sql`select set_config('townsquare.bulk', 'on', true)`;
    await sql`
      insert into public.messages (room_id, author_id, body)
      select ${room.id}, ${ada.id}, 'one of many' from generate_series(1, 700)`;
  });
  const last = await say(ada, "the last");
  const ends = async () => {
    const { body } = await app.as(ada).get(`/rooms/${room.id}/messages?after=0&limit=1`);
    return [body.items[0].receipt, (await shown(ada)).at(-1)];
  };

  await app.as(bob).post(`/messages/${last.id}/delivered`);
  assert.deepEqual(await ends(), ["delivered", "delivered"]);
  await app.as(bob).post(`/messages/${last.id}/read`);
  assert.deepEqual(await ends(), ["read", "read"]);
});
