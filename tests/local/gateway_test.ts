/** @module The gateway: keys become tokens, paths lose their prefix, strangers are refused. */
import assert from "node:assert/strict";
import { createGateway } from "../../local/gateway.ts";
import { listen } from "../../local/listener.ts";
import type { ProjectKeys } from "../../local/project_keys.ts";
import type { LocalService } from "../../local/service.ts";

const KEYS: ProjectKeys = {
  publishable: "sb_publishable_p",
  secret: "sb_secret_s",
  anonToken: "anon.jwt",
  serviceToken: "service.jwt",
  jwt: { secret: "a-secret-of-at-least-thirty-two-characters" },
  vapid: { publicKey: "", privateKey: "" },
};
const INFO = { remoteAddress: "127.0.0.1" };

interface Seen {
  path: string;
  authorization: string | null;
  forwarded: string | null;
}

/** Tells what a service sees. */
const mirror: LocalService = {
  fetch(request) {
    const url = new URL(request.url);
    return Response.json({
      path: url.pathname + url.search,
      authorization: request.headers.get("authorization"),
      forwarded: request.headers.get("x-forwarded-for"),
    });
  },
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

const gateway = createGateway({
  keys: KEYS,
  services: { auth: mirror, rest: mirror, storage: mirror, realtime: mirror, functions: mirror },
  site: () => new Response("site"),
});

async function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return await gateway(new Request(`http://127.0.0.1:1${path}`, { headers }), INFO);
}

async function seen(path: string, headers: Record<string, string> = {}): Promise<Seen> {
  return await (await ask(path, headers)).json();
}

Deno.test("gateway: a key becomes its token unless a user's token is there", async () => {
  const path = "/rest/v1/notes?id=eq.1";
  const own = "Bearer user.jwt";
  assert.deepEqual(await seen(path, { apikey: KEYS.publishable }), {
    path: "/notes?id=eq.1",
    authorization: "Bearer anon.jwt",
    forwarded: "127.0.0.1",
  });
  const cases: [Record<string, string>, string][] = [
    [{ apikey: KEYS.secret }, "Bearer service.jwt"],
    [{ apikey: KEYS.publishable, authorization: `Bearer ${KEYS.publishable}` }, "Bearer anon.jwt"],
    [{ apikey: KEYS.publishable, authorization: own }, own],
    [{ apikey: KEYS.anonToken }, "Bearer anon.jwt"],
  ];
  for (const [headers, authorization] of cases) {
    assert.equal((await seen(path, headers)).authorization, authorization);
  }
  assert.equal((await seen(`${path}&apikey=${KEYS.publishable}`)).authorization, "Bearer anon.jwt");
});

Deno.test("gateway: no key, a foreign key and a secret in a browser are refused", async () => {
  const browser = { apikey: KEYS.secret, "user-agent": "Mozilla/5.0" };
  for (const headers of [{}, { apikey: "sb_publishable_other" }, browser]) {
    const answer = await ask("/rest/v1/notes", headers);
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    await answer.body?.cancel();
  }
  for (
    const path of [
      "/auth/v1/verify",
      "/auth/v1/.well-known/jwks.json",
      "/storage/v1/object/public/a/b",
      "/storage/v1/object/sign/a/b?token=x",
      "/functions/v1/api/health",
    ]
  ) {
    assert.equal((await seen(path)).path, path.replace(/^\/[a-z]+\/v1/, ""));
  }
});

Deno.test("gateway: the client's word on its address is not believed", async () => {
  const headers = { apikey: KEYS.publishable, "x-forwarded-for": "8.8.8.8" };
  assert.equal((await seen("/rest/v1/", headers)).forwarded, "127.0.0.1");
});

Deno.test("gateway: realtime gets its own paths and a token for a key", async () => {
  const socket = await seen(`/realtime/v1/websocket?apikey=${KEYS.publishable}&vsn=2.0.0`);
  assert.equal(socket.path, "/socket/websocket?apikey=anon.jwt&vsn=2.0.0");
  const api = await seen("/realtime/v1/api/broadcast", { apikey: KEYS.secret });
  assert.equal(api.path, "/api/broadcast");
});

Deno.test("gateway: what is not there names itself, the rest is the console's", async () => {
  const absent = await ask("/graphql/v1");
  assert.equal(absent.status, 501);
  assert.match(await absent.text(), /graphql/);
  assert.equal(await (await ask("/login")).text(), "site");
});

Deno.test("gateway: a rewritten request still upgrades to a WebSocket", async () => {
  const echo: LocalService = {
    fetch(request) {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onopen = () => socket.send(request.url.replace(/^.*\/socket/, "/socket"));
      return response;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const services = { auth: echo, rest: echo, storage: echo, realtime: echo, functions: echo };
  const site = () => new Response("site");
  await using listener = listen(0, "test", createGateway({ keys: KEYS, services, site }));
  const address = `${
    listener.url.replace("http", "ws")
  }/realtime/v1/websocket?apikey=${KEYS.secret}`;
  const socket = new WebSocket(address);
  const heard = await new Promise((done) => socket.onmessage = (event) => done(event.data));
  assert.equal(heard, "/socket/websocket?apikey=service.jwt");
  const closed = new Promise((done) => socket.onclose = done);
  socket.close();
  await closed;
});
