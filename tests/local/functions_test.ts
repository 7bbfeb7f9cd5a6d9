/** @module The functions host, on a small project made for the purpose. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parseConfig } from "../../local/config_toml.ts";
import { type FunctionsService, startFunctions } from "../../local/functions/mod.ts";
import { type JwtKeys, signLegacyToken } from "../../local/jwt.ts";

const JWT: JwtKeys = { secret: "a-secret-of-at-least-thirty-two-characters" };
const DEADLINE_MS = 10_000;
const CONFIG = `
[functions.echo]
verify_jwt = false
[functions.broken]
verify_jwt = false
[functions.shorthand]
verify_jwt = false
`;

const ECHO = `
import { word } from "../_shared/word.ts";
const state = (kind) => Deno.permissions.querySync({ name: kind }).state === "granted";
Deno.serve(async (request) => {
  const url = new URL(request.url);
  if (request.headers.get("upgrade") === "websocket") {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => socket.send("hello");
    socket.onmessage = (event) => socket.send("echo " + event.data);
    return response;
  }
  if (url.pathname === "/echo/stream") return new Response(request.body);
  EdgeRuntime.waitUntil(Promise.resolve());
  return Response.json({
    word,
    path: url.pathname + url.search,
    body: await request.text(),
    secret: Deno.env.get("SECRET"),
    permissions: ["run", "ffi", "net", "env"].map(state),
  });
});
`;

interface Echo {
  word: string;
  path: string;
  body: string;
  secret: string;
  permissions: boolean[];
}

/** A project folder with a few functions, and the host behind a listening gateway. */
async function openProject(stack: AsyncDisposableStack): Promise<{ dir: string; base: string }> {
  const dir = await Deno.makeTempDir({ prefix: "tsq-project-" });
  stack.defer(() => Deno.remove(dir, { recursive: true }));
  const files: Record<string, string> = {
    "echo/index.ts": ECHO,
    "_shared/word.ts": `export const word = "one";`,
    "broken/index.ts": `throw new Error("no");`,
    "shorthand/index.ts": `export default { fetch: () => new Response("short") };`,
    "guarded/index.ts": `Deno.serve(() => new Response("in"));`,
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(dir, "supabase", "functions", name);
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
  const service: FunctionsService = stack.use(
    await startFunctions({
      projectDir: dir,
      config: parseConfig(CONFIG, () => undefined),
      jwt: JWT,
      env: { SECRET: "s" },
    }),
  );
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    return service.fetch(request, { remoteAddress: "127.0.0.1" });
  });
  stack.defer(() => server.shutdown());
  return { dir, base: `http://127.0.0.1:${server.addr.port}` };
}

Deno.test("functions: an unmodified function runs with hosted edge's permissions", async () => {
  await using stack = new AsyncDisposableStack();
  const { base } = await openProject(stack);
  const answer = await fetch(`${base}/echo/a/b?c=1`, { method: "POST", body: "text" });
  assert.deepEqual(await answer.json(), {
    word: "one",
    path: "/echo/a/b?c=1",
    body: "text",
    secret: "s",
    permissions: [false, false, true, true],
  });
  const shorthand = await fetch(`${base}/shorthand`);
  assert.equal(await shorthand.text(), "short");
});

Deno.test("functions: bodies stream and WebSockets pass", async () => {
  await using stack = new AsyncDisposableStack();
  const { base } = await openProject(stack);
  const pipe = new TransformStream<Uint8Array, Uint8Array>();
  const writer = pipe.writable.getWriter();
  const answer = await fetch(`${base}/echo/stream`, { method: "POST", body: pipe.readable });
  const reader = answer.body?.getReader();
  for (const part of ["a", "b"]) {
    // Each part comes back before the next is sent: nothing waits for the whole body.
    await writer.write(new TextEncoder().encode(part));
    assert.equal(new TextDecoder().decode((await reader?.read())?.value), part);
  }
  await writer.close();
  assert.equal((await reader?.read())?.done, true);
  const socket = new WebSocket(base.replace("http", "ws") + "/echo");
  const heard: string[] = [];
  const closed = new Promise((done) => socket.onclose = done);
  socket.onmessage = (event) => {
    heard.push(event.data);
    if (heard.length === 1) socket.send("x");
    else socket.close();
  };
  await closed;
  assert.deepEqual(heard, ["hello", "echo x"]);
});

Deno.test("functions: failures answer as the platform answers", async () => {
  await using stack = new AsyncDisposableStack();
  const { base } = await openProject(stack);
  const broken = await fetch(`${base}/broken`);
  assert.deepEqual([broken.status, (await broken.json()).code], [503, "BOOT_ERROR"]);
  const missing = await fetch(`${base}/missing`);
  assert.deepEqual([missing.status, (await missing.json()).code], [404, "NOT_FOUND"]);
  const bare = await fetch(`${base}/guarded`);
  assert.equal(bare.status, 401);
  await bare.body?.cancel();
  const token = await signLegacyToken({ role: "anon" }, JWT);
  const guarded = await fetch(`${base}/guarded`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(await guarded.text(), "in");
});

Deno.test("functions: a changed source is running at the next request", async () => {
  await using stack = new AsyncDisposableStack();
  const { dir, base } = await openProject(stack);
  const ask = async () => (await (await fetch(`${base}/echo`)).json() as Echo).word;
  assert.equal(await ask(), "one");
  const shared = join(dir, "supabase", "functions", "_shared", "word.ts");
  await Deno.writeTextFile(shared, `export const word = "two";`);
  let word = "one";
  for (const until = Date.now() + DEADLINE_MS; word === "one" && Date.now() < until;) {
    word = await ask();
  }
  assert.equal(word, "two");
});
