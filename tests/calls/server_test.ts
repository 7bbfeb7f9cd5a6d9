/** @module Calls of more than four people: the call server's tokens and reports. */
import assert from "node:assert/strict";
import { decodeJwt, jwtVerify } from "jose";
import { AccessToken } from "livekit-server-sdk";
import { createHooks } from "../../shared/jobs.ts";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { makeRoom } from "../rooms/support.ts";

const SERVER = {
  LIVEKIT_URL: "wss://calls.test",
  LIVEKIT_API_KEY: "key",
  LIVEKIT_API_SECRET: "a-call-server-secret-of-some-length",
};

async function openCall(env?: Record<string, string>) {
  const app = await openApp(env === undefined ? {} : { env });
  const people: TestPerson[] = [];
  for (const handle of ["ada", "bob", "cyd", "dan", "eve"]) people.push(await app.signUp(handle));
  const [ada, ...members] = people;
  if (ada === undefined) throw new Error("nobody");
  const room = await makeRoom(app, ada, { members });
  const { body } = await app.as(ada).post(`/rooms/${room.id}/calls`, { kind: "video" });
  for (const person of members.slice(0, 3)) await app.as(person).post(`/calls/${body.id}/join`);
  const fifth = members[3];
  if (fifth === undefined) throw new Error("nobody");
  return { app, ada, fifth, callId: String(body.id) };
}

async function report(
  app: TestApp,
  body: unknown,
  secret: string,
  added = "",
): Promise<Response> {
  const text = JSON.stringify(body);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const token = new AccessToken(SERVER.LIVEKIT_API_KEY, secret);
  token.sha256 = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return await createHooks(app.deps).request("/hooks/livekit", {
    method: "POST",
    headers: { authorization: await token.toJwt(), "content-type": "application/webhook+json" },
    body: text + added,
  });
}

/** What the call server was told to do, and by whose leave. */
function openCallServer() {
  const orders: { method: string; body: Record<string, unknown>; video: unknown }[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const method = request.url.split("/").at(-1) ?? "";
    const token = request.headers.get("authorization")?.replace("Bearer ", "") ?? "";
    const key = new TextEncoder().encode(SERVER.LIVEKIT_API_SECRET);
    const { payload } = await jwtVerify(token, key);
    orders.push({ method, body: await request.json(), video: payload["video"] });
    // It has lost them already: nothing is left to do.
    return method === "DeleteRoom"
      ? Response.json({ code: "not_found", msg: "no such room" }, { status: 404 })
      : Response.json({});
  });
  const LIVEKIT_URL = `ws://127.0.0.1:${server.addr.port}`;
  return {
    orders,
    env: { ...SERVER, LIVEKIT_URL },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("[CA-01] calls: the call server puts out whom the room puts out, and closes with the call", async () => {
  await using server = openCallServer();
  const { app, ada, fifth, callId } = await openCall(server.env);
  await using _ = app;
  await app.as(fifth).post(`/calls/${callId}/join`);
  const [call] = await app.db.sql<{ room_id: string }[]>`select room_id from public.calls`;

  await app.as(ada).delete(`/rooms/${call?.room_id}/members/${fifth.id}`);
  await app.runJobs();
  await app.as(ada).post(`/calls/${callId}/end`);
  await app.runJobs();

  const [out, closed, ...more] = server.orders;
  assert.deepEqual(more, []);
  assert.equal(out?.method, "RemoveParticipant");
  assert.equal(out?.body["room"], callId);
  assert.equal(out?.body["identity"], fifth.id);
  assert.ok(Number(out?.body["revokeTokenTs"]) >= Date.now() / 1_000 - 60);
  assert.deepEqual(out?.video, { roomAdmin: true, room: callId });
  assert.deepEqual([closed?.method, closed?.body["room"]], ["DeleteRoom", callId]);
});

Deno.test("[CA-01] calls: the fifth person needs a call server, which the answer names", async () => {
  const { app, fifth, callId } = await openCall();
  await using _ = app;

  const answer = await app.as(fifth).post(`/calls/${callId}/join`);

  assert.equal(answer.status, 501);
  assert.equal(answer.body.code, "not-configured");
  assert.match(answer.body.detail, /LIVEKIT_URL/);
});

Deno.test("[CA-01] calls: with a call server everybody in it gets a token of their own", async () => {
  const { app, ada, fifth, callId } = await openCall(SERVER);
  await using _ = app;
  assert.equal((await app.as(ada).get(`/calls/${callId}`)).body.livekit, null);

  const joined = (await app.as(fifth).post(`/calls/${callId}/join`)).body;
  const seen = (await app.as(ada).get(`/calls/${callId}`)).body;
  await app.as(ada).post(`/calls/${callId}/leave`);
  const left = (await app.as(ada).get(`/calls/${callId}`)).body;

  assert.equal(joined.livekit.url, SERVER.LIVEKIT_URL);
  const claims = decodeJwt(joined.livekit.token);
  assert.equal(claims.sub, fifth.id);
  assert.deepEqual((claims["video"] as Record<string, unknown>)["room"], callId);
  assert.ok((claims.exp ?? 0) - Date.now() / 1_000 <= 600);
  assert.equal(decodeJwt(seen.livekit.token).sub, ada.id);
  assert.equal(left.livekit, null);
});

Deno.test("[CA-01] calls: whom the call server loses has left; forged and old reports change nothing", async () => {
  const { app, fifth, callId } = await openCall(SERVER);
  await using _ = app;
  await app.as(fifth).post(`/calls/${callId}/join`);
  const said = (createdAt: number) => ({
    event: "participant_left",
    room: { name: callId },
    participant: { identity: fifth.id },
    createdAt: String(createdAt),
  });
  const now = Math.floor(Date.now() / 1_000);
  const isIn = async () => {
    const { body } = await app.as(fifth).get(`/calls/${callId}`);
    return body.participants.some((person: { id: string; state: string }) =>
      person.id === fifth.id && person.state === "joined"
    );
  };

  const forged = await report(app, said(now + 5), "another-secret-of-some-length-here");
  const bare = await createHooks(app.deps).request("/hooks/livekit", {
    method: "POST",
    body: JSON.stringify(said(now + 5)),
  });
  const altered = await report(app, said(now + 5), SERVER.LIVEKIT_API_SECRET, " ");
  for (const refused of [forged, bare, altered]) {
    assert.equal(refused.status, 401);
    assert.equal((await refused.json()).code, "bad-signature");
  }
  assert.equal(await isIn(), true);
  assert.equal((await report(app, said(now - 60), SERVER.LIVEKIT_API_SECRET)).status, 200);
  assert.equal(await isIn(), true);
  assert.equal((await report(app, said(now + 5), SERVER.LIVEKIT_API_SECRET)).status, 200);
  assert.equal(await isIn(), false);
});
