/** @module The stand-in of pg_net. */
import assert from "node:assert/strict";
import { startNet } from "../../local/net/mod.ts";
import { openDatabase } from "../support/database.ts";

const DEADLINE_MS = 5_000;

Deno.test("net: a queued request is sent after its transaction commits", async () => {
  await using database = await openDatabase();
  const seen = Promise.withResolvers<{ url: string; body: unknown; header: string | null }>();
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (r) => {
    const url = new URL(r.url);
    seen.resolve({
      url: url.pathname + url.search,
      body: await r.json(),
      header: r.headers.get("x-a"),
    });
    return Response.json({ fine: true });
  });
  await using _worker = await startNet({ databaseUrl: database.adminUrl });
  const target = `http://127.0.0.1:${server.addr.port}/hook`;
  const sql = database.sql;
  await assert.rejects(sql.begin(async (tx) => {
    await tx`select net.http_post(${target + "/never"}, '{}'::jsonb)`;
    throw new Error("rolled back");
  }));
  await sql.begin(async (tx) => {
    await tx`set local role anon`;
    await tx`select net.http_post(
      url := ${target}, body := '{"n": 1}', params := '{"q": "ä b"}', headers := '{"x-a": "1"}',
      timeout_milliseconds := 1000)`;
  });
  const timer = setTimeout(() => seen.reject(new Error("nothing came")), DEADLINE_MS);
  assert.deepEqual(await seen.promise, { url: "/hook?q=%C3%A4%20b", body: { n: 1 }, header: "1" });
  clearTimeout(timer);
  let rows: { status_code: number; content: string }[] = [];
  for (const until = Date.now() + DEADLINE_MS; rows.length === 0 && Date.now() < until;) {
    rows = await sql`select status_code, content from net._http_response`;
  }
  assert.deepEqual({ ...rows[0] }, { status_code: 200, content: '{"fine":true}' });
});
