/** @module Realtime as a client of the whole stack meets it. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { anonymousClient, serviceClient, stackInfo } from "../support/stack.ts";
import { outcomeOf, until } from "./realtime_support.ts";

Deno.test("realtime: the stack's keys open sockets, and the database is heard", async () => {
  const info = stackInfo();
  const topic = `gateway-${crypto.randomUUID()}`;
  const heard: unknown[] = [];
  const anon = anonymousClient();
  const service = serviceClient();
  const open = anon.channel(topic);
  open.on("broadcast", { event: "x" }, ({ payload }) => heard.push(payload.n));
  assert.equal(await outcomeOf(open), "SUBSCRIBED");
  const hidden = service.channel(topic, { config: { private: true } });
  const secrets: unknown[] = [];
  hidden.on("broadcast", { event: "x" }, ({ payload }) => secrets.push(payload.n));
  assert.equal(await outcomeOf(hidden), "SUBSCRIBED");
  const refused = await outcomeOf(anonymousClient().channel(topic, { config: { private: true } }));
  assert.match(refused, /^Unauthorized: /);

  const sql = postgres(info.db_url, { max: 1 });
  await sql`select realtime.send('{"n":1}'::jsonb, 'x', ${topic}, false)`;
  await sql`select realtime.send('{"n":2}'::jsonb, 'x', ${topic})`;
  await sql.end();
  await until("both arrive", () => heard.length > 0 && secrets.length > 0);
  const sent = await open.send({ type: "broadcast", event: "x", payload: { n: 3 } });
  assert.equal(sent, "ok");
  assert.deepEqual(await hidden.httpSend("x", { n: 4 }), { success: true });
  await until("the last arrives", () => secrets.length === 2);
  assert.deepEqual([heard, secrets], [[1], [2, 4]]);
  await anon.realtime.disconnect();
  await service.realtime.disconnect();
});
