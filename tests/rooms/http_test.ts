/** @module Rooms over HTTP. */
import assert from "node:assert/strict";
import { foldCounters } from "../../shared/interactions/mod.ts";
import { openApp, type TestPerson } from "../support/app.ts";
import { heardOn, makeRoom, setMemberRole } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

Deno.test("[RO-01] [RO-02] rooms: what was made can be read, and its maker owns it", async () => {
  const ada = await app.signUp("ro01_ada");

  const made = await app.as(ada).post("/rooms", { name: " Engines ", description: "Analytical" });
  const read = await app.as(ada).get(`/rooms/${made.body.id}`);

  assert.equal(made.status, 201);
  assert.deepEqual(read.body, made.body);
  assert.equal(made.body.name, "Engines");
  assert.equal(made.body.kind, "channel");
  assert.equal(made.body.member_count, 1);
  assert.equal(made.body.viewer.role, "owner");
  assert.equal(made.body.topic, `room:${made.body.id}:1`);
  assert.equal(made.body.live_topic, `room:${made.body.id}:1:live`);
  const events = await app.db.sql`
    select topic from private.outbox where subject_id = ${made.body.id}`;
  assert.deepEqual(events.map((event) => event.topic), ["room.created"]);
});

Deno.test("[RO-02] rooms: a private room does not exist for strangers", async () => {
  const [ada, eve] = [await app.signUp("ro02_ada"), await app.signUp("ro02_eve")];
  const room = await makeRoom(app, ada, { isPrivate: true });

  const answers = [
    await app.as(eve).get(`/rooms/${room.id}`),
    await app.as(eve).post(`/rooms/${room.id}/join`),
    await app.as(eve).patch(`/rooms/${room.id}`, { name: "Mine" }),
    await app.as(eve).delete(`/rooms/${room.id}`),
    await app.as(eve).get(`/rooms/${room.id}/members`),
    await app.as(eve).get(`/rooms/${room.id}/messages`),
    await app.as(eve).post(`/rooms/${room.id}/messages`, { body: "hi" }),
    await app.as(eve).post(`/rooms/${room.id}/leave`),
  ];

  assert.deepEqual(answers.map((answer) => answer.status), Array(8).fill(404));
  assert.equal((await app.as(ada).get(`/rooms/${room.id}`)).status, 200);
  assert.equal((await app.anonymous.get(`/rooms/${room.id}`)).status, 401);
});

Deno.test("[RO-03] join: public channels are found and joined once", async () => {
  const [ada, bob] = [await app.signUp("ro03_ada"), await app.signUp("ro03_bob")];
  const room = await makeRoom(app, ada);

  const before = await app.as(bob).get(`/rooms/${room.id}/messages`);
  const joined = await app.as(bob).post(`/rooms/${room.id}/join`);
  const again = await app.as(bob).post(`/rooms/${room.id}/join`);
  const members = await app.as(bob).get(`/rooms/${room.id}/members`);

  assert.equal(before.status, 403);
  assert.equal(joined.body.viewer.role, "member");
  assert.equal(again.body.member_count, 2);
  assert.deepEqual(
    members.body.items.map((member: { handle: string; role: string }) => [
      member.handle,
      member.role,
    ]),
    [["ro03_ada", "owner"], ["ro03_bob", "member"]],
  );
  const events = await app.db.sql`
    select actor_id from private.outbox where subject_id = ${room.id} and topic = 'room.joined'`;
  assert.deepEqual(events.map((event) => event.actor_id), [bob.id]);
});

Deno.test("[RO-03] join: whoever was banned stays out", async () => {
  const [ada, eve] = [await app.signUp("ro03c_ada"), await app.signUp("ro03c_eve")];
  const room = await makeRoom(app, ada, { members: [eve] });
  await app.db.sql`
    update public.room_members set banned = true
    where room_id = ${room.id} and profile_id = ${eve.id}`;

  const joined = await app.as(eve).post(`/rooms/${room.id}/join`);

  assert.equal(joined.status, 403);
  assert.equal((await app.as(ada).get(`/rooms/${room.id}`)).body.member_count, 1);
});

Deno.test("[RO-03] leave: those who stay in a private room get a new topic", async () => {
  const [ada, bob] = [await app.signUp("ro03l_ada"), await app.signUp("ro03l_bob")];
  const room = await makeRoom(app, ada, { members: [bob], isPrivate: true });

  const left = await app.as(bob).post(`/rooms/${room.id}/leave`);

  const after = await app.as(ada).get(`/rooms/${room.id}`);
  const [toAda, toBob] = [
    await heardOn(app, `user:${ada.id}`),
    await heardOn(app, `user:${bob.id}`),
  ];
  assert.equal(left.status, 200);
  assert.equal(after.body.topic, `room:${room.id}:2`);
  const rekeyed = toAda.filter((heard) => heard.event === "room.rekeyed");
  assert.deepEqual(rekeyed.map((heard) => heard.payload.topic), [`room:${room.id}:2`]);
  assert.ok(rekeyed.every((heard) => heard.is_private && heard.payload.event_id));
  assert.deepEqual(toBob.filter((heard) => heard.event === "room.rekeyed"), []);
});

Deno.test("[RO-03] leave: the last owner hands over, and a lone one stays", async () => {
  const [ada, bob, cleo] = [
    await app.signUp("ro03o_ada"),
    await app.signUp("ro03o_bob"),
    await app.signUp("ro03o_cleo"),
  ];
  const room = await makeRoom(app, ada, { members: [bob, cleo] });
  await app.db.sql`
    update public.room_members set role = 'moderator'
    where room_id = ${room.id} and profile_id = ${cleo.id}`;
  const lone = await makeRoom(app, bob);

  await app.as(ada).post(`/rooms/${room.id}/leave`);

  assert.equal((await app.as(cleo).get(`/rooms/${room.id}`)).body.viewer.role, "owner");
  assert.equal((await app.as(ada).get(`/rooms/${room.id}`)).body.viewer.role, null);
  assert.equal((await app.as(bob).post(`/rooms/${lone.id}/leave`)).status, 409);
});

Deno.test("[RO-04] [RO-05] rooms: owners rename and delete, members do not", async () => {
  const [ada, bob] = [await app.signUp("ro04_ada"), await app.signUp("ro04_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });

  const refused = [
    await app.as(bob).patch(`/rooms/${room.id}`, { name: "Bob's" }),
    await app.as(bob).delete(`/rooms/${room.id}`),
  ];
  const renamed = await app.as(ada).patch(`/rooms/${room.id}`, { name: "Pier" });
  const heard = await heardOn(app, room.topic);
  const deleted = await app.as(ada).delete(`/rooms/${room.id}`);

  assert.deepEqual(refused.map((answer) => answer.status), [403, 403]);
  assert.equal(renamed.body.name, "Pier");
  const updated = heard.filter((each) => each.event === "room.updated");
  assert.deepEqual(updated.map((each) => [each.payload.room.name, each.payload.room.viewer]), [
    ["Pier", undefined],
  ]);
  assert.equal(deleted.status, 204);
  assert.equal((await app.as(ada).get(`/rooms/${room.id}`)).status, 404);
});

Deno.test("rooms: a channel that turns private moves to a new topic", async () => {
  const ada = await app.signUp("rokey_ada");
  const room = await makeRoom(app, ada);

  const changed = await app.as(ada).patch(`/rooms/${room.id}`, { is_private: true });

  assert.equal(changed.body.topic, `room:${room.id}:2`);
});

Deno.test("[RO-06] rooms: one's own come by pages, the liveliest first", async () => {
  const [ada, bob] = [await app.signUp("ro06_ada"), await app.signUp("ro06_bob")];
  const rooms = [await makeRoom(app, ada), await makeRoom(app, ada), await makeRoom(app, ada)];
  await makeRoom(app, bob);
  await app.as(ada).post(`/rooms/${rooms[0]?.id}/messages`, { body: "up" });

  const first = await app.as(ada).get("/rooms?limit=2");
  const second = await app.as(ada).get(`/rooms?limit=2&cursor=${first.body.next_cursor}`);

  const ids = [...first.body.items, ...second.body.items].map((room: { id: string }) => room.id);
  assert.deepEqual(ids, [rooms[0]?.id, rooms[2]?.id, rooms[1]?.id]);
  assert.equal(second.body.next_cursor, null);
});

Deno.test("discover: public channels by name, never private ones", async () => {
  const [ada, eve] = [await app.signUp("rodisc_ada"), await app.signUp("rodisc_eve")];
  await app.as(ada).post("/rooms", { name: "Zebra 100% open" });
  await app.as(ada).post("/rooms", { name: "Zebra 100% closed", is_private: true });

  const found = await app.as(eve).get("/rooms/discover?q=zebra 100%25");

  assert.deepEqual(found.body.items.map((room: { name: string }) => room.name), [
    "Zebra 100% open",
  ]);
});

Deno.test("[RO-03] leave: of two owners who leave at once one hands over, or stays", async () => {
  const [ada, bob, cleo] = [
    await app.signUp("ro03t_ada"),
    await app.signUp("ro03t_bob"),
    await app.signUp("ro03t_cleo"),
  ];
  const leaveAtOnce = async (members: TestPerson[]) => {
    const room = await makeRoom(app, ada, { members });
    await setMemberRole(app, room, bob, "owner");
    const left = await Promise.all(
      [ada, bob].map((owner) => app.as(owner).post(`/rooms/${room.id}/leave`)),
    );
    return { room, statuses: left.map((answer) => answer.status).toSorted() };
  };

  const three = await leaveAtOnce([bob, cleo]);
  const two = await leaveAtOnce([bob]);

  assert.deepEqual(three.statuses, [200, 200]);
  assert.equal((await app.as(cleo).get(`/rooms/${three.room.id}`)).body.viewer.role, "owner");
  assert.deepEqual(two.statuses, [200, 409]);
});

Deno.test("discover: by members or by age, each once, whatever the size of a page", async () => {
  const [ada, eve] = [await app.signUp("rodp_ada"), await app.signUp("rodp_eve")];
  const crowd = [await app.signUp("rodp_bob"), await app.signUp("rodp_cleo")];
  const made: string[] = [];
  for (const members of [[], crowd, crowd.slice(0, 1), []]) {
    const { body } = await app.as(ada).post("/rooms", { name: "Walrus" });
    for (const member of members) await app.as(member).post(`/rooms/${body.id}/join`);
    made.push(body.id);
  }
  await app.runJobs();
  await foldCounters.run(app.deps);
  const all = async (sort: string) => {
    const ids: string[] = [];
    let cursor = "";
    do {
      const { body } = await app.as(eve).get(
        `/rooms/discover?q=walrus&limit=1${cursor}&sort=${sort}`,
      );
      ids.push(...body.items.map((room: { id: string }) => room.id));
      cursor = body.next_cursor === null ? "" : `&cursor=${body.next_cursor}`;
    } while (cursor !== "" && ids.length <= made.length);
    return ids.map((id) => made.indexOf(id));
  };

  assert.deepEqual(await all("newest"), [3, 2, 1, 0]);
  assert.deepEqual((await all("popular")).slice(0, 2), [1, 2]);
  assert.equal(new Set(await all("popular")).size, made.length);
  const { body } = await app.as(eve).get("/rooms/discover?q=walrus&limit=1");
  const other = await app.as(eve).get(
    `/rooms/discover?q=walrus&limit=1&sort=popular&cursor=${body.next_cursor}`,
  );
  assert.equal(other.status, 400);
});
