/** @module Channels through the unmodified client: rights, broadcasts, presence, tokens. */
import assert from "node:assert/strict";
import {
  ALICE,
  BOB,
  openRealtime,
  outcomeOf,
  type RealtimeFixture,
  until,
  user,
} from "./realtime_support.ts";

const isPrivate = { config: { private: true } };

let fixture: RealtimeFixture;

Deno.test.beforeAll(async () => {
  fixture = await openRealtime();
});
Deno.test.afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
});

Deno.test("realtime: policies decide who joins a private channel", async () => {
  const alice = await fixture.client(user(ALICE));
  const bob = await fixture.client(user(BOB));
  const anon = await fixture.client();
  assert.equal(await outcomeOf(alice.channel(`user:${ALICE}`, isPrivate)), "SUBSCRIBED");
  const refused = "Unauthorized: You do not have permissions to read from this Channel topic: ";
  const topic = `user:${ALICE}`;
  for (const stranger of [bob, anon]) {
    const outcome = await outcomeOf(stranger.channel(topic, isPrivate));
    assert.ok(outcome.includes(refused + topic), outcome);
  }
  const broken = await outcomeOf(alice.channel("room:broken", isPrivate));
  assert.ok(broken.includes(`${refused}room:broken`), broken);
});

Deno.test("realtime: a probe leaves no row behind", async () => {
  const [row] = await fixture.database.sql`select count(*)::int as rows from realtime.messages`;
  assert.equal(row?.rows, 0);
});

Deno.test("realtime: broadcasts reach others, and the sender when it asks", async () => {
  const alice = await fixture.client(user(ALICE));
  const bob = await fixture.client(user(BOB));
  const heard: unknown[] = [];
  const mine = alice.channel("room:open", {
    config: { private: true, broadcast: { ack: true, self: true } },
  });
  const theirs = bob.channel("room:open", isPrivate);
  const echoed: unknown[] = [];
  mine.on("broadcast", { event: "hi" }, (message) => echoed.push(message));
  theirs.on("broadcast", { event: "hi" }, (message) => heard.push(message));
  assert.equal(await outcomeOf(mine), "SUBSCRIBED");
  assert.equal(await outcomeOf(theirs), "SUBSCRIBED");
  const payload = { text: "grüß dich", n: 1 };
  assert.equal(await mine.send({ type: "broadcast", event: "hi", payload }), "ok");
  await until("both hear it", () => heard.length === 1 && echoed.length === 1);
  assert.deepEqual(heard, [{ type: "broadcast", event: "hi", payload }]);
});

Deno.test("realtime: binary payloads arrive as they were sent", async () => {
  const alice = await fixture.client(user(ALICE));
  const bob = await fixture.client(user(BOB));
  const mine = alice.channel("room:open", {
    config: { private: true, broadcast: { ack: true } },
  });
  const heard: unknown[] = [];
  const theirs = bob.channel("room:open", isPrivate)
    .on("broadcast", { event: "bytes" }, (message) => heard.push(message.payload));
  assert.equal(await outcomeOf(mine), "SUBSCRIBED");
  assert.equal(await outcomeOf(theirs), "SUBSCRIBED");
  const payload = new Uint8Array([0, 1, 254, 255]).buffer;
  assert.equal(await mine.send({ type: "broadcast", event: "bytes", payload }), "ok");
  await until("the bytes arrive", () => heard.length === 1);
  assert.deepEqual(new Uint8Array(heard[0] as ArrayBuffer), new Uint8Array(payload));
});

Deno.test("realtime: who may only read is not heard, and gets no answer", async () => {
  const alice = await fixture.client(user(ALICE));
  const bob = await fixture.client(user(BOB));
  const heard: unknown[] = [];
  const theirs = bob.channel("room:quiet", isPrivate)
    .on("broadcast", { event: "*" }, (message) => heard.push(message));
  const mine = alice.channel("room:quiet", {
    config: { private: true, broadcast: { ack: true } },
  });
  assert.equal(await outcomeOf(theirs), "SUBSCRIBED");
  assert.equal(await outcomeOf(mine), "SUBSCRIBED");
  const message = { type: "broadcast" as const, event: "hi", payload: {} };
  assert.equal(await mine.send(message, { timeout: 300 }), "timed out");
  assert.deepEqual(heard, []);
});

Deno.test("realtime: public and private channels of one name are apart", async () => {
  const anon = await fixture.client();
  const heard: unknown[] = [];
  const open = anon.channel("room:open")
    .on("broadcast", { event: "*" }, (message) => heard.push(message));
  assert.equal(await outcomeOf(open), "SUBSCRIBED");
  const { sql } = fixture.database;
  await sql`select realtime.send('{"n":1}'::jsonb, 'secret', 'room:open', true)`;
  await sql`select realtime.send('{"n":2}'::jsonb, 'open', 'room:open', false)`;
  await until("the public message arrives", () => heard.length > 0);
  assert.deepEqual(heard.map((message) => (message as { event: string }).event), ["open"]);
});

Deno.test("realtime: presence: state, join, update and leave", async () => {
  const alice = await fixture.client(user(ALICE));
  const bob = await fixture.client(user(BOB));
  const config = (key: string) => ({ config: { private: true, presence: { key } } });
  const mine = alice.channel("room:open", config("alice"));
  const theirs = bob.channel("room:open", config("bob"));
  const left: string[] = [];
  mine.on("presence", { event: "sync" }, () => {});
  mine.on("presence", { event: "leave" }, ({ key }) => left.push(key));
  theirs.on("presence", { event: "sync" }, () => {});
  assert.equal(await outcomeOf(mine), "SUBSCRIBED");
  assert.equal(await mine.track({ mood: "fine" }), "ok");
  assert.equal(await outcomeOf(theirs), "SUBSCRIBED");
  await until("bob sees alice", () => "alice" in theirs.presenceState());
  assert.equal(await theirs.track({ mood: "new" }), "ok");
  await until("alice sees bob", () => "bob" in mine.presenceState());
  assert.equal(await mine.track({ mood: "better" }), "ok");
  await until("bob sees the change", () => {
    const metas = theirs.presenceState<{ mood: string }>().alice ?? [];
    return metas.length === 1 && metas[0]?.mood === "better";
  });
  await bob.removeChannel(theirs);
  await until("alice sees bob leave", () => !("bob" in mine.presenceState()));
  assert.ok(left.includes("bob"));
  assert.equal(await mine.untrack(), "ok");
});

Deno.test("realtime: presence needs a policy of its own", async () => {
  const alice = await fixture.client(user(ALICE));
  const mine = alice.channel("room:plain", isPrivate);
  let synced = 0;
  mine.on("presence", { event: "sync" }, () => synced += 1);
  assert.equal(await outcomeOf(mine), "SUBSCRIBED");
  assert.equal(await mine.track({ here: true }), "ok");
  assert.deepEqual(mine.presenceState(), {});
});

Deno.test("realtime: too many presence calls end the channel", async () => {
  const alice = await fixture.client(user(ALICE));
  const mine = alice.channel("room:open", isPrivate);
  const notices: { message?: string }[] = [];
  mine.on("system", {}, (notice) => notices.push(notice));
  assert.equal(await outcomeOf(mine), "SUBSCRIBED");
  for (let call = 0; call < 5; call += 1) assert.equal(await mine.track({ call }), "ok");
  mine.track({ call: 6 });
  await until("the channel ends", () => mine.state === "closed");
  assert.equal(notices[0]?.message, "Client presence rate limit exceeded");
});

Deno.test("realtime: a token that may no longer read ends the channel", async () => {
  const alice = await fixture.client(user(ALICE));
  const mine = alice.channel(`user:${ALICE}`, isPrivate);
  const notices: { message?: string }[] = [];
  mine.on("system", {}, (notice) => notices.push(notice));
  assert.equal(await outcomeOf(mine), "SUBSCRIBED");
  await alice.realtime.setAuth(await fixture.token({ ...user(ALICE), session_id: "another" }));
  await alice.realtime.setAuth(await fixture.token(user(BOB)));
  await until("the channel ends", () => mine.state === "closed");
  const expected = "You no longer have permission to read from this Channel topic: ";
  assert.equal(notices[0]?.message, `${expected}user:${ALICE}`);
});

Deno.test("realtime: an expired token ends the channel", async () => {
  const exp = Math.floor(Date.now() / 1000) + 2;
  const alice = await fixture.client({ ...user(ALICE), exp });
  const mine = alice.channel("room:open", isPrivate);
  const notices: { message?: string }[] = [];
  mine.on("system", {}, (notice) => notices.push(notice));
  assert.equal(await outcomeOf(mine), "SUBSCRIBED");
  await until("the channel ends", () => mine.state === "closed");
  assert.match(notices[0]?.message ?? "", /^Token has expired \d+ seconds ago$/);
});
