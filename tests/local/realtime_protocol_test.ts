/** @module The wire: both protocol versions, odd frames, limits, HTTP. */
import assert from "node:assert/strict";
import { signToken } from "../../local/jwt.ts";
import {
  ALICE,
  join,
  ok,
  openRealtime,
  parsed,
  type RealtimeFixture,
  until,
  user,
} from "./realtime_support.ts";

const FEW_CHANNELS = 3;

let fixture: RealtimeFixture;

Deno.test.beforeAll(async () => {
  fixture = await openRealtime({ limits: { channelsPerClient: FEW_CHANNELS } });
});
Deno.test.afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
});

async function post(path: string, body: unknown, role = "service_role", headers = {}) {
  const authorization = `Bearer ${await fixture.token({ role, sub: ALICE })}`;
  const isRaw = body instanceof Uint8Array;
  const response = await fetch(`${fixture.url}/realtime/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization, ...headers },
    body: isRaw ? body as Uint8Array<ArrayBuffer> : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

Deno.test("realtime: version 2: join, heartbeat, leave", async () => {
  const raw = await fixture.socket("2.0.0");
  join(raw, "room", "1");
  raw.socket.send(JSON.stringify([null, "2", "phoenix", "heartbeat", {}]));
  await until("two answers", () => raw.frames.length === 2);
  const answers = parsed(raw);
  assert.deepEqual(answers.find((frame) => (frame as unknown[])[1] === "1"), [
    "1",
    "1",
    "realtime:room",
    "phx_reply",
    ok({ postgres_changes: [] }),
  ]);
  assert.deepEqual(answers.find((frame) => (frame as unknown[])[1] === "2"), [
    null,
    "2",
    "phoenix",
    "phx_reply",
    ok(),
  ]);
  raw.socket.send(JSON.stringify(["1", "3", "realtime:room", "phx_leave", {}]));
  await until("the channel closes", () => raw.frames.length === 4);
  assert.deepEqual(parsed(raw).slice(2), [
    ["1", "3", "realtime:room", "phx_reply", ok()],
    ["1", "1", "realtime:room", "phx_close", {}],
  ]);
  raw.socket.send(JSON.stringify(["1", "4", "realtime:room", "broadcast", {}]));
  await until("a refusal", () => raw.frames.length === 5);
  const reply = { status: "error", response: { reason: "unmatched topic" } };
  assert.deepEqual(parsed(raw)[4], ["1", "4", "realtime:room", "phx_reply", reply]);
});

Deno.test("realtime: version 1 and version 2 talk to each other", async () => {
  const old = await fixture.socket("1.0.0");
  const text = { topic: "realtime:mixed", join_ref: "1" };
  old.socket.send(JSON.stringify({ ...text, event: "phx_join", payload: {}, ref: "1" }));
  await until("version 1 joins", () => old.frames.length === 1);
  const modern = await fixture.socket("2.0.0");
  join(modern, "mixed", "1", { broadcast: { ack: true } });
  await until("version 2 joins", () => modern.frames.length === 1);
  const header = ["1", "2", "realtime:mixed", "hi", ""];
  const bytes = new TextEncoder().encode(`${header.join("")}{"n":1}`);
  const lengths = header.map((field) => field.length);
  modern.socket.send(new Uint8Array([3, ...lengths, 1, ...bytes]));
  await until("both hear of it", () => old.frames.length + modern.frames.length === 4);
  assert.deepEqual(parsed(old)[1], {
    topic: "realtime:mixed",
    event: "broadcast",
    payload: { type: "broadcast", event: "hi", payload: { n: 1 } },
    ref: null,
    join_ref: null,
  });
  const payload = { type: "broadcast", event: "back", payload: { n: 2 } };
  old.socket.send(JSON.stringify({ ...text, event: "broadcast", payload, ref: "2" }));
  await until("the answer arrives", () => modern.frames.length === 3);
  assert.deepEqual(parsed(modern)[2], [null, null, "realtime:mixed", "broadcast", payload]);
});

Deno.test("realtime: odd frames are ignored", async () => {
  const raw = await fixture.socket("2.0.0");
  for (const odd of ["{", "{}", "[]", "7", '[1,2,"x"]', "[{},null,null,null]"]) {
    raw.socket.send(odd);
  }
  raw.socket.send(new Uint8Array([]));
  raw.socket.send(new Uint8Array([3, 255, 255, 255, 255, 255, 1]));
  raw.socket.send(new Uint8Array([9, 1, 2]));
  raw.socket.send(JSON.stringify([null, "1", "phoenix", "heartbeat", {}]));
  await until("the heartbeat is answered", () => raw.frames.length === 1);
  assert.deepEqual(parsed(raw), [[null, "1", "phoenix", "phx_reply", ok()]]);
});

Deno.test("realtime: joins are refused in the server's words", async () => {
  const raw = await fixture.socket("2.0.0");
  const past = Math.floor(Date.now() / 1000) - 60;
  const forged = await signToken({ role: "anon", exp: past + 999 }, { secret: "x".repeat(40) });
  const cases: [string, object, object, RegExp][] = [
    ["", {}, {}, /^TopicNameRequired: You must provide a topic name$/],
    ["a", {}, { access_token: "nonsense" }, /^MalformedJWT: The token provided is not/],
    ["b", {}, { access_token: forged }, /^JwtSignatureError: Failed to validate JWT signature$/],
    [
      "c",
      {},
      { access_token: await fixture.token({ role: "anon", exp: past }) },
      /^InvalidJWTToken: Token has expired 6\d seconds ago$/,
    ],
    [
      "d",
      {},
      { access_token: await fixture.token({ sub: ALICE }) },
      /^InvalidJWTToken: Fields `role` and `exp` are required in JWT$/,
    ],
    ["e", { broadcast: { replay: { since: 1 } } }, {}, /Replay is not allowed for public/],
  ];
  for (const [topic, config, extra, expected] of cases) {
    const before = raw.frames.length;
    join(raw, topic, "1", config, extra);
    await until("an answer", () => raw.frames.length > before);
    const [, , , , reply] = parsed(raw).at(-1) as [0, 0, 0, 0, { response: { reason: string } }];
    assert.match(reply.response.reason, expected);
  }
  for (let number = 0; number <= FEW_CHANNELS; number += 1) {
    const before = raw.frames.length;
    join(raw, `many-${number}`, String(number));
    await until("an answer", () => raw.frames.length > before);
  }
  assert.match(String(raw.frames.at(-1)), /ChannelRateLimitReached: Too many channels/);
});

Deno.test("realtime: a second join of a topic replaces the first", async () => {
  const raw = await fixture.socket("2.0.0");
  join(raw, "twice", "1");
  await until("the first join", () => raw.frames.length === 1);
  join(raw, "twice", "2");
  await until("the second join", () => raw.frames.length === 3);
  assert.deepEqual(parsed(raw)[1], ["1", "1", "realtime:twice", "phx_close", {}]);
});

Deno.test("realtime: connections need a valid key", async () => {
  const address = `${fixture.url}/realtime/v1/websocket?vsn=2.0.0`;
  const missing = await fetch(address);
  assert.equal(missing.status, 401);
  assert.ok("error" in await missing.json());
  const bad = await fetch(`${address}&apikey=nonsense`);
  assert.equal(bad.status, 401);
  await bad.body?.cancel();
  const unknown = await fetch(`${fixture.url}/realtime/v1/longpoll`);
  assert.equal(unknown.status, 501);
  await unknown.body?.cancel();
});

Deno.test("realtime: HTTP: one broadcast and many", async () => {
  const raw = await fixture.socket("2.0.0");
  join(raw, "http", "1");
  await until("joined", () => raw.frames.length === 1);
  const one = { topic: "http", event: "a", payload: { n: 1 } };
  assert.deepEqual(await post("/api/broadcast?vsn=2.0.0", { messages: [one] }), {
    status: 202,
    text: "",
  });
  await until("the batch arrives", () => raw.frames.length === 2);
  const payload = { type: "broadcast", event: "a", payload: { n: 1 } };
  assert.deepEqual(parsed(raw)[1], [null, null, "realtime:http", "broadcast", payload]);
  assert.equal((await post("/api/broadcast/http/events/b%20c", { n: 2 })).status, 202);
  await until("the single one arrives", () => raw.frames.length === 3);
  const frame = raw.frames[2] as Uint8Array;
  assert.equal(frame[0], 4);
  assert.equal(new TextDecoder().decode(frame.subarray(5)), 'realtime:httpb c{"n":2}');
  const bytes = { "content-type": "application/octet-stream" };
  const sent = await post("/api/broadcast/http/events/d", new Uint8Array([7]), "anon", bytes);
  assert.equal(sent.status, 202);
  await until("the bytes arrive", () => raw.frames.length === 4);
  assert.equal((raw.frames[3] as Uint8Array).at(-1), 7);
});

Deno.test("realtime: HTTP: refusals", async () => {
  const open = await fetch(`${fixture.url}/realtime/v1/api/broadcast`, { method: "POST" });
  assert.equal(open.status, 401);
  assert.deepEqual(await open.json(), { message: "Unauthorized" });
  const { status, text } = await post("/api/broadcast", { messages: [{ event: "x" }] });
  assert.equal(status, 422);
  assert.deepEqual(JSON.parse(text), {
    errors: { messages: [{ topic: ["can't be blank"], payload: ["can't be blank"] }] },
  });
  const role = "authenticated";
  const path = "/api/broadcast/room:quiet/events/x?private=true";
  assert.deepEqual(await post(path, {}, role), {
    status: 403,
    text: JSON.stringify({ message: "Unauthorized" }),
  });
  const mine = "/api/broadcast/room:open/events/x?private=true";
  assert.equal((await post(mine, {}, role)).status, 202);
  const silent = { topic: "room:quiet", event: "x", payload: {}, private: true };
  assert.equal((await post("/api/broadcast", { messages: [silent] }, role)).status, 202);
  const plain = { "content-type": "text/plain" };
  assert.equal((await post("/api/broadcast/a/events/x", {}, role, plain)).status, 415);
  assert.equal((await post("/api/broadcast/a/events/x?persist=true", {}, role)).status, 501);
});

Deno.test("realtime: HTTP: the official client's own way", async () => {
  const client = await fixture.client(user(ALICE));
  const channel = client.channel("room:open", { config: { private: true } });
  assert.deepEqual(await channel.httpSend("x", { n: 1 }), { success: true });
  const quiet = client.channel("room:quiet", { config: { private: true } });
  const refusal = await quiet.httpSend("x", {}).catch((error: Error) => ({ error }));
  assert.ok("error" in refusal);
});

Deno.test("realtime: HTTP: health and counts", async () => {
  const ping = await fetch(`${fixture.url}/realtime/v1/api/ping`);
  assert.deepEqual(await ping.json(), { message: "Success" });
  const raw = await fixture.socket("2.0.0");
  join(raw, "counted", "1");
  await until("joined", () => raw.frames.length === 1);
  const address = `${fixture.url}/realtime/v1/api/stats`;
  const token = await fixture.token({ role: "service_role" });
  const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
  const stats = await answer.json();
  assert.equal(stats.feed_ready, true);
  const counted = stats.topics.find((topic: { topic: string }) => topic.topic === "counted");
  assert.deepEqual(counted, { topic: "counted", private: false, channels: 1, connections: 1 });
  const anon = await fetch(address, { headers: { apikey: await fixture.token() } });
  assert.equal(anon.status, 401);
  await anon.body?.cancel();
});
