/** @module Direct conversations and group chats. */
import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";
import { attempt, befriend, heardOn } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

Deno.test("[DM-01] dms: one room for each pair, none for a blocked one", async () => {
  const [ada, bob, eve] = [
    await app.signUp("rodm_ada"),
    await app.signUp("rodm_bob"),
    await app.signUp("rodm_eve"),
  ];

  const made = await app.as(ada).post("/dms", { user_ids: [bob.id] });
  const found = await app.as(bob).post("/dms", { user_ids: [ada.id] });
  await app.db
    .sql`insert into public.blocks (blocker_id, blocked_id) values (${ada.id}, ${eve.id})`;
  const refused = [
    await app.as(eve).post("/dms", { user_ids: [ada.id] }),
    await app.as(ada).post("/dms", { user_ids: [eve.id] }),
    await app.as(ada).post("/dms", { user_ids: [ada.id] }),
    await app.as(eve).get(`/rooms/${made.body.id}`),
  ];

  assert.deepEqual([made.status, found.status], [201, 200]);
  assert.equal(found.body.id, made.body.id);
  assert.deepEqual([made.body.name, found.body.name], ["rodm_bob", "rodm_ada"]);
  assert.deepEqual(refused.map((answer) => answer.status), [404, 404, 422, 404]);
});

Deno.test("[DM-01] dms: two who open at once share one room, and a block closes it", async () => {
  const [ada, bob] = [await app.signUp("rodm2_ada"), await app.signUp("rodm2_bob")];

  const opened = await Promise.all([
    app.as(ada).post("/dms", { user_ids: [bob.id] }),
    app.as(bob).post("/dms", { user_ids: [ada.id] }),
  ]);
  const id = opened[0].body.id;
  await app.db
    .sql`insert into public.blocks (blocker_id, blocked_id) values (${bob.id}, ${ada.id})`;
  const refused = await app.as(ada).post(`/rooms/${id}/messages`, { body: "hello?" });

  assert.equal(opened[1].body.id, id);
  assert.equal(refused.status, 403);
  assert.equal(
    await attempt(app, ada, `insert into public.messages (room_id, body) values ('${id}', 'x')`),
    "PT403",
  );
});

Deno.test("[DM-01] [DM-06] [UX-06] dms: what one writes the other reads, and is told of once", async () => {
  const [ada, bob] = [await app.signUp("dm01_ada"), await app.signUp("dm01_bob")];
  const eve = await app.signUp("dm01_eve");
  await befriend(app, ada, bob);
  const { body: room } = await app.as(ada).post("/dms", { user_ids: [bob.id, ada.id] });

  const sent = await app.as(ada).post(`/rooms/${room.id}/messages`, { body: "Between us" });
  await app.runJobs();
  await app.runJobs();

  assert.deepEqual([room.kind, room.member_count, sent.body.receipt], ["direct", 2, "sent"]);
  const [read] = (await app.as(bob).get(`/rooms/${room.id}/messages`)).body.items;
  assert.equal(read.body, "Between us");
  assert.equal((await app.as(eve).get(`/rooms/${room.id}/messages`)).status, 404);
  const toBob = await heardOn(app, `user:${bob.id}`);
  const told = toBob.filter((each) => each.event === "notification.created")
    .map((each) => each.payload.notification).filter((each) => each.type === "message");
  assert.deepEqual(told.map((each) => each.subject), [{ type: "message", id: sent.body.id }]);
  assert.equal(told[0].text, "dm01_ada sent you a message");
  const unread = toBob.filter((each) => each.event === "unread.changed");
  assert.deepEqual(unread.map((each) => each.payload.unread_count), [1]);
  const toAda = await heardOn(app, `user:${ada.id}`);
  assert.ok(!toAda.some((each) => each.payload.notification?.type === "message"));
});

Deno.test("[DM-01] dms: neither side of a block pins, and what is there stays", async () => {
  const [ada, bob] = [await app.signUp("dmpin_ada"), await app.signUp("dmpin_bob")];
  await befriend(app, ada, bob);
  const { body: room } = await app.as(ada).post("/dms", { user_ids: [bob.id] });
  const sent = await app.as(ada).post(`/rooms/${room.id}/messages`, { body: "Mine" });
  const pin = `/rooms/${room.id}/messages/${sent.body.id}/pin`;
  assert.equal((await app.as(bob).post(pin)).status, 201);

  await app.as(bob).post(`/users/${ada.id}/block`);

  assert.equal((await app.as(ada).delete(pin)).status, 403);
  assert.equal((await app.as(ada).post(pin)).status, 403);
  const { capabilities } = (await app.as(ada).get(`/rooms/${room.id}`)).body;
  assert.deepEqual(capabilities, ["read"]);
});

Deno.test("[RO-42] groups: several talk, everybody hears, and only those whom one let in", async () => {
  const people = [await app.signUp("ro42_ada"), await app.signUp("ro42_bob")];
  const [ada, bob] = people as [typeof people[0], typeof people[0]];
  const [cleo, eve] = [await app.signUp("ro42_cleo"), await app.signUp("ro42_eve")];

  const made = await app.as(ada).post("/dms", { user_ids: [bob.id, cleo.id, bob.id] });
  const path = `/rooms/${made.body.id}`;
  const said = await app.as(cleo).post(`${path}/messages`, { body: "All here?" });
  await app.as(bob).post(`${path}/messages`, { body: "I am" });
  await app.runJobs();

  assert.equal(made.status, 201);
  const { kind, is_private, member_count, viewer } = made.body;
  assert.deepEqual([kind, is_private, member_count, viewer.role], ["group", true, 3, "owner"]);
  for (const person of [ada, bob, cleo]) {
    const bodies = (await app.as(person).get(`${path}/messages`)).body.items
      .filter((item: { kind: string }) => item.kind === "user")
      .map((item: { body: string }) => item.body);
    assert.deepEqual(bodies, ["All here?", "I am"]);
    const [listed] = (await app.as(person).get("/rooms")).body.items;
    assert.equal(listed.id, made.body.id);
  }
  assert.ok(!("receipt" in said.body));
  assert.equal((await app.as(eve).get(path)).status, 404);
  // The same people again are another group: it has a name and a history of its own.
  const again = await app.as(ada).post("/dms", { user_ids: [bob.id, cleo.id] });
  assert.notEqual(again.body.id, made.body.id);
});
