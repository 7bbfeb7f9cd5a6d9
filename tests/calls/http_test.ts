/** @module Calls over the API: who may, how they end, and what others hear. */
import assert from "node:assert/strict";
import { iceServersFor } from "../../shared/calls/ice.ts";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { heardOn, makeRoom, mute } from "../rooms/support.ts";

async function openRoom(options: { isPrivate?: boolean; env?: Record<string, string> } = {}) {
  const app = await openApp(options.env === undefined ? {} : { env: options.env });
  const [ada, bob, eve] = [
    await app.signUp("ada"),
    await app.signUp("bob"),
    await app.signUp("eve"),
  ];
  const isPrivate = options.isPrivate ?? false;
  const room = await makeRoom(app, ada, { members: [bob], isPrivate });
  return { app, ada, bob, eve, room };
}

async function start(app: TestApp, person: TestPerson, roomId: string, kind = "video") {
  const answer = await app.as(person).post(`/rooms/${roomId}/calls`, { kind });
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

function ringFor(app: TestApp, callId: string, seconds: number) {
  return app.db.sql`
    update public.calls set started_at = clock_timestamp() - make_interval(secs => ${seconds})
    where id = ${callId}`;
}

function statesOf(call: { participants: { handle: string; state: string }[] }) {
  return Object.fromEntries(call.participants.map(({ handle, state }) => [handle, state]));
}

Deno.test("[CA-01] [CA-02] calls: ring, answer, leave; the last who leaves ends it", async () => {
  const { app, ada, bob, room } = await openRoom();
  await using _ = app;

  const call = await start(app, ada, room.id);
  assert.equal(call.state, "ringing");
  assert.equal(call.started_by.handle, "ada");
  assert.equal(call.topic, `call:${call.id}:1`);
  assert.equal(call.livekit, null);
  assert.deepEqual(statesOf(call), { ada: "joined" });
  const joined = await app.as(bob).post(`/calls/${call.id}/join`);
  assert.equal(joined.status, 200, joined.text);
  assert.equal(joined.body.state, "active");
  assert.equal((await app.as(bob).post(`/calls/${call.id}/join`)).status, 200);
  await app.db.sql`update public.calls set answered_at = clock_timestamp() - interval '61 seconds'`;
  assert.equal((await app.as(ada).post(`/calls/${call.id}/leave`)).body.state, "active");
  const ended = (await app.as(bob).post(`/calls/${call.id}/leave`)).body;

  assert.equal(ended.state, "ended");
  assert.equal(ended.duration_s, 61);
  assert.deepEqual(statesOf(ended), { ada: "left", bob: "left" });
  assert.equal((await app.as(bob).post(`/calls/${call.id}/join`)).status, 409);
  assert.equal((await start(app, bob, room.id, "audio")).kind, "audio");
});

Deno.test("[CA-01] calls: members hear it ring and change, blocked people do not", async () => {
  const { app, ada, bob, eve, room } = await openRoom();
  await using _ = app;
  await app.as(eve).post(`/rooms/${room.id}/join`);
  await app.as(eve).post(`/users/${ada.id}/block`);

  const call = await start(app, ada, room.id);
  await app.as(bob).post(`/calls/${call.id}/join`);
  await app.as(ada).post(`/calls/${call.id}/end`);

  const rings = async (person: TestPerson) =>
    (await heardOn(app, `user:${person.id}`)).filter(({ event }) => event === "call.ringing");
  assert.equal((await rings(bob)).length, 1);
  assert.equal((await rings(bob))[0]?.payload.call.id, call.id);
  assert.equal((await rings(eve)).length, 0);
  assert.equal((await rings(ada)).length, 0);
  const changes = (await heardOn(app, room.topic)).filter(({ event }) => event === "call.changed");
  assert.deepEqual(changes.map(({ payload }) => payload.call.state), [
    "ringing",
    "active",
    "ended",
  ]);
  assert.ok(changes.every(({ payload }) => typeof payload.event_id === "string"));
});

Deno.test("[CA-01] calls: unanswered for a minute is missed, by time and by upkeep", async () => {
  const { app, ada, bob, room } = await openRoom();
  await using _ = app;
  const call = await start(app, ada, room.id);
  await ringFor(app, call.id, 59);
  assert.equal((await app.as(bob).get(`/calls/${call.id}`)).body.state, "ringing");
  await ringFor(app, call.id, 61);

  const late = await app.as(bob).get(`/calls/${call.id}`);
  const join = await app.as(bob).post(`/calls/${call.id}/join`);
  const again = await start(app, bob, room.id);
  await ringFor(app, again.id, 61);
  await app.runTask("calls");

  assert.equal(late.body.state, "missed");
  assert.deepEqual(statesOf(late.body), { ada: "left" });
  assert.equal(join.status, 409);
  const stored = await app.db.sql<{ state: string }[]>`select state from public.calls`;
  assert.deepEqual(stored.map(({ state }) => state), ["missed", "missed"]);
});

Deno.test("[CA-01] [CA-02] calls: those at whom it rang in vain are told, once; who declined is not", async () => {
  const { app, ada, bob, eve, room } = await openRoom();
  await using _ = app;
  const cyd = await app.signUp("cyd");
  for (const person of [eve, cyd]) await app.as(person).post(`/rooms/${room.id}/join`);
  await app.as(cyd).post(`/users/${ada.id}/block`);
  const call = await start(app, ada, room.id, "audio");
  await app.as(eve).post(`/calls/${call.id}/leave`);
  await ringFor(app, call.id, 61);
  await app.db.sql`update public.room_members set joined_at = joined_at - interval '2 minutes'`;
  const dan = await app.signUp("dan");
  await app.as(dan).post(`/rooms/${room.id}/join`);

  await app.runTask("calls");
  await app.runTask("calls");
  await app.runJobs();

  const { body } = await app.as(bob).get("/notifications");
  assert.deepEqual(
    body.items.map(({ type, text, subject }: Record<string, unknown>) => ({ type, text, subject })),
    [{
      type: "room_activity",
      text: "You missed a call from ada",
      subject: { type: "room", id: room.id },
    }],
  );
  for (const person of [ada, eve, cyd, dan]) {
    assert.deepEqual((await app.as(person).get("/notifications")).body.items, []);
  }
  const answered = await start(app, bob, room.id);
  await app.as(ada).post(`/calls/${answered.id}/join`);
  await app.as(bob).post(`/calls/${answered.id}/end`);
  await app.runJobs();
  assert.deepEqual((await app.as(eve).get("/notifications")).body.items, []);
});

Deno.test("[CA-01] calls: declined by all others, hung up before an answer, ended by rank", async () => {
  const { app, ada, bob, eve, room } = await openRoom();
  await using _ = app;
  await app.as(eve).post(`/rooms/${room.id}/join`);

  const first = await start(app, bob, room.id);
  assert.equal((await app.as(ada).post(`/calls/${first.id}/leave`)).body.state, "ringing");
  const declined = (await app.as(eve).post(`/calls/${first.id}/leave`)).body;
  const second = await start(app, bob, room.id);
  const hungUp = (await app.as(bob).post(`/calls/${second.id}/end`)).body;
  const third = await start(app, bob, room.id);
  await app.as(eve).post(`/calls/${third.id}/join`);
  const refused = await app.as(eve).post(`/calls/${third.id}/end`);
  const ended = (await app.as(ada).post(`/calls/${third.id}/end`)).body;

  assert.equal(declined.state, "declined");
  assert.deepEqual(statesOf(declined), { ada: "declined", bob: "left", eve: "declined" });
  assert.equal(hungUp.state, "missed");
  assert.equal(hungUp.duration_s, null);
  assert.equal(refused.status, 403);
  assert.equal(ended.state, "ended");
});

Deno.test("[CA-01] calls: only those who may write call; a room has one call, also in a race", async () => {
  const { app, ada, bob, eve, room } = await openRoom({ isPrivate: true });
  await using _ = app;
  const path = `/rooms/${room.id}/calls`;
  assert.equal((await app.as(eve).post(path, { kind: "video" })).status, 404);
  assert.equal((await app.anonymous.post(path, { kind: "video" })).status, 401);
  assert.equal((await app.as(ada).post(path, { kind: "hologram" })).status, 422);
  await mute(app, room, bob, "1 hour");
  assert.equal((await app.as(bob).post(path, { kind: "video" })).body.code, "room-muted");
  await app.db.sql`update private.room_member_states set muted_until = null`;

  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) => app.as(n % 2 ? ada : bob).post(path, { kind: "video" })),
  );

  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [201, ...Array(7).fill(409)]);
  const id = answers.find(({ status }) => status === 201)?.body.id;
  assert.equal((await app.as(eve).get(`/calls/${id}`)).status, 404);
  for (const act of ["join", "leave", "end"]) {
    assert.equal((await app.as(eve).post(`/calls/${id}/${act}`)).status, 404);
  }
});

Deno.test("[CA-01] calls: whoever is put out of the room is out of the call and off its topic", async () => {
  const { app, ada, bob, eve, room } = await openRoom();
  await using _ = app;
  await app.as(eve).post(`/rooms/${room.id}/join`);
  const call = await start(app, ada, room.id);
  for (const person of [bob, eve]) await app.as(person).post(`/calls/${call.id}/join`);

  await app.db.sql`update public.room_members set banned = true where profile_id = ${bob.id}`;

  const now = (await app.as(ada).get(`/calls/${call.id}`)).body;
  assert.deepEqual(statesOf(now), { ada: "joined", bob: "left", eve: "joined" });
  assert.equal(now.topic, `call:${call.id}:2`);
  const moved = async (person: TestPerson) =>
    (await heardOn(app, `user:${person.id}`)).filter(({ event }) => event === "call.rekeyed")
      .map(({ payload }) => payload.topic);
  assert.deepEqual(await moved(eve), [`call:${call.id}:2`]);
  assert.deepEqual(await moved(bob), []);
  await app.as(eve).post(`/rooms/${room.id}/leave`);
  await app.db.sql`delete from public.room_members where profile_id = ${ada.id}`;
  const [row] = await app.db.sql`select state from public.calls`;
  assert.equal(row?.["state"], "ended");
});

Deno.test("[CA-01] calls: relay credentials hold for an hour and for those in the call", async () => {
  const { app, ada, bob, room } = await openRoom({
    env: {
      TURN_URLS: "stun:turn.test:3478,turn:turn.test:3478?transport=udp",
      TURN_SECRET: "s3cret",
    },
  });
  await using _ = app;
  const call = await start(app, ada, room.id);

  const refused = await app.as(bob).get(`/calls/${call.id}/ice-servers`);
  const { body } = await app.as(ada).get(`/calls/${call.id}/ice-servers`);

  assert.equal(refused.status, 403);
  const [open, relay] = body.ice_servers;
  assert.deepEqual(open, { urls: ["stun:turn.test:3478"] });
  const [expiry, user] = relay.username.split(":");
  assert.equal(user, ada.id);
  const seconds = Number(expiry) - Date.now() / 1_000;
  assert.ok(seconds > 3_500 && seconds <= 3_600, `${seconds}`);
  assert.equal(Date.parse(body.expires_at), Number(expiry) * 1_000);
  const { createHmac } = await import("node:crypto");
  const expected = createHmac("sha1", "s3cret").update(relay.username).digest("base64");
  assert.equal(relay.credential, expected);
});

Deno.test("[CA-01] calls: a relay takes the credential for what openssl makes of it", async () => {
  const env = { TURN_URLS: "turns:turn.test:5349", TURN_SECRET: "north" };
  const config = { env } as unknown as Parameters<typeof iceServersFor>[0];

  const { ice_servers } = await iceServersFor(
    config,
    "0193b0a4-7c00-7000-8000-000000000001",
    new Date("2026-01-01T00:00:00Z"),
  );

  // printf '1767229200:0193…01' | openssl dgst -sha1 -hmac north -binary | base64
  assert.deepEqual(ice_servers, [{
    urls: ["turns:turn.test:5349"],
    username: "1767229200:0193b0a4-7c00-7000-8000-000000000001",
    credential: "08Ag0sgeAJhjp7g5L2JzI+d/VuQ=",
  }]);
});

Deno.test("[CA-01] calls: without relay servers devices connect directly", async () => {
  const { app, ada, room } = await openRoom();
  await using _ = app;
  const call = await start(app, ada, room.id);

  const { body } = await app.as(ada).get(`/calls/${call.id}/ice-servers`);

  assert.deepEqual(body.ice_servers, []);
});
