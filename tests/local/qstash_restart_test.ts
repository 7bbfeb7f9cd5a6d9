/** @module The message service across stops, kills and lost databases: nothing gets lost. */
import assert from "node:assert/strict";
import type { Client } from "@upstash/qstash";
import { QSTASH_DEV, startQstash } from "../../local/qstash/mod.ts";
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

/** Everything that a server knows, by what is not a time or a count of attempts. */
async function knownTo(client: Client, request: (path: string) => Promise<unknown>) {
  const groups = await client.urlGroups.list();
  const queues = await client.queue({ queueName: "any" }).list();
  const { messages } = await client.dlq.listMessages();
  const schedules = await client.schedules.list();
  const { logs } = await client.logs({ filter: { state: "FAILED" } });
  return {
    groups: groups.map(({ name, endpoints }) => ({ name, endpoints })),
    queues: queues.map(({ name, parallelism, paused, lag }) => ({
      name,
      parallelism,
      paused,
      lag,
    })),
    dead: messages.map(({ dlqId, body, responseBody }) => ({ dlqId, body, responseBody })),
    schedules: schedules.map(({ scheduleId, cron, isPaused }) => ({ scheduleId, cron, isPaused })),
    logs: logs.map(({ messageId, state }) => ({ messageId, state })),
    flow: await client.flowControl.get("lane"),
    keys: await request("/v2/keys"),
  };
}

Deno.test("[JO-01] qstash: killed at any moment under load, it keeps all that it ever took", async () => {
  await using database = await openDatabase();
  await using endpoint = openEndpoint();
  endpoint.respond = ({ path }) => new Response("no", { status: path === "/dead" ? 500 : 200 });
  const { url } = endpoint;
  const victim = await spawnServer(database.adminUrl);
  const client = clientOf(victim.url);
  const requestOf = (base: string) => async (path: string, method = "GET"): Promise<unknown> => {
    const headers = { authorization: `Bearer ${QSTASH_DEV.token}` };
    return await (await fetch(`${base}${path}`, { method, headers })).json();
  };
  await client.urlGroups.addEndpoints({ name: "group", endpoints: [{ url }] });
  await client.queue({ queueName: "line" }).upsert({ parallelism: 3, paused: true });
  await client.queue({ queueName: "line" }).enqueue({ url: `${url}/queued`, body: "queued" });
  await client.schedules.create({ destination: url, cron: "0 0 1 1 *", scheduleId: "s" });
  await client.schedules.pause({ schedule: "s" });
  await client.flowControl.pin("lane", { parallelism: 2, rate: 5, period: 60 });
  await client.publish({ url: `${url}/dead`, body: "dead", retries: 0 });
  const once = { url: `${url}/once`, deduplicationId: "once" };
  const { messageId } = await client.publish(once);
  await requestOf(victim.url)("/v2/keys/rotate", "POST");
  await eventually("a dead letter", async () => (await client.dlq.listMessages()).messages[0]);
  const before = await knownTo(client, requestOf(victim.url));

  const taken: string[] = [];
  const load = Promise.allSettled(Array.from({ length: 4 }, async (_, lane) => {
    for (let n = 0;; n++) {
      const body = `${lane}-${n}`;
      await client.publish({ url: `${url}/load`, body });
      taken.push(body);
    }
  }));
  await eventually("load", () => taken.length > 40 ? true : undefined);
  await victim.kill();
  await load;

  await using successor = await startQstash({ databaseUrl: database.adminUrl });
  await using server = listen(successor);
  const again = clientOf(server.url);
  assert.deepEqual(await knownTo(again, requestOf(server.url)), before);
  assert.deepEqual(await again.publish(once), { messageId, deduplicated: true });
  successor.advance(LEASE_MS);
  await again.queue({ queueName: "line" }).resume();
  await eventually("all deliveries", async () => {
    const [row] = await database.sql`select count(*)::int as n from qstash.messages`;
    return row?.["n"] === 0 ? true : undefined;
  });
  const arrived = new Set(endpoint.calls.map(({ text }) => text));
  assert.deepEqual([...taken, "queued"].filter((body) => !arrived.has(body)), [], "nothing lost");
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
