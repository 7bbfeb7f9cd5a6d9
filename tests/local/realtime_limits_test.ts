/** @module What a socket may not do: be silent, send too much, join too often. */
import assert from "node:assert/strict";
import { join, openRealtime, parsed, type RealtimeFixture, until } from "./realtime_support.ts";

const SHORT_IDLE_MS = 300;

let fixture: RealtimeFixture;

Deno.test.beforeAll(async () => {
  fixture = await openRealtime({
    idleTimeoutMs: SHORT_IDLE_MS,
    limits: { messagesPerSecond: 1, payloadBytes: 200, joinsPerSecond: 1 },
  });
});
Deno.test.afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
});

Deno.test("realtime: a silent socket is closed", async () => {
  const raw = await fixture.socket("2.0.0");
  assert.ok((await raw.closed).wasClean);
});

Deno.test("realtime: too large a payload is refused", async () => {
  const raw = await fixture.socket("2.0.0");
  join(raw, "large", "1", { broadcast: { ack: true } });
  await until("joined", () => raw.frames.length === 1);
  const payload = { type: "broadcast", event: "x", payload: { text: "x".repeat(300) } };
  raw.socket.send(JSON.stringify(["1", "2", "realtime:large", "broadcast", payload]));
  await until("an answer", () => raw.frames.length === 2);
  const reply = { status: "error", response: { error: "payload_size_exceeded" } };
  assert.deepEqual(parsed(raw)[1], ["1", "2", "realtime:large", "phx_reply", reply]);
});

Deno.test("realtime: too many messages end the channel", async () => {
  const raw = await fixture.socket("2.0.0");
  join(raw, "busy", "1");
  await until("joined", () => raw.frames.length === 1);
  const payload = { type: "broadcast", event: "x", payload: {} };
  for (let message = 0; message < 70; message += 1) {
    raw.socket.send(JSON.stringify(["1", null, "realtime:busy", "broadcast", payload]));
  }
  await until(
    "the channel ends",
    () =>
      /phx_close/.test(String(raw.frames.at(-1))) ||
      parsed(raw).some((frame) => (frame as unknown[])[3] === "phx_close"),
  );
  const notice = {
    extension: "system",
    status: "error",
    message: "Too many messages per second",
    channel: "busy",
  };
  assert.deepEqual(parsed(raw)[1], ["1", null, "realtime:busy", "system", notice]);
});

Deno.test("realtime: too many joins end the socket", async () => {
  const raw = await fixture.socket("2.0.0");
  for (let number = 0; number < 70; number += 1) join(raw, "same", String(number));
  await raw.closed;
  assert.ok(raw.frames.some((frame) => String(frame).includes("ClientJoinRateLimitReached")));
});

/** Opens a socket, joins a public topic, and never reads again. */
async function openDeaf(url: string, key: string, topic: string): Promise<Deno.TcpConn> {
  const { hostname, port } = new URL(url);
  const conn = await Deno.connect({ hostname, port: Number(port) });
  const request = [
    `GET /realtime/v1/websocket?apikey=${key}&vsn=2.0.0 HTTP/1.1`,
    `host: ${hostname}`,
    "upgrade: websocket",
    "connection: Upgrade",
    `sec-websocket-key: ${btoa("0123456789abcdef")}`,
    "sec-websocket-version: 13",
    "\r\n",
  ].join("\r\n");
  await conn.write(new TextEncoder().encode(request));
  await conn.read(new Uint8Array(1_024));
  const text = JSON.stringify(["1", "1", `realtime:${topic}`, "phx_join", {}]);
  // A client's frames are masked; a mask of zeroes changes nothing.
  const frame = [0x81, 0x80 | text.length, 0, 0, 0, 0, ...new TextEncoder().encode(text)];
  await conn.write(new Uint8Array(frame));
  return conn;
}

Deno.test("realtime: a client that does not read is dropped, the others go on", async () => {
  await using other = await openRealtime({ limits: { bufferedBytes: 100_000 } });
  const raw = await other.socket("2.0.0");
  join(raw, "t", "1");
  const deaf = await openDeaf(other.url, await other.token(), "t");
  const authorization = `Bearer ${await other.token({ role: "service_role" })}`;
  const headers = { authorization, "content-type": "application/json" };
  const api = `${other.url}/realtime/v1/api`;
  async function connections(): Promise<number> {
    const answer = await fetch(`${api}/stats`, { headers });
    const { topics } = await answer.json() as { topics: { connections: number }[] };
    return topics[0]?.connections ?? 0;
  }
  await until("both have joined", async () => await connections() === 2);
  const body = JSON.stringify({ text: "x".repeat(200_000) });
  let sent = 0;
  await until("the deaf one is dropped", async () => {
    const answer = await fetch(`${api}/broadcast/t/events/x`, { method: "POST", headers, body });
    assert.equal(answer.status, 202);
    sent += 1;
    return await connections() === 1;
  });
  await until("the other has heard all", () => raw.frames.length === sent + 1);
  deaf.close();
});
