/** @module The message service: schedules, duplicates, groups, queues, flow control, callbacks. */
import assert from "node:assert/strict";
import { startQstash } from "../../local/qstash/mod.ts";
import { eventually, Gate, openQstash, type QstashFixture } from "./qstash_support.ts";

const MINUTE_MS = 60_000;

/** A clock that stands still unless the service is told to advance. */
function frozen(iso: string): () => Date {
  const at = new Date(iso);
  return () => at;
}

/** Waits long enough for a delivery that must not come. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 100));
}

async function idle(fixture: QstashFixture): Promise<void> {
  await eventually("the end of all messages", async () => {
    const [row] = await fixture.sql`select count(*)::int as n from qstash.messages`;
    return row?.["n"] === 0 ? true : undefined;
  });
}

Deno.test("qstash: a schedule fires once at each of its times, in its time zone", async () => {
  await using fixture = await openQstash({ now: frozen("2026-08-03T06:58:30Z") });
  const { client, endpoint } = fixture;
  const { scheduleId } = await client.schedules.create({
    destination: `${endpoint.url}/tick`,
    cron: "CRON_TZ=Europe/Berlin 0 9 * * *",
    body: JSON.stringify({ kind: "digest" }),
    scheduleId: "daily-digest",
    retries: 1,
  });
  assert.equal(scheduleId, "daily-digest");
  const schedule = await client.schedules.get(scheduleId);
  assert.equal(schedule.nextScheduleTime, Date.parse("2026-08-03T07:00:00Z"));
  await settle();
  assert.equal(endpoint.calls.length, 0);
  fixture.advance(90_000);
  const call = await endpoint.call(1);
  assert.equal(call.headers.get("upstash-schedule-id"), "daily-digest");
  assert.equal(call.text, '{"kind":"digest"}');
  await idle(fixture);
  const after = await client.schedules.get(scheduleId);
  assert.equal(after.lastScheduleTime, Date.parse("2026-08-03T07:00:00Z"));
  assert.equal(after.nextScheduleTime, Date.parse("2026-08-04T07:00:00Z"));
  assert.deepEqual(Object.values(after.lastScheduleStates ?? {}), ["SUCCESS"]);
  fixture.advance(MINUTE_MS);
  await settle();
  assert.equal(endpoint.calls.length, 1);
});

Deno.test("qstash: schedules are replaced by id, paused, resumed, listed and deleted", async () => {
  await using fixture = await openQstash({ now: frozen("2026-08-03T06:58:30Z") });
  const { client, endpoint } = fixture;
  const create = (path: string) =>
    client.schedules.create({
      destination: endpoint.url + path,
      cron: "* * * * *",
      scheduleId: "s",
    });
  await create("/old");
  await create("/new");
  const list = await client.schedules.list();
  assert.deepEqual(list.map((one) => one.destination), [`${endpoint.url}/new`]);
  await client.schedules.pause({ schedule: "s" });
  assert.equal((await client.schedules.get("s")).isPaused, true);
  fixture.advance(5 * MINUTE_MS);
  await settle();
  assert.equal(endpoint.calls.length, 0);
  const resumed = await fixture.request("POST", "/v2/schedules/s/resume");
  assert.equal(resumed.status, 200);
  await resumed.body?.cancel();
  fixture.advance(MINUTE_MS);
  assert.equal((await endpoint.call(1)).path, "/new");
  await client.schedules.delete("s");
  assert.deepEqual(await client.schedules.list(), []);
  for (const cron of ["never", "* * * * * *", "CRON_TZ=Mars/Base * * * * *", "0 0 30 2 *"]) {
    const bad = await fixture.request("POST", `/v2/schedules/${endpoint.url}`, {
      headers: { "Upstash-Cron": cron },
    });
    assert.equal(bad.status, 400, cron);
    await bad.body?.cancel();
  }
});

Deno.test("qstash: two servers on one database fire a schedule once", async () => {
  const now = frozen("2026-08-03T06:58:30Z");
  await using fixture = await openQstash({ now });
  await using second = await startQstash({ databaseUrl: fixture.databaseUrl, now });
  const { client, endpoint } = fixture;
  await client.schedules.create({ destination: endpoint.url, cron: "* * * * *" });
  for (let minute = 1; minute <= 3; minute++) {
    fixture.advance(MINUTE_MS);
    second.advance(MINUTE_MS);
    await endpoint.call(minute);
    // A lease must not run out in the leap of a clock.
    await idle(fixture);
  }
  await settle();
  assert.equal(endpoint.calls.length, 3);
});

Deno.test("qstash: the same id or content within ten minutes is one message", async () => {
  await using fixture = await openQstash({ now: frozen("2026-08-03T06:58:30Z") });
  const { client, endpoint } = fixture;
  const publish = () => client.publish({ url: endpoint.url, body: "x", deduplicationId: "one" });
  const first = await publish();
  const again = await publish();
  assert.deepEqual(again, { messageId: first.messageId, deduplicated: true });
  const content = (body: string) =>
    client.publish({ url: endpoint.url, body, contentBasedDeduplication: true });
  const [a, b, c] = [await content("same"), await content("same"), await content("other")];
  assert.equal(a.messageId, b.messageId);
  assert.notEqual(a.messageId, c.messageId);
  const answer = await fixture.request("POST", `/v2/publish/${endpoint.url}`, {
    headers: { "Upstash-Deduplication-Id": "one" },
  });
  assert.equal(answer.status, 202);
  await answer.body?.cancel();
  await idle(fixture);
  assert.equal(endpoint.calls.length, 3);
  fixture.advance(10 * MINUTE_MS);
  const later = await publish();
  assert.notEqual(later.messageId, first.messageId);
  await endpoint.call(4);
});

Deno.test("qstash: parallel publishes of one id store one message", async () => {
  await using fixture = await openQstash();
  const { client, endpoint } = fixture;
  const results = await Promise.all(Array.from({ length: 20 }, () =>
    client.batchJSON([
      { url: `${endpoint.url}/a`, body: 1, deduplicationId: "a" },
      { url: `${endpoint.url}/b`, body: 2, deduplicationId: "b" },
    ])));
  const ids = new Set(results.flat().map((one) => "messageId" in one ? one.messageId : ""));
  assert.equal(ids.size, 2);
  await idle(fixture);
  assert.equal(endpoint.calls.length, 2);
});

Deno.test("qstash: a URL group fans out, a batch mixes urls, groups and queues", async () => {
  await using fixture = await openQstash();
  const { client, endpoint } = fixture;
  const { url } = endpoint;
  await client.urlGroups.addEndpoints({
    name: "group",
    endpoints: [{ url: `${url}/one`, name: "one" }, { url: `${url}/two` }],
  });
  const group = await client.urlGroups.get("group");
  assert.deepEqual(group.endpoints.map((item) => item.url), [`${url}/one`, `${url}/two`]);
  const published = await client.publishJSON({ urlGroup: "group", body: { n: 1 } });
  assert.deepEqual(published.map((item) => item.url), [`${url}/one`, `${url}/two`]);
  await idle(fixture);
  assert.equal(endpoint.calls[0]?.headers.get("upstash-topic-name"), "group");
  const results = await client.batchJSON([
    { url: `${url}/plain`, body: "ü" },
    { urlGroup: "group", body: 1 },
    { url: `${url}/queued`, queueName: "q", body: 2, headers: { "x-batch": "yes" } },
  ]);
  assert.deepEqual(results.map((item) => Array.isArray(item) ? item.length : 1), [1, 2, 1]);
  await idle(fixture);
  const paths = endpoint.calls.map((call) => call.path).sort();
  assert.deepEqual(paths, ["/one", "/one", "/plain", "/queued", "/two", "/two"]);
  const queued = endpoint.calls.find((call) => call.path === "/queued");
  assert.equal(queued?.headers.get("x-batch"), "yes");
  await client.urlGroups.removeEndpoints({ name: "group", endpoints: [{ name: "one" }] });
  assert.equal((await client.urlGroups.list())[0]?.endpoints.length, 1);
  await client.urlGroups.delete("group");
  assert.deepEqual(await client.urlGroups.list(), []);
});

Deno.test("qstash: a queue delivers in order and a failing head holds back the rest", async () => {
  await using fixture = await openQstash();
  const { client, endpoint } = fixture;
  let failures = 2;
  endpoint.respond = (call) => {
    const fails = call.text === "0" && failures-- > 0;
    return new Response(null, { status: fails ? 500 : 200 });
  };
  const queue = client.queue({ queueName: "fifo" });
  for (let n = 0; n < 6; n++) {
    await queue.enqueueJSON({ url: endpoint.url, body: n, retryDelay: "30" });
  }
  await idle(fixture);
  assert.deepEqual(endpoint.calls.map((call) => call.text).join(""), "00012345");
});

Deno.test("qstash: a queue keeps to its parallelism and accepts while paused", async () => {
  await using fixture = await openQstash();
  const { client, endpoint } = fixture;
  const gate = new Gate();
  endpoint.respond = gate.respond;
  const queue = client.queue({ queueName: "wide" });
  await queue.upsert({ parallelism: 3, paused: true });
  for (let n = 0; n < 7; n++) await queue.enqueue({ url: endpoint.url, body: String(n) });
  await settle();
  assert.equal(endpoint.calls.length, 0);
  assert.equal((await queue.get()).lag, 7);
  await queue.resume();
  while (endpoint.calls.length < 7) {
    const seen = endpoint.calls.length;
    await endpoint.call(seen + 1);
    await settle();
    gate.letGo();
  }
  await eventually("an empty queue", async () => {
    gate.letGo();
    return (await queue.get()).lag === 0 ? true : undefined;
  });
  assert.equal(gate.peak, 3);
  await queue.pause();
  assert.equal((await queue.get()).paused, true);
  await queue.delete();
  assert.deepEqual(await queue.list(), []);
});

Deno.test("qstash: flow control bounds parallelism and rate of a key", async () => {
  await using fixture = await openQstash({ now: frozen("2026-08-03T06:58:30Z") });
  const { client, endpoint } = fixture;
  const gate = new Gate();
  endpoint.respond = gate.respond;
  for (let n = 0; n < 5; n++) {
    await client.publish({ url: endpoint.url, flowControl: { key: "lanes", parallelism: 2 } });
  }
  await endpoint.call(2);
  await settle();
  assert.equal(gate.peak, 2);
  const info = await client.flowControl.get("lanes");
  assert.equal(info.parallelismCount, 2);
  assert.equal(info.waitListSize, 3);
  await eventually("all deliveries", () => {
    gate.letGo();
    return endpoint.calls.length === 5 && gate.held === 0 ? true : undefined;
  });
  assert.equal(gate.peak, 2);
  endpoint.respond = () => new Response();
  await idle(fixture);
  for (let n = 0; n < 5; n++) {
    await client.publish({ url: endpoint.url, flowControl: { key: "rated", rate: 2, period: 60 } });
  }
  await endpoint.call(7);
  await settle();
  assert.equal(endpoint.calls.length, 7);
  fixture.advance(MINUTE_MS);
  await endpoint.call(9);
  await settle();
  assert.equal(endpoint.calls.length, 9);
  await client.flowControl.resetRate("rated");
  await endpoint.call(10);
});

Deno.test("qstash: a flow control key is paused, resumed, pinned and unpinned", async () => {
  await using fixture = await openQstash();
  const { client, endpoint } = fixture;
  await client.flowControl.pause("key");
  await client.publish({ url: endpoint.url, flowControl: { key: "key", parallelism: 5 } });
  await settle();
  assert.equal(endpoint.calls.length, 0);
  await client.flowControl.pin("key", { parallelism: 1, rate: 9, period: 30 });
  await client.flowControl.resume("key");
  await client.publish({ url: endpoint.url, flowControl: { key: "key", parallelism: 7 } });
  await endpoint.call(2);
  const pinned = await client.flowControl.get("key");
  assert.deepEqual(
    [pinned.parallelismMax, pinned.rateMax, pinned.ratePeriod, pinned.isPinnedRate],
    [1, 9, 30, true],
  );
  await client.flowControl.unpin("key", { parallelism: true, rate: true });
  await client.publish({ url: endpoint.url, flowControl: { key: "key", parallelism: 7 } });
  assert.equal((await client.flowControl.get("key")).parallelismMax, 7);
  const { parallelismMax } = await client.flowControl.getGlobalParallelism();
  assert.equal(parallelismMax, 20);
});

Deno.test("qstash: a callback reports each attempt, a failure callback the end", async () => {
  await using fixture = await openQstash();
  const { client, endpoint } = fixture;
  endpoint.respond = (call) =>
    call.path === "/work" ? new Response("broken", { status: 500 }) : new Response();
  const { messageId } = await client.publish({
    url: `${endpoint.url}/work`,
    body: "input",
    retries: 1,
    retryDelay: "10",
    callback: `${endpoint.url}/callback`,
    failureCallback: `${endpoint.url}/failure`,
    headers: { "Upstash-Callback-Forward-X-Own": "mine", "Upstash-Failure-Callback-Method": "PUT" },
  });
  await idle(fixture);
  const callbacks = endpoint.calls.filter((call) => call.path === "/callback");
  const reports = callbacks.map((call) => JSON.parse(call.text));
  assert.deepEqual(reports.map((report) => report.retried).sort(), [0, 1]);
  assert.equal(callbacks[0]?.headers.get("x-own"), "mine");
  const failures = endpoint.calls.filter((call) => call.path === "/failure");
  assert.deepEqual(failures.map((call) => call.method), ["PUT"]);
  const report = JSON.parse(failures[0]?.text ?? "{}");
  assert.equal(report.status, 500);
  assert.equal(atob(report.body), "broken");
  assert.equal(atob(report.sourceBody), "input");
  assert.equal(report.sourceMessageId, messageId);
  assert.equal((await client.dlq.listMessages()).messages[0]?.dlqId, report.dlqId);
  const [call] = failures;
  const genuine = await fixture.receiver.verify({
    signature: call?.headers.get("upstash-signature") ?? "",
    body: call?.text ?? "",
    url: `${endpoint.url}/failure`,
    clockTolerance: 5,
  });
  assert.equal(genuine, true);
});

Deno.test("qstash: messages are looked up, cancelled one by one and in bulk", async () => {
  await using fixture = await openQstash();
  const { client, endpoint } = fixture;
  const ids: string[] = [];
  for (const label of ["a", "b", "b", "c", "c"]) {
    const { messageId } = await client.publish({
      url: endpoint.url,
      body: "secret",
      delay: 60,
      label,
      redact: { body: true },
    });
    ids.push(messageId);
  }
  const [first = "", second = ""] = ids;
  const message = await client.messages.get(first);
  assert.match(message.body ?? "", /^REDACTED:[0-9a-f]{64}$/);
  assert.equal(message.label, "a");
  assert.deepEqual(await client.messages.cancel(first), { cancelled: 1 });
  const gone = await fixture.request("DELETE", `/v2/messages/${first}`);
  assert.equal(gone.status, 404);
  await gone.body?.cancel();
  assert.deepEqual(await client.messages.cancel([first, second]), { cancelled: 1 });
  assert.deepEqual(await client.messages.cancel({ filter: { label: "b" } }), { cancelled: 1 });
  assert.deepEqual(await client.messages.cancel({ all: true }), { cancelled: 2 });
  const { logs } = await client.logs({ filter: { state: "CANCELED" } });
  assert.equal(logs.length, 5);
  const page = await client.logs({ filter: { count: 4 } });
  assert.equal(page.logs.length, 4);
  fixture.advance(MINUTE_MS);
  await settle();
  assert.equal(endpoint.calls.length, 0);
});
