/**
 * @module The whole surface of the official client against the message service: every method of
 * every part of it is called, and one that a later version adds fails the test until it is, too.
 */
import assert from "node:assert/strict";
import { openai, QstashError, resend, upstash } from "@upstash/qstash";
import { eventually, openQstash, type QstashFixture } from "./qstash_support.ts";

const HOUR_MS = 3_600_000;

/** Methods that were called, as in `dlq.retry`. */
type Called = Set<string>;

/** Notes which methods of an object are called. */
function watched<T extends object>(name: string, target: T, called: Called): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key, object);
      if (Object.hasOwn(Object.getPrototypeOf(object), key)) called.add(`${name}.${String(key)}`);
      return typeof value === "function" ? value.bind(object) : value;
    },
  });
}

function methodsOf(name: string, target: object): string[] {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(target))
    .filter((key) => key !== "constructor").map((key) => `${name}.${key}`);
}

/** A fixture whose client is watched, and ways to look at what it did. */
function openBench(fixture: QstashFixture) {
  const { endpoint, sql } = fixture;
  const called: Called = new Set();
  const client = watched("client", fixture.client, called);
  const parts = {
    client: fixture.client,
    queue: client.queue({ queueName: "line" }),
    groups: client.topics,
    schedules: client.schedules,
    dlq: client.dlq,
    messages: client.messages,
    flow: client.flowControl,
  };
  endpoint.respond = ({ path }) => {
    if (path.startsWith("/fails")) return new Response("broken", { status: 500 });
    if (!path.startsWith("/poison")) return new Response("ok");
    return new Response("poison", {
      status: 489,
      headers: { "Upstash-NonRetryable-Error": "true" },
    });
  };
  return {
    client,
    queue: watched("queue", parts.queue, called),
    groups: watched("groups", parts.groups, called),
    schedules: watched("schedules", parts.schedules, called),
    dlq: watched("dlq", parts.dlq, called),
    messages: watched("messages", parts.messages, called),
    flow: watched("flow", parts.flow, called),
    fixture,
    url: endpoint.url,
    at: (path: string) => endpoint.calls.filter((call) => call.path === path),
    missing: () =>
      Object.entries(parts).flatMap(([name, part]) => methodsOf(name, part))
        .filter((method) => !called.has(method)),
    idle: () =>
      eventually("the end of what is due", async () => {
        const [row] = await sql`select count(*)::int as n from qstash.messages
          where not_before < now() + interval '1 min'`;
        return row?.["n"] === 0 ? true : undefined;
      }),
  };
}
type Bench = ReturnType<typeof openBench>;

function refused(status: number) {
  return (error: unknown) => error instanceof QstashError && error.status === status;
}

async function drivePublishing({ client, url, at, idle, fixture }: Bench): Promise<void> {
  await client.publish({
    url: `${url}/raw?q=a%20b`,
    body: "text",
    method: "PUT",
    headers: { "x-own": "1", traceparent: "00-a-b-01", "content-type": "text/plain" },
    timeout: "5s",
    label: ["one", "two"],
  });
  const json = { url: `${url}/json`, body: { n: 1 }, contentBasedDeduplication: true };
  const first = await client.publishJSON(json);
  assert.deepEqual(await client.publishJSON(json), { ...first, deduplicated: true });
  const once = { url: `${url}/once`, deduplicationId: "once" };
  assert.deepEqual(
    [await client.publish(once), await client.publish(once)].map(({ deduplicated }) =>
      deduplicated
    ),
    [undefined, true],
  );
  const batch = await client.batch([{ url: `${url}/b1`, body: "1" }, { url: `${url}/b2` }]);
  const queued = await client.batchJSON([{ url: `${url}/b3`, body: [3], queueName: "line" }]);
  assert.equal(batch.length + queued.length, 3);
  await client.publish({
    url: `${url}/fails`,
    body: "in",
    retries: 1,
    retryDelay: "10 * (1 + retried)",
    callback: `${url}/told`,
    failureCallback: `${url}/failed`,
  });
  await client.publish({ url: `${url}/poison`, retries: 5 });
  await idle();

  const [raw] = at("/raw?q=a%20b");
  assert.ok(raw);
  const names = ["x-own", "traceparent", "content-type", "upstash-label", "upstash-retried"];
  assert.deepEqual([raw.method, raw.text, ...names.map((name) => raw.headers.get(name))], [
    ...["PUT", "text", "1", "00-a-b-01", "text/plain", "one,two", "0"],
  ]);
  const counts = ["/json", "/once", "/b1", "/b3", "/fails", "/told", "/failed", "/poison"];
  assert.deepEqual(counts.map((path) => at(path).length), [1, 1, 1, 1, 2, 2, 1, 1]);
  for (const { headers, text, path } of fixture.endpoint.calls) {
    const signature = headers.get("upstash-signature") ?? "";
    const delivery = { signature, body: text, url: url + path, clockTolerance: 5 };
    assert.equal(await fixture.receiver.verify(delivery), true, path);
  }
}

async function driveLater({ client, messages, url }: Bench): Promise<void> {
  const later = Math.floor(Date.now() / 1_000) + 7_200;
  const wanted = {
    body: "secret",
    redact: { body: true as const, header: ["x-token"] },
    flowControl: { key: "slow", parallelism: 2, rate: 10, period: "1m" as const },
  };
  const headers = { "x-token": "secret" };
  const publish = async (more: { delay?: "1h" | 60; notBefore?: number; label?: string }) =>
    (await client.publish({ url: `${url}/later`, headers, ...wanted, ...more })).messageId;
  const ids = [await publish({ delay: "1h" }), await publish({ notBefore: later })];
  for (const label of ["a", "b", "c", "d"]) ids.push(await publish({ delay: 60, label }));
  const [hour = "", noted = "", a = "", b = "", c = ""] = ids;
  const message = await messages.get(hour);
  assert.equal((message.notBefore ?? 0) - message.createdAt, HOUR_MS);
  assert.equal((await messages.get(noted)).notBefore, later * 1_000);
  assert.match(message.body ?? "", /^REDACTED:/);
  assert.match(message.header?.["X-Token"]?.[0] ?? "", /^REDACTED:/);
  const { flowControlKey, parallelism, rate, period } = message;
  assert.deepEqual([flowControlKey, parallelism, rate, period], ["slow", 2, 10, 60]);
  assert.deepEqual(await messages.cancel(hour), { cancelled: 1 });
  assert.deepEqual(await messages.cancel([noted, hour]), { cancelled: 1 });
  await messages.delete(a);
  assert.equal(await messages.deleteMany([b]), 1);
  const host = new URL(url).host;
  const nothing = { label: "c", host: "elsewhere" };
  assert.deepEqual(await messages.cancel({ filter: nothing }), { cancelled: 0 });
  const filter = { label: ["c", "x"], host, path: "/later", url: `${url}/later` };
  const all = { ...filter, flowControlKey: "slow", callerIp: "127.0.0.1", fromDate: 1 };
  assert.deepEqual(await messages.cancel({ filter: all }), { cancelled: 1 });
  await assert.rejects(messages.get(c), refused(404));
  await publish({ delay: "1h" });
  assert.deepEqual(await messages.cancel({ all: true }), { cancelled: 2 });
  await publish({ delay: "1h" });
  assert.equal(await messages.deleteAll(), 1);
}

async function driveQueuesAndGroups({ client, queue, groups, url, at, idle }: Bench) {
  await queue.upsert({ parallelism: 2, paused: true });
  await queue.enqueue({ url: `${url}/q1`, body: "1" });
  await queue.enqueueJSON({ url: `${url}/q2`, body: 2 });
  const { lag, parallelism, paused } = await queue.get();
  assert.deepEqual([lag, parallelism, paused], [2, 2, true]);
  await queue.resume();
  await idle();
  assert.deepEqual([at("/q1").length, at("/q2").length], [1, 1]);
  await queue.pause();
  assert.equal((await queue.list())[0]?.paused, true);
  await client.queue({ queueName: "other" }).upsert({ parallelism: 1 });
  await queue.delete();
  assert.deepEqual((await queue.list()).map(({ name }) => name), ["other"]);

  const endpoints = [{ url: `${url}/g1`, name: "one" }, { url: `${url}/g2` }];
  await groups.addEndpoints({ name: "group", endpoints });
  assert.deepEqual((await groups.get("group")).endpoints, endpoints);
  const sent = await client.publishJSON({ urlGroup: "group", body: 1 });
  assert.deepEqual(sent.map((one) => one.url), [`${url}/g1`, `${url}/g2`]);
  await idle();
  assert.equal(at("/g2")[0]?.headers.get("upstash-topic-name"), "group");
  await client.urlGroups.removeEndpoints({ name: "group", endpoints: [{ name: "one" }] });
  await groups.removeEndpoints({ name: "group", endpoints: [{ url: `${url}/none` }] });
  assert.equal((await groups.list())[0]?.endpoints.length, 1);
  await groups.delete("group");
  await assert.rejects(client.publishJSON({ urlGroup: "group", body: 1 }), refused(404));
}

async function driveDeadLetters({ client, dlq, url, idle }: Bench): Promise<void> {
  const known = await dlq.listMessages();
  assert.deepEqual(known.messages.map(({ responseStatus }) => responseStatus).sort(), [489, 500]);
  assert.equal((await dlq.listMessages({ filter: { responseStatus: 489 } })).messages.length, 1);
  assert.deepEqual(await dlq.delete({ all: true }), { deleted: 2 });
  for (const label of ["a", "b", "c", "d", "e", "f", "g"]) {
    const flowControl = { key: "dead", parallelism: 9 };
    await client.publish({ url: `${url}/fails/${label}`, retries: 0, label, flowControl });
  }
  await idle();
  const { messages } = await dlq.listMessages({ count: 100 });
  const idOf = (name: string) => messages.find(({ label }) => label === name)?.dlqId ?? "";
  const [one] = (await dlq.listMessages({ dlqIds: [idOf("a")] })).messages;
  assert.deepEqual([one?.responseBody, one?.maxRetries, one?.callerIp ?? ""], ["broken", 0, ""]);
  const page = await dlq.listMessages({ count: 4 });
  const rest = await dlq.listMessages({ cursor: page.cursor ?? "" });
  assert.equal(page.messages.length + rest.messages.length, 7);
  const filter = { label: ["a", "b"], flowControlKey: "dead", fromDate: 1, toDate: Date.now() };
  assert.equal((await dlq.listMessages({ filter })).messages.length, 2);
  assert.deepEqual(await dlq.delete(idOf("a")), { deleted: 1 });
  assert.deepEqual(await dlq.delete([idOf("b")]), { deleted: 1 });
  assert.deepEqual(await dlq.deleteMany({ dlqIds: [idOf("c")] }), { deleted: 1 });
  assert.deepEqual(await dlq.delete({ filter: { url: `${url}/fails/d` } }), { deleted: 1 });
  assert.equal((await dlq.retry(idOf("e"))).responses.length, 1);
  const again = await dlq.retry({ filter: { label: "f" } });
  assert.equal(again.responses.length, 1);
  assert.equal((await dlq.retry({ all: true, count: 1 })).responses.length, 1);
  await idle();
  assert.equal((await dlq.listMessages()).messages.length, 3, "they fail again");
}

async function driveSchedules(bench: Bench): Promise<void> {
  const { schedules, fixture, url, at } = bench;
  const wanted = {
    destination: `${url}/tick`,
    cron: "CRON_TZ=Europe/Berlin */5 * * * *",
    scheduleId: "tick",
    body: "go",
    headers: { "x-own": "1" },
    method: "PATCH",
    retries: 2,
    retryDelay: "1000",
    delay: "10s",
    timeout: 30,
    callback: `${url}/ticked`,
    failureCallback: `${url}/failed`,
    label: "clock",
    flowControl: { key: "ticks", parallelism: 1 },
    redact: { header: true },
  } as const;
  assert.deepEqual(await schedules.create(wanted), { scheduleId: "tick" });
  const shown = await schedules.get("tick");
  const { cron, destination, method, retries, delay, callback, isPaused } = shown;
  assert.deepEqual([cron, destination, method, retries, delay, callback, isPaused], [
    ...[wanted.cron, wanted.destination, "PATCH", 2, 10, wanted.callback, false],
  ]);
  await schedules.pause({ schedule: "tick" });
  assert.equal((await schedules.get("tick")).isPaused, true);
  await schedules.resume({ schedule: "tick" });
  fixture.advance(5 * 60_000);
  await eventually("the message", async () => {
    const { lastScheduleTime } = await schedules.get("tick");
    return lastScheduleTime;
  });
  fixture.advance(10_000);
  await eventually("the callback", () => at("/ticked")[0]);
  await eventually("the outcome", async () => {
    const [tick] = await schedules.list();
    return Object.values(tick?.lastScheduleStates ?? {}).join() === "SUCCESS" ? true : undefined;
  });
  const [tick] = at("/tick");
  assert.deepEqual([tick?.method, tick?.text, tick?.headers.get("upstash-schedule-id")], [
    ...["PATCH", "go", "tick"],
  ]);
  await schedules.create({ destination: url, cron: "0 0 1 1 *", queueName: "line" });
  assert.equal((await schedules.list()).length, 2);
  await schedules.delete("tick");
  await assert.rejects(schedules.get("tick"), refused(404));
}

async function driveFlowAndLogs({ client, flow, url, at, idle }: Bench): Promise<void> {
  await flow.pause("lane");
  await client.publish({ url: `${url}/lane`, flowControl: { key: "lane", rate: 3 } });
  const held = await flow.get("lane");
  assert.deepEqual([held.isPaused, held.waitListSize, held.rateMax], [true, 1, 3]);
  await flow.pin("lane", { parallelism: 1, rate: 2, period: 60 });
  await flow.resume("lane");
  await idle();
  assert.equal(at("/lane").length, 1);
  assert.equal((await flow.get("lane")).isPinnedRate, true);
  await flow.unpin("lane", { parallelism: true, rate: true });
  await flow.resetRate("lane");
  const free = await flow.get("lane");
  assert.deepEqual([free.isPinnedRate, free.isPinnedParallelism, free.rateCount], [
    false,
    false,
    0,
  ]);
  assert.ok((await flow.getGlobalParallelism()).parallelismMax > 0);

  const { logs, cursor } = await client.logs({ filter: { url: `${url}/lane` } });
  assert.deepEqual(logs.map(({ state }) => state), ["DELIVERED", "ACTIVE", "CREATED"]);
  assert.equal(cursor, undefined);
  const messageIds = [logs[0]?.messageId ?? ""];
  assert.equal((await client.events({ messageIds })).events.length, 3);
  const page = await client.logs({ count: 2 });
  const next = await client.logs({ count: 1, cursor: page.cursor ?? "" });
  assert.notDeepEqual(next.logs[0], page.logs[1]);
}

/** What others call by HTTP, past the client. */
async function driveRest({ fixture, dlq, client, url }: Bench): Promise<void> {
  const call = async (method: string, path: string) => {
    const response = await fixture.request(method, path);
    return { status: response.status, body: await response.json() };
  };
  assert.ok((await call("GET", "/v2/logs?count=1")).body.logs.length === 1);
  assert.ok((await call("GET", "/v2/flowControl")).body.length > 1);
  const [dead] = (await dlq.listMessages()).messages;
  assert.equal((await call("GET", `/v2/dlq/${dead?.dlqId}`)).body.dlqId, dead?.dlqId);
  assert.equal((await call("POST", `/v2/dlq/retry/${dead?.dlqId}`)).status, 201);
  const before = (await call("GET", "/v2/keys")).body;
  const after = (await call("POST", "/v2/keys/rotate")).body;
  assert.equal(after.current, before.next);
  assert.equal((await call("DELETE", "/v2/messages/")).status, 400, "no slip into the bulk route");
  assert.equal((await call("GET", "/v2/nothing")).status, 501);

  // Services of others are destinations like any; what the vendor runs itself is not here.
  const provider = openai({ token: "token" });
  const api = { api: { name: "llm", provider }, callback: `${url}/told`, delay: 3_600 } as const;
  const chat = await client.publishJSON({ ...api, body: {} });
  const stored = await client.messages.get(chat.messageId);
  assert.equal(stored.url, "https://api.openai.com/v1/chat/completions");
  const mail = { name: "email", provider: resend({ token: "token" }) } as const;
  await client.publishJSON({ api: mail, body: {}, delay: 3_600 });
  const own = { ...api, api: { name: "llm", provider: upstash() } } as const;
  await assert.rejects(client.publishJSON({ ...own, body: {} }), refused(501));
  const question = { provider: upstash(), model: "none", messages: [] } as never;
  await assert.rejects(client.chat().create(question), refused(501));
  await assert.rejects(client.workflow.cancel("run"), refused(501));
}

Deno.test("[JO-01] [JO-07] qstash: the official client's whole surface works, or is refused by name", async () => {
  await using fixture = await openQstash();
  const bench = openBench(fixture);
  await drivePublishing(bench);
  await driveLater(bench);
  await driveQueuesAndGroups(bench);
  await driveDeadLetters(bench);
  await driveFlowAndLogs(bench);
  await driveRest(bench);
  await driveSchedules(bench);
  assert.deepEqual(bench.missing(), [], "methods of the client that nothing has called");
});
