/** @module What a member keeps to themselves in one room. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { JWT } from "../support/app.ts";
import { serveRealtime } from "../support/realtime.ts";
import { until } from "../support/until.ts";
import { befriend, heardOn, makeRoom } from "./support.ts";

const KEPT = ["private_receipts", "hide_typing", "hide_presence"] as const;
const FOLLOWING = Object.fromEntries(KEPT.map((name) => [name, null]));

async function keep(app: TestApp, person: TestPerson, room: string, privacy: unknown) {
  const answer = await app.as(person).patch(`/rooms/${room}/settings`, { privacy });
  assert.equal(answer.status, 200, answer.text);
  return answer.body.privacy;
}

Deno.test("[XA-04] room settings: one's own, by name, null is as for the account", async () => {
  await using app = await openApp();
  const [ada, bob, eve] = [
    await app.signUp("ada"),
    await app.signUp("bob"),
    await app.signUp("eve"),
  ];
  const [open, closed] = [
    await makeRoom(app, ada, { members: [bob] }),
    await makeRoom(app, ada, { isPrivate: true }),
  ];
  const path = `/rooms/${open.id}/settings`;

  assert.deepEqual((await app.as(bob).get(path)).body, { privacy: FOLLOWING });
  assert.deepEqual(await keep(app, bob, open.id, { hide_typing: true }), {
    ...FOLLOWING,
    hide_typing: true,
  });
  assert.deepEqual(await keep(app, bob, open.id, { hide_presence: false }), {
    ...FOLLOWING,
    hide_typing: true,
    hide_presence: false,
  });
  assert.deepEqual(await keep(app, bob, open.id, { hide_typing: null }), {
    ...FOLLOWING,
    hide_presence: false,
  });
  assert.deepEqual((await app.as(ada).get(path)).body, { privacy: FOLLOWING });
  assert.equal((await app.as(eve).get(path)).status, 403);
  assert.equal((await app.as(eve).patch(path, { privacy: {} })).status, 403);
  assert.equal((await app.as(eve).get(`/rooms/${closed.id}/settings`)).status, 404);
  assert.equal(
    (await app.as(eve).patch(`/rooms/${closed.id}/settings`, { privacy: {} })).status,
    404,
  );
  assert.equal((await app.anonymous.get(path)).status, 401);
  for (const wrong of [{}, { privacy: { hide: true } }, { privacy: { hide_typing: 1 } }]) {
    assert.equal((await app.as(bob).patch(path, wrong)).status, 422);
  }
});

Deno.test("[XA-04] room settings: receipts private in one conversation are seen by neither side", async () => {
  await using app = await openApp();
  const [ada, bob, eve] = [
    await app.signUp("ada"),
    await app.signUp("bob"),
    await app.signUp("eve"),
  ];
  const dm = async (other: TestPerson) => {
    await befriend(app, ada, other);
    return (await app.as(ada).post("/dms", { user_ids: [other.id] })).body;
  };
  const [withBob, withEve] = [await dm(bob), await dm(eve)];
  const readBy = async (other: TestPerson, room: { id: string }) => {
    const said = (await app.as(ada).post(`/rooms/${room.id}/messages`, { body: "Seen?" })).body;
    await app.as(other).post(`/messages/${said.id}/read`);
    return (await app.as(ada).get(`/rooms/${room.id}/messages`)).body.items.at(-1).receipt;
  };
  await keep(app, bob, withBob.id, { private_receipts: true });

  assert.equal(await readBy(bob, withBob), "sent");
  assert.equal(await readBy(eve, withEve), "read");
  await app.as(bob).patch("/users/me/settings", { privacy: { private_receipts: true } });
  await keep(app, bob, withBob.id, { private_receipts: false });
  assert.equal(await readBy(bob, withBob), "read");
  await keep(app, ada, withBob.id, { private_receipts: true });
  assert.equal(await readBy(bob, withBob), "sent");
  const told = (await heardOn(app, withBob.topic)).filter((h) => h.event === "receipt.changed");
  assert.equal(told.length, 1);
});

Deno.test("[XA-04] room settings: hidden typing and presence reach nobody, whatever a client sends", async () => {
  await using app = await openApp();
  const [ada, bob] = [await app.signUp("ada"), await app.signUp("bob")];
  const rooms = [
    await makeRoom(app, ada, { members: [bob] }),
    await makeRoom(app, ada, { members: [bob] }),
  ] as const;
  await using realtime = await serveRealtime(app.db, JWT);
  await keep(app, bob, rooms[0].id, { hide_typing: true, hide_presence: true });
  const open = (person: TestPerson) => realtime.clientOf(() => Promise.resolve(person.token));
  const [hers, his] = [await open(ada), await open(bob)];
  const seen: string[] = [];
  const join = async (client: typeof hers, topic: string) => {
    const channel = client.channel(topic, { config: { private: true, presence: { key: topic } } })
      .on("broadcast", { event: "*" }, ({ payload }) => seen.push(`${topic} ${payload["n"]}`))
      .on("presence", { event: "join" }, ({ newPresences }) => {
        if (client === hers) seen.push(`${topic} ${newPresences[0]?.["user_id"]}`);
      });
    await new Promise<void>((resolve, reject) =>
      channel.subscribe((state) => state === "SUBSCRIBED" ? resolve() : reject(new Error(state)))
    );
    return channel;
  };
  for (const { topic, live_topic } of rooms) {
    await join(hers, topic);
    await join(hers, live_topic);
  }

  for (const { topic, live_topic } of rooms) {
    const live = await join(his, live_topic);
    await live.send({ type: "broadcast", event: "typing", payload: { n: bob.id } });
    const here = await join(his, topic);
    await here.track({ user_id: bob.id });
  }

  const [, shown] = rooms;
  await until(() => seen.length >= 2, "typing and presence in the other room");
  assert.deepEqual(
    seen.sort(),
    [`${shown.topic} ${bob.id}`, `${shown.live_topic} ${bob.id}`].sort(),
  );
});

Deno.test("[XA-04] moderators read what was reported, and leave no receipts", async () => {
  await using app = await openApp();
  const [ada, bob, mod] = [
    await app.signUp("ada"),
    await app.signUp("bob"),
    await app.signUp("mod"),
  ];
  await app.grantRole(mod, "moderator");
  const room = (await app.as(ada).post("/dms", { user_ids: [bob.id] })).body;
  const said = (await app.as(ada).post(`/rooms/${room.id}/messages`, { body: "You fool" })).body;
  const report = await app.as(bob).post("/reports", {
    subject: { type: "message", id: said.id },
    reason: "harassment",
  });
  assert.equal(report.status, 201, report.text);

  const read = await app.as(mod).get(`/moderation/cases/${report.body.case_id}`);

  assert.equal(read.status, 200, read.text);
  assert.ok(read.text.includes("You fool"));
  assert.equal((await app.as(mod).post(`/messages/${said.id}/read`)).status, 404);
  const marks = await app.db.sql`select profile_id from public.message_receipts`;
  assert.ok(marks.every(({ profile_id }) => profile_id !== mod.id));
  assert.deepEqual(
    (await heardOn(app, room.topic)).filter(({ event }) => event === "receipt.changed"),
    [],
  );
});
