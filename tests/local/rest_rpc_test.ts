/** @module Calls, identities, settings and the schema cache of the local REST API. */
import assert from "node:assert/strict";
import { signToken } from "../../local/jwt.ts";
import { ALICE, JWT, openForum } from "./rest_support.ts";

const RETRIES = 50;
const RETRY_MS = 20;

Deno.test("rest: calls functions by POST and by GET", async () => {
  await using forum = await openForum();
  const { alice } = forum;
  assert.equal((await alice.rpc("add", { a: 1 })).data, 11);
  assert.equal((await alice.rpc("add", { a: 1, b: 2 }, { get: true })).data, 3);
  assert.deepEqual((await alice.rpc("pairs")).data, [{ x: 1, y: "a" }, { x: 2, y: "b" }]);
  assert.deepEqual((await alice.rpc("pairs").eq("x", 2).select("y").single()).data, { y: "b" });
  const posts = await alice.rpc("posts_of", { person: ALICE }).select("id, labels(name)")
    .order("id").limit(1).order("id", { referencedTable: "labels" });
  assert.deepEqual(posts.data, [{ id: 1, labels: [{ name: "red" }, { name: "blue" }] }]);
  assert.deepEqual((await alice.rpc("one_post").select("id")).data, { id: 1 });
  const nothing = await alice.rpc("nothing");
  assert.deepEqual([nothing.status, nothing.data], [204, null]);
  assert.equal((await alice.rpc("total", { numbers: [1, 2, 3] })).data, 6);
  const variadic = await forum.ask("/rpc/total?numbers=4&numbers=5");
  assert.equal(await variadic.json(), 9);
  const whole = await forum.ask("/rpc/echo", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"z":[1,{"a":2}]}',
  });
  assert.deepEqual(await whole.json(), { z: [1, { a: 2 }] });
});

Deno.test("rest: refuses calls of what is not there, or writes where it may not", async () => {
  await using forum = await openForum();
  const missing = await forum.alice.rpc("add", { c: 1 });
  assert.deepEqual([missing.status, missing.error?.code], [404, "PGRST202"]);
  const written = await forum.alice.rpc("writes", {}, { get: true });
  assert.deepEqual([written.status, written.error?.code], [405, "25006"]);
  assert.equal((await forum.alice.rpc("writes")).data, 99);
  assert.equal((await forum.ask("/rpc/add", { method: "DELETE" })).status, 405);
});

Deno.test("rest: words the refusals of functions", async () => {
  await using forum = await openForum();
  const cases = [["P0001", 400], ["PT402", 402], ["42501", 403], ["53300", 503]] as const;
  for (const [state, status] of cases) {
    const refused = await forum.alice.rpc("refuse", { state });
    assert.equal(refused.status, status);
    const { code, message, details, hint } = refused.error ?? {};
    assert.deepEqual({ code, message, details, hint }, {
      code: state,
      message: "no",
      details: "more",
      hint: "try",
    });
  }
  const full = await forum.ask("/rpc/refuse_fully", { method: "POST" });
  assert.deepEqual([full.status, full.headers.get("retry-after")], [429, "7"]);
  assert.deepEqual(await full.json(), { code: "X1", message: "busy", details: "d", hint: "h" });
  const teapot = await forum.ask("/rpc/teapot", { method: "POST" });
  assert.deepEqual([teapot.status, teapot.headers.get("x-tea"), await teapot.json()], [
    418,
    "green",
    1,
  ]);
});

Deno.test("rest: gives SQL the request, its role and that role's settings", async () => {
  await using forum = await openForum();
  const asked = await forum.ask("/rpc/who", { headers: { "X-Test": "yes" } });
  assert.deepEqual(await asked.json(), {
    role: "authenticated",
    path: "/rpc/who",
    method: "GET",
    timeout: "8s",
    header: "yes",
    read_only: "on",
  });
  const anonymous = await forum.anon.rpc("who");
  assert.deepEqual([anonymous.data.role, anonymous.data.timeout], ["anon", "3s"]);
  await forum.database.sql.unsafe(
    `alter role authenticated in database ${forum.database.name} set statement_timeout = '60ms';
     notify pgrst, 'reload config'`,
  );
  let status = 0;
  for (let attempt = 0; attempt < RETRIES && status !== 500; attempt++) {
    const slow = await forum.ask("/rpc/who");
    const { timeout } = await slow.json();
    if (timeout !== "60ms") {
      await new Promise((done) => setTimeout(done, RETRY_MS));
      continue;
    }
    const stopped = await forum.alice.rpc("sleepy");
    status = stopped.status;
    assert.equal(stopped.error?.code, "57014");
  }
  assert.equal(status, 500);
});

Deno.test("rest: refuses bad tokens", async () => {
  await using forum = await openForum();
  async function answer(authorization: string): Promise<unknown[]> {
    const response = await forum.ask("/labels", { headers: { authorization } });
    const { code } = await response.json();
    return [response.status, code, response.headers.get("www-authenticate") !== null];
  }
  const expired = await signToken({ role: "anon", exp: 1 }, JWT);
  const forged = await signToken({ role: "anon" }, { secret: "x".repeat(40) });
  assert.deepEqual(await answer(`Bearer ${expired}`), [401, "PGRST303", true]);
  assert.deepEqual(await answer(`Bearer ${forged}`), [401, "PGRST301", true]);
  assert.deepEqual(await answer("Bearer nonsense"), [401, "PGRST301", true]);
  const bare = await fetch(`${forum.url}/labels`);
  assert.equal(bare.status, 200);
  await bare.body?.cancel();
});

Deno.test("rest: runs the pre-request function, and learns of new tables", async () => {
  await using forum = await openForum();
  const { sql, name } = forum.database;
  await sql.unsafe(`
    create function public.gate() returns void language plpgsql as $$
    begin
      if current_setting('request.headers', true)::json ->> 'x-stop' is not null then
        raise exception 'stopped' using errcode = 'PT429';
      end if;
    end $$;
    grant execute on function public.gate to anon, authenticated;
    create table public.fresh (id int);
    grant select on public.fresh to anon, authenticated;
    alter role authenticator in database ${name} set pgrst.db_pre_request = 'public.gate';
    notify pgrst, 'reload config'`);
  let stopped = 0;
  for (let attempt = 0; attempt < RETRIES && stopped !== 429; attempt++) {
    const response = await forum.ask("/labels", { headers: { "x-stop": "1" } });
    await response.body?.cancel();
    stopped = response.status;
    if (stopped !== 429) await new Promise((done) => setTimeout(done, RETRY_MS));
  }
  assert.equal(stopped, 429);
  assert.deepEqual((await forum.alice.from("fresh").select()).data, []);
});

Deno.test("rest: lists what there is, and answers OPTIONS", async () => {
  await using forum = await openForum();
  const listing = await (await forum.ask("/rest/v1/")).json();
  assert.equal(listing.swagger, "2.0");
  assert.ok("/posts" in listing.paths && "/rpc/add" in listing.paths);
  const options = await forum.ask("/posts", { method: "OPTIONS" });
  assert.equal(options.headers.get("allow"), "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE");
});

Deno.test("rest: many requests at once keep to their own identities", async () => {
  await using forum = await openForum();
  const answers = await Promise.all(Array.from({ length: 60 }, async (_, index) => {
    const client = index % 2 === 0 ? forum.alice : forum.anon;
    if (index % 5 === 0) await client.rpc("refuse", { state: "P0001" });
    return (await client.rpc("who")).data?.role;
  }));
  assert.deepEqual(
    answers,
    answers.map((_, index) => index % 2 === 0 ? "authenticated" : "anon"),
  );
});
