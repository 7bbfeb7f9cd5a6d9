/** @module What every route is given: ids, errors, bad input, limits, repetition, caching. */
import assert from "node:assert/strict";
import { openApp, tokenFor } from "../support/app.ts";
import { sampleRoutes } from "./sample.ts";

async function open(env: Record<string, string> = {}) {
  const calls = { count: 0 };
  const app = await openApp({ env, routes: (deps) => sampleRoutes(deps, calls) });
  return {
    app,
    calls,
    ada: await app.signUp("ada"),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

const ID = "0192f0c1-2b3c-7d4e-8f50-112233445566";

Deno.test("http: an answer echoes the request's id and continues its trace", async () => {
  await using test = await open();
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  const given = await test.app.anonymous.get("/notes/latest", {
    headers: { "x-request-id": "request-0001", traceparent },
  });
  const made = await test.app.anonymous.get("/notes/latest", {
    headers: { "x-request-id": "no good" },
  });

  assert.equal(given.headers.get("x-request-id"), "request-0001");
  assert.match(given.headers.get("traceparent") ?? "", /^00-0af7651916cd43dd8448eb211c80319c-/);
  assert.match(made.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
  const line = test.app.logs.map((text) => JSON.parse(text))
    .find((record) => record.request_id === "request-0001");
  assert.equal(line.route, "/notes/latest");
  assert.equal(line.trace_id, "0af7651916cd43dd8448eb211c80319c");
});

Deno.test("http: fixed paths win over parameters, aliases answer alike", async () => {
  await using test = await open();
  const client = test.app.as(test.ada);

  assert.equal((await client.get("/notes/latest")).body.text, "the latest");
  assert.equal((await client.post("/notes", { text: "a" })).status, 201);
  assert.equal((await client.post("/papers", { text: "a" })).status, 201);
  assert.equal((await client.put("/notes", { text: "again" })).status, 200);
  assert.equal((await client.delete(`/notes/${ID}`)).status, 204);
});

Deno.test("http: a missing, forged, foreign or expired token gets 401", async () => {
  await using test = await open();
  const { app, ada } = test;
  const now = Math.floor(Date.now() / 1_000);
  const tokens = [
    `${ada.token.slice(0, -4)}AAAA`,
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
    "garbage",
    "gar.ba.ge",
    `.${ada.token.split(".").slice(1).join(".")}`,
    await tokenFor(ada, { exp: now - 1 }),
    await tokenFor(ada, { exp: undefined }),
    await tokenFor(ada, { sub: "nobody" }),
    await tokenFor(ada, { session_id: undefined }),
    await tokenFor(ada, { role: "postgres" }),
  ];

  const anonymous = await app.anonymous.post("/notes", { text: "a" });

  assert.equal(anonymous.status, 401);
  assert.equal(anonymous.body.code, "not-authenticated");
  assert.equal(anonymous.headers.get("www-authenticate"), "Bearer");
  for (const token of tokens) {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await app.anonymous.get("/notes/latest", { headers });
    assert.equal(answer.status, 401, token);
  }
  const basic = await app.anonymous.get("/notes/latest", { headers: { authorization: "Basic x" } });
  assert.equal(basic.status, 401);
});

Deno.test("http: the publishable key is no person, and not an error", async () => {
  await using test = await open();
  const key = test.app.deps.config.env.SUPABASE_ANON_KEY ?? "";

  const answer = await test.app.anonymous.get("/notes/latest", {
    headers: { authorization: `Bearer ${key}`, apikey: key },
  });

  assert.equal(answer.status, 200);
});

Deno.test("http: unknown, missing and wrong fields are named", async () => {
  await using test = await open();
  const client = test.app.as(test.ada);
  const paths = async (body: unknown) => {
    const headers = { "content-type": "application/json" };
    const answer = await client.post("/notes", body, { headers });
    assert.equal(answer.status, 422, JSON.stringify(body));
    return answer.body.errors.map(({ path }: { path: string }) => path);
  };

  assert.deepEqual(await paths({ text: "a", author_id: ID }), ["author_id"]);
  assert.deepEqual(await paths({}), ["text"]);
  assert.deepEqual(await paths({ text: 7 }), ["text"]);
  assert.deepEqual(await paths({ text: "a", tags: [{ name: "x", more: 1 }] }), ["tags.0.more"]);
  assert.deepEqual(await paths({ text: "NUL \0 here" }), ["text"]);
  assert.deepEqual(await paths({ text: "a", tags: [{ name: "\0" }] }), ["tags.0.name"]);
  assert.deepEqual(await paths('{"text":"half \\ud800 pair"}'), ["text"]);
  assert.deepEqual(await paths([]), [""]);
  assert.deepEqual(await paths("null"), [""]);
});

Deno.test("http: broken bodies are malformed, not invalid", async () => {
  await using test = await open();
  const client = test.app.as(test.ada);
  const headers = { "content-type": "application/json" };
  const bodies = [
    "",
    "{",
    '{"text":"a\0"}',
    new Uint8Array([0x22, 0xff, 0x22]),
    new Uint8Array([0x7b, 0x22, 0xc3, 0x28]),
  ];

  for (const body of bodies) {
    const answer = await client.post("/notes", body, { headers });
    assert.equal(answer.status, 400);
    assert.equal(answer.body.code, "malformed-request");
  }
});

Deno.test("http: large, mistyped and deeply nested bodies are refused", async () => {
  await using test = await open();
  const client = test.app.as(test.ada);
  const headers = { "content-type": "application/json" };
  const deep = `{"text":"\\u0000","tags":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;

  assert.equal((await client.post("/notes", { text: "a".repeat(300_000) })).status, 413);
  assert.equal(
    (await client.post("/notes", "text=a", {
      headers: { "content-type": "application/x-www-form-urlencoded" },
    })).status,
    415,
  );
  assert.equal((await client.post("/notes", deep, { headers })).status, 422);
});

Deno.test("http: a body without a length is counted while it is read", async () => {
  await using test = await open();
  const chunk = new Uint8Array(100_000).fill(0x20);
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      sent += 1;
      if (sent > 50) controller.close();
      else controller.enqueue(chunk);
    },
  });

  const response = await test.app.fetch(
    new Request("http://127.0.0.1:9/api/notes", {
      method: "POST",
      headers: { authorization: `Bearer ${test.ada.token}`, "content-type": "application/json" },
      body,
    }),
  );

  assert.equal(response.status, 413);
  assert.ok(sent < 10, `read ${sent} chunks`);
});

Deno.test("http: a path that cannot be one, an unknown path and a wrong method", async () => {
  await using test = await open();
  const { anonymous } = test.app;

  assert.equal((await anonymous.get("/notes/not-an-id")).status, 404);
  assert.equal((await anonymous.get("/notes/%00")).status, 404);
  assert.equal((await anonymous.get("/nothing")).status, 404);
  const wrong = await anonymous.patch(`/notes/${ID}`, {});
  assert.equal(wrong.status, 405);
  assert.equal(wrong.headers.get("allow"), "GET, DELETE");
});

Deno.test("http: a defect says nothing about itself", async () => {
  await using test = await open();

  const answer = await test.app.as(test.ada).post("/notes", { text: "defect" });

  assert.equal(answer.status, 500);
  assert.equal(answer.body.code, "internal");
  assert.ok(!answer.text.includes("vault"));
  assert.ok(test.app.logs.some((line) => line.includes("select secret from vault")));
});

Deno.test("http: pages go on where they ended, for their reader alone", async () => {
  await using test = await open();
  const [ada, bob] = [test.app.as(test.ada), test.app.as(await test.app.signUp("bob"))];

  const first = await ada.get("/numbers?limit=2");
  const second = await ada.get(`/numbers?limit=2&cursor=${first.body.next_cursor}`);

  assert.deepEqual([...first.body.items, ...second.body.items], [1, 2, 3, 4]);
  const foreign = await bob.get(`/numbers?cursor=${first.body.next_cursor}`);
  assert.equal(foreign.status, 400);
  assert.equal((await ada.get("/numbers?cursor=tampered")).status, 400);
  for (const limit of ["0", "101", "-1", "1.5", "ten", ""]) {
    assert.equal((await ada.get(`/numbers?limit=${limit}`)).status, 422, `limit ${limit}`);
  }
  assert.equal((await ada.get("/numbers?cursor=a%00b")).status, 422);
});

Deno.test("http: a GET carries an ETag and answers 304 to it", async () => {
  await using test = await open();
  const { anonymous } = test.app;

  const first = await anonymous.get("/notes/latest");
  const etag = first.headers.get("etag") ?? "";
  const same = await anonymous.get("/notes/latest", { headers: { "if-none-match": etag } });
  const strong = await anonymous.get("/notes/latest", {
    headers: { "if-none-match": `"other", ${etag.replace("W/", "")}` },
  });
  const other = await anonymous.get("/notes/latest", { headers: { "if-none-match": '"x"' } });

  assert.match(etag, /^W\/"[\w-]{22}"$/);
  assert.equal(first.headers.get("cache-control"), "private, no-cache");
  assert.deepEqual([same.status, same.text], [304, ""]);
  assert.equal(strong.status, 304);
  assert.equal(other.status, 200);
});

Deno.test("[GW-07] http: a limit counts by address, and says where one stands", async () => {
  await using test = await open({ RATE_LIMITS: '{"signin_address":"3/300"}' });
  const { anonymous } = test.app;
  const from = (address: string) =>
    anonymous.post("/limited", undefined, {
      headers: { "x-forwarded-for": `${address}, 10.0.0.1` },
    });

  const answers = [await from("1.1.1.1"), await from("1.1.1.1"), await from("1.1.1.1")];
  const refused = await from("1.1.1.1");
  const other = await from("2.2.2.2");

  assert.deepEqual(answers.map(({ status }) => status), [204, 204, 204]);
  assert.deepEqual(
    answers.map(({ headers }) => headers.get("ratelimit-remaining")),
    ["2", "1", "0"],
  );
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("ratelimit-limit"), "3");
  assert.ok(Number(refused.headers.get("retry-after")) >= 1);
  assert.equal(other.status, 204);
  const keys = await test.app.db.sql`select key from private.rate_limits`;
  assert.ok(keys.every(({ key }) => !key.includes("1.1.1.1")), "addresses are kept as prints");
});

Deno.test("http: a repeated key answers the first answer again", async () => {
  await using test = await open();
  const client = test.app.as(test.ada);
  const headers = { "idempotency-key": "key-1" };

  const first = await client.post("/notes", { text: "a" }, { headers });
  const again = await client.post("/notes", { text: "a" }, { headers });
  const changed = await client.post("/notes", { text: "b" }, { headers });
  const elsewhere = await client.post("/papers", { text: "a" }, { headers });
  const other = await test.app.as(await test.app.signUp("bob"))
    .post("/notes", { text: "a" }, { headers });

  assert.deepEqual([again.status, again.text], [201, first.text]);
  assert.equal(again.headers.get("idempotent-replayed"), "true");
  assert.equal(first.headers.get("idempotent-replayed"), null);
  assert.equal(changed.body.code, "idempotency-key-reused");
  assert.equal(changed.status, 422);
  assert.notEqual(elsewhere.text, first.text);
  assert.notEqual(other.text, first.text);
  assert.equal(test.calls.count, 3);
});

Deno.test("http: of parallel requests with one key a single one runs", async () => {
  await using test = await open();
  const client = test.app.as(test.ada);
  const headers = { "idempotency-key": "key-1" };

  const answers = await Promise.all(
    Array.from({ length: 8 }, () => client.post("/notes", { text: "a" }, { headers })),
  );

  assert.equal(test.calls.count, 1);
  for (const { status, body } of answers) {
    assert.ok(status === 201 || body.code === "request-in-progress", String(status));
  }
});

Deno.test("http: a key is given back after failures that may pass", async () => {
  await using test = await open();
  const client = test.app.as(test.ada);
  const send = (key: string, text: string) =>
    client.post("/notes", { text }, { headers: { "idempotency-key": key } });

  await send("key-defect", "defect");
  await send("key-defect", "defect");
  await send("key-conflict", "conflict");
  await send("key-conflict", "conflict");

  assert.equal(test.calls.count, 4);
  const bad = await client.post("/notes", { text: "a" }, { headers: { "idempotency-key": "a b" } });
  assert.equal(bad.status, 400);
});

Deno.test("http: forms are read within their bounds", async () => {
  await using test = await open();
  const client = test.app.as(test.ada);
  const form = new FormData();
  form.set("file", new File(["hello"], "hello.txt"));
  form.set("alt", "a greeting");
  const large = new FormData();
  large.set("file", new File(["x".repeat(3_000)], "large.txt"));
  const strange = new FormData();
  strange.set("file", "no file");
  strange.set("more", "x");

  assert.deepEqual((await client.post("/files", form)).body, { bytes: 5, alt: "a greeting" });
  assert.equal((await client.post("/files", large)).status, 413);
  const refused = await client.post("/files", strange);
  assert.equal(refused.status, 422);
  const paths = refused.body.errors.map(({ path }: { path: string }) => path).sort();
  assert.deepEqual(paths, ["file", "more"]);
  assert.equal((await client.post("/files", { file: "x" })).status, 415);
  const broken = await client.post("/files", "--x\r\nnonsense", {
    headers: { "content-type": "multipart/form-data" },
  });
  assert.equal(broken.status, 400);
});

Deno.test("http: browsers are let in and the answer is protected", async () => {
  await using test = await open();

  const preflight = await test.app.fetch(
    new Request("http://127.0.0.1:9/api/notes", {
      method: "OPTIONS",
      headers: { origin: "https://app.test", "access-control-request-method": "POST" },
    }),
  );
  const answer = await test.app.anonymous.get("/notes/latest", {
    headers: { origin: "https://app.test" },
  });

  assert.equal(preflight.status, 204);
  assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /idempotency-key/);
  assert.equal(answer.headers.get("access-control-allow-origin"), "*");
  assert.match(answer.headers.get("access-control-expose-headers") ?? "", /etag/);
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
});
