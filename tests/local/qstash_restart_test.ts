/** @module The message service across stops, kills and lost databases: nothing gets lost. */
import assert from "node:assert/strict";
import { startQstash } from "../../local/qstash/mod.ts";
import { openDatabase } from "../support/database.ts";
import { clientOf, eventually, Gate, listen, openEndpoint, openQstash } from "./qstash_support.ts";

const LEASE_MS = 15_000;

/** Starts a server in a process of its own. */
async function spawnServer(databaseUrl: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("./qstash_server.ts", import.meta.url).href, databaseUrl],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const port = Number((await reader.read()).value);
  return {
    url: `http://127.0.0.1:${port}`,
    async kill(): Promise<void> {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
    },
  };
}

Deno.test("qstash: a server killed during a delivery loses nothing", async () => {
  await using database = await openDatabase();
  await using endpoint = openEndpoint();
  const gate = new Gate();
  endpoint.respond = gate.respond;
  const victim = await spawnServer(database.adminUrl);
  const client = clientOf(victim.url);
  const { messageId } = await client.publish({ url: `${endpoint.url}/first`, body: "once" });
  await client.publish({ url: `${endpoint.url}/second`, delay: 60 });
  await client.schedules.create({ destination: endpoint.url, cron: "0 0 1 1 *", scheduleId: "s" });
  await endpoint.call(1);
  await victim.kill();
  gate.letGo();
  endpoint.respond = () => new Response();
  await using successor = await startQstash({ databaseUrl: database.adminUrl });
  await using server = listen(successor);
  successor.advance(LEASE_MS);
  const again = await endpoint.call(2);
  assert.equal(again.headers.get("upstash-message-id"), messageId);
  assert.equal(again.headers.get("upstash-retried"), "0");
  assert.equal(again.text, "once");
  successor.advance(60_000);
  assert.equal((await endpoint.call(3)).path, "/second");
  const schedules = await clientOf(server.url).schedules.list();
  assert.deepEqual(schedules.map((schedule) => schedule.scheduleId), ["s"]);
});

Deno.test("qstash: an ordinary stop gives deliveries back at once", async () => {
  await using database = await openDatabase();
  await using endpoint = openEndpoint();
  const gate = new Gate();
  endpoint.respond = gate.respond;
  {
    await using service = await startQstash({ databaseUrl: database.adminUrl });
    await using server = listen(service);
    await clientOf(server.url).publish({ url: endpoint.url, body: "kept" });
    await endpoint.call(1);
  }
  gate.letGo();
  endpoint.respond = () => new Response();
  await using _service = await startQstash({ databaseUrl: database.adminUrl });
  const again = await endpoint.call(2);
  assert.equal(again.text, "kept");
  assert.equal(again.headers.get("upstash-retried"), "0");
});

Deno.test("qstash: a late outcome of a lost lease changes nothing", async () => {
  await using database = await openDatabase();
  await using endpoint = openEndpoint();
  const gate = new Gate();
  endpoint.respond = gate.respond;
  await using first = await startQstash({ databaseUrl: database.adminUrl });
  await using server = listen(first);
  const client = clientOf(server.url);
  await client.publish({ url: endpoint.url, retries: 0 });
  await endpoint.call(1);
  await using second = await startQstash({ databaseUrl: database.adminUrl });
  second.advance(LEASE_MS + 1000);
  await endpoint.call(2);
  gate.letGo();
  const states = await eventually("the delivery", async () => {
    const { logs } = await client.logs();
    const all = logs.map((log) => log.state);
    return all.includes("DELIVERED") ? all : undefined;
  });
  assert.equal(states.filter((state) => state === "DELIVERED").length, 1);
});

Deno.test("qstash: deliveries go on after the database cut every connection", async () => {
  await using fixture = await openQstash();
  await fixture.client.publish({ url: fixture.endpoint.url, body: "1" });
  await fixture.endpoint.call(1);
  await fixture.sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'qstash' and datname = current_database()`;
  await eventually("a publish that is taken", async () => {
    const answer = await fixture.request("POST", `/v2/publish/${fixture.endpoint.url}`, {
      body: "2",
    });
    await answer.body?.cancel();
    return answer.ok ? true : undefined;
  });
  assert.equal((await fixture.endpoint.call(2)).text, "2");
});

Deno.test("qstash: a row written by SQL alone is noticed and delivered", async () => {
  await using fixture = await openQstash();
  await fixture.client.publish({ url: `${fixture.endpoint.url}/api` });
  await fixture.endpoint.call(1);
  const started = performance.now();
  await fixture.sql`
    insert into qstash.messages (id, destination, spec, body, not_before, created_at)
    values ('msg_sql', ${`${fixture.endpoint.url}/sql`},
      '{"method": "POST", "headers": {}, "retries": 0}', 'by hand', now(), now())`;
  const call = await fixture.endpoint.call(2);
  assert.equal(call.text, "by hand");
  assert.ok(performance.now() - started < 2000, "the notification woke the service");
});
