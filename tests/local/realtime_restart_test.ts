/** @module Realtime across a restart of its database. */
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { signToken } from "../../local/jwt.ts";
import { bootstrapDatabase } from "../../local/postgres/bootstrap.ts";
import { startPostgres } from "../../local/postgres/mod.ts";
import { startRealtime } from "../../local/realtime/mod.ts";
import { rewritten } from "../../local/rewritten_request.ts";
import { outcomeOf, until } from "./realtime_support.ts";

Deno.test("realtime: nothing is lost when the database restarts", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "townsquare-realtime-" });
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => Deno.remove(dataDir, { recursive: true }));
  const first = await startPostgres({ dataDir, durable: false });
  const { url, port } = first;
  await bootstrapDatabase(url);
  const jwt = { secret: "a-secret-of-at-least-thirty-two-characters" };
  const realtime = await startRealtime({ databaseUrl: url, jwt });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const inner = request.url.replace("/realtime/v1/", "/socket/");
    const seen = rewritten(request, inner, request.headers);
    return realtime.fetch(seen, { remoteAddress: "127.0.0.1" });
  });
  const base = `http://127.0.0.1:${server.addr.port}`;
  const exp = Math.floor(Date.now() / 1000) + 600;
  const client = createClient(base, await signToken({ role: "service_role", exp }, jwt));
  const heard: number[] = [];
  const channel = client.channel("t", { config: { private: true } });
  channel.on("broadcast", { event: "*" }, ({ payload }) => heard.push(payload.n));
  assert.equal(await outcomeOf(channel), "SUBSCRIBED");

  let sql = postgres(url, { max: 1 });
  const send = (n: number) =>
    sql`select realtime.send(jsonb_build_object('n', ${n}::int), 'e', 't')`;
  await send(1);
  await send(2);
  await sql.end();
  await first.close();
  const second = await startPostgres({ dataDir, port, durable: false });
  sql = postgres(url, { max: 1 });
  await send(3);
  await send(4);
  await until("all arrive", () => heard.length >= 4);
  await send(5);
  await until("the next one arrives", () => heard.length >= 5);
  assert.deepEqual(heard, [1, 2, 3, 4, 5]);

  await client.realtime.disconnect();
  await sql.end();
  await realtime[Symbol.asyncDispose]();
  await server.shutdown();
  await second.close();
});
