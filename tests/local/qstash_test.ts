/** @module The message service under the official client: publishing, retries, dead letters. */
import assert from "node:assert/strict";
import { type Call, eventually, openQstash, type QstashFixture } from "./qstash_support.ts";

const DAY_MS = 86_400_000;

async function deadLetter(fixture: QstashFixture) {
  return await eventually("a dead letter", async () => {
    return (await fixture.client.dlq.listMessages()).messages[0];
  });
}

async function signatureHolds(fixture: QstashFixture, call: Call): Promise<boolean> {
  return await fixture.receiver.verify({
    signature: call.headers.get("upstash-signature") ?? "",
    body: call.text,
    url: fixture.endpoint.url + call.path,
    clockTolerance: 5,
  });
}

Deno.test("[JO-01] qstash: a message arrives signed, with headers and body", async () => {
  await using fixture = await openQstash();
  const url = `${fixture.endpoint.url}/fn/v1/jobs?x=1&y=a%20b`;
  const body = { text: "grüße 🌍" };
  const published = await fixture.client.publishJSON({
    url,
    body,
    headers: { traceparent: "00-abc-def-01", "x-many": "one" },
    label: ["first", "second"],
  });
  assert.match(published.messageId, /^msg_\w+$/);
  const call = await fixture.endpoint.call(1);
  assert.equal(call.path, "/fn/v1/jobs?x=1&y=a%20b");
  assert.equal(call.method, "POST");
  assert.deepEqual(JSON.parse(call.text), body);
  assert.equal(call.headers.get("content-type"), "application/json");
  assert.equal(call.headers.get("traceparent"), "00-abc-def-01");
  assert.equal(call.headers.get("x-many"), "one");
  assert.equal(call.headers.get("user-agent"), "Upstash-QStash");
  assert.equal(call.headers.get("upstash-message-id"), published.messageId);
  assert.equal(call.headers.get("upstash-retried"), "0");
  assert.equal(call.headers.get("authorization"), null);
  assert.equal(await signatureHolds(fixture, call), true);
  await eventually("the end of the message", async () => {
    const answer = await fixture.request("GET", `/v2/messages/${published.messageId}`);
    await answer.body?.cancel();
    return answer.status === 404 ? true : undefined;
  });
});

Deno.test("qstash: the receiver refuses another body, another url and another key", async () => {
  await using fixture = await openQstash();
  await fixture.client.publish({ url: `${fixture.endpoint.url}/a`, body: "one" });
  const call = await fixture.endpoint.call(1);
  const signature = call.headers.get("upstash-signature") ?? "";
  const url = `${fixture.endpoint.url}/a`;
  await assert.rejects(fixture.receiver.verify({ signature, url, body: "two" }));
  await assert.rejects(fixture.receiver.verify({ signature, url: `${url}b`, body: "one" }));
  await fixture.request("POST", "/v2/keys/rotate").then((answer) => answer.body?.cancel());
  await fixture.request("POST", "/v2/keys/rotate").then((answer) => answer.body?.cancel());
  await fixture.client.publish({ url, body: "one" });
  const second = await fixture.endpoint.call(2);
  await assert.rejects(fixture.receiver.verify({
    signature: second.headers.get("upstash-signature") ?? "",
    url,
    body: "one",
  }));
});

Deno.test("qstash: one rotation of the keys is unnoticed by a receiver", async () => {
  await using fixture = await openQstash();
  const before = await (await fixture.request("GET", "/v2/keys")).json();
  const after = await (await fixture.request("POST", "/v2/keys/rotate")).json();
  assert.equal(after.current, before.next);
  assert.notEqual(after.next, before.next);
  await fixture.client.publish({ url: fixture.endpoint.url, body: "after" });
  const call = await fixture.endpoint.call(1);
  assert.equal(
    await fixture.receiver.verify({
      signature: call.headers.get("upstash-signature") ?? "",
      body: call.text,
      url: fixture.endpoint.url,
      clockTolerance: 5,
    }),
    true,
  );
});

Deno.test("qstash: binary, empty and unicode bodies arrive byte for byte", async () => {
  await using fixture = await openQstash();
  const binary = new Uint8Array([0, 255, 254, 13, 10, 128]);
  const bodies = [binary, new Uint8Array(), new TextEncoder().encode("„日本語“\u0000")];
  for (const [index, body] of bodies.entries()) {
    const path = `/v2/publish/${fixture.endpoint.url}/${index}`;
    const answer = await fixture.request("POST", path, { body });
    assert.equal(answer.status, 200);
    await answer.body?.cancel();
    const call = await fixture.endpoint.call(index + 1);
    assert.deepEqual([...call.bytes], [...body]);
  }
});

Deno.test("qstash: a body over 1 MB, a bad token and a bad destination are refused", async () => {
  await using fixture = await openQstash();
  const path = `/v2/publish/${fixture.endpoint.url}`;
  const exact = await fixture.request("POST", path, { body: new Uint8Array(1_048_576) });
  assert.equal(exact.status, 200);
  const large = await fixture.request("POST", path, { body: new Uint8Array(1_048_577) });
  assert.equal(large.status, 413);
  assert.match((await large.json()).error, /larger than/);
  const stranger = await fetch(`${fixture.url}${path}`, {
    method: "POST",
    headers: { Authorization: "Bearer wrong" },
  });
  assert.equal(stranger.status, 401);
  const byQuery = await fetch(
    `${fixture.url}${path}/q?a=1&qstash_token=${encodeURIComponent("wrong")}`,
    { method: "POST" },
  );
  assert.equal(byQuery.status, 401);
  const bad = await fixture.request("POST", "/v2/publish/ftp://example.com/");
  assert.equal(bad.status, 400);
  const group = await fixture.request("POST", "/v2/publish/no-such-group");
  assert.equal(group.status, 404);
  const workflow = await fixture.request("DELETE", "/v2/workflows/runs/x");
  assert.equal(workflow.status, 501);
  for (const answer of [exact, stranger, byQuery, bad, group, workflow]) {
    await answer.body?.cancel();
  }
});

Deno.test("qstash: a token in the query does not reach the destination", async () => {
  await using fixture = await openQstash({ token: "secret" });
  const path = `/v2/publish/${fixture.endpoint.url}/hook?a=1&qstash_token=secret&upstash-retries=0`;
  const answer = await fetch(`${fixture.url}${path}`, {
    method: "POST",
    body: "{}",
    headers: { "Upstash-Header-Forward": "true", "X-Event": "push" },
  });
  assert.equal(answer.status, 200);
  await answer.body?.cancel();
  const call = await fixture.endpoint.call(1);
  assert.equal(call.path, "/hook?a=1");
  assert.equal(call.headers.get("x-event"), "push");
});

Deno.test("[JO-02] qstash: delay and not-before hold a message back", async () => {
  await using fixture = await openQstash();
  const { url } = fixture.endpoint;
  const answer = await fixture.request("POST", `/v2/publish/${url}/delayed`, {
    headers: { "Upstash-Delay": "1d10h30m" },
  });
  const delayed: { messageId: string } = await answer.json();
  const later = Math.floor((Date.now() + 2 * DAY_MS) / 1000);
  await fixture.client.publish({ url: `${url}/later`, notBefore: later, delay: 1 });
  const message = await fixture.client.messages.get(delayed.messageId);
  const wait = (message.notBefore ?? 0) - message.createdAt;
  assert.equal(wait, 34.5 * 3_600_000);
  fixture.advance(34 * 3_600_000);
  await fixture.client.publish({ url: `${url}/now` });
  assert.equal((await fixture.endpoint.call(1)).path, "/now");
  fixture.advance(3_600_000);
  assert.equal((await fixture.endpoint.call(2)).path, "/delayed");
  fixture.advance(DAY_MS);
  assert.equal((await fixture.endpoint.call(3)).path, "/later");
});

Deno.test("[JO-06] qstash: failures wait 12 s, 2m28s, 30m8s, 6h7m6s, 24 h", async () => {
  await using fixture = await openQstash();
  fixture.endpoint.respond = () => new Response("no", { status: 500 });
  const { messageId } = await fixture.client.publish({ url: fixture.endpoint.url, retries: 5 });
  const waits = [12, 148, 1808, 22_026, 86_400];
  for (const [index, wait] of waits.entries()) {
    await fixture.endpoint.call(index + 1);
    const logs = await eventually("the retry", async () => {
      const { logs } = await fixture.client.logs({ messageIds: [messageId] });
      const retries = logs.filter(({ state }) => state === "RETRY");
      return retries.length > index ? retries : undefined;
    });
    const { time, nextDeliveryTime = 0 } = logs[0] ?? { time: 0 };
    assert.equal(nextDeliveryTime - time, wait * 1000);
    assert.equal(fixture.endpoint.calls.length, index + 1);
    fixture.advance(wait * 1000);
  }
  const last = await fixture.endpoint.call(6);
  assert.equal(last.headers.get("upstash-retried"), "5");
  const dead = await deadLetter(fixture);
  assert.equal(dead.messageId, messageId);
  assert.equal(dead.responseStatus, 500);
  assert.equal(dead.responseBody, "no");
  assert.equal(dead.maxRetries, 5);
  const { logs } = await fixture.client.logs({ filter: { state: "FAILED" } });
  assert.deepEqual(logs.map((log) => log.messageId), [messageId]);
});

Deno.test("[JO-06] qstash: Upstash-Retry-Delay sets the wait between attempts", async () => {
  await using fixture = await openQstash();
  fixture.endpoint.respond = () => new Response(null, { status: 503 });
  await fixture.client.publish({
    url: fixture.endpoint.url,
    retries: 3,
    retryDelay: "pow(2, retried) * 20",
  });
  const calls: Call[] = [];
  for (let n = 1; n <= 4; n++) calls.push(await fixture.endpoint.call(n));
  const gaps = calls.slice(1).map((call, index) => call.at - (calls[index]?.at ?? 0));
  for (const [index, gap] of gaps.entries()) assert.ok(gap >= 2 ** index * 20, `gap ${gap}`);
  await deadLetter(fixture);
  assert.equal(fixture.endpoint.calls.length, 4);
  const bad = await fixture.request("POST", `/v2/publish/${fixture.endpoint.url}`, {
    headers: { "Upstash-Retry-Delay": "process.exit()" },
  });
  assert.equal(bad.status, 400);
  assert.match((await bad.json()).error, /retry-delay/);
});

Deno.test("qstash: Retry-After and its relatives say when to try again", async () => {
  await using fixture = await openQstash();
  const headers: Record<string, string>[] = [
    { "Retry-After": "90" },
    { "X-RateLimit-Reset": "6m5s" },
    { "X-RateLimit-Reset-Requests": "250ms" },
    { "Retry-After": "1000000" },
  ];
  const waits = [90_000, 365_000, 250, DAY_MS];
  for (const [index, header] of headers.entries()) {
    fixture.endpoint.respond = () => new Response(null, { status: 429, headers: header });
    const { messageId } = await fixture.client.publish({ url: `${fixture.endpoint.url}/${index}` });
    const retry = await eventually("the retry", async () => {
      const { logs } = await fixture.client.logs({ messageIds: [messageId] });
      return logs.find(({ state }) => state === "RETRY");
    });
    assert.equal((retry.nextDeliveryTime ?? 0) - retry.time, waits[index]);
    await fixture.client.messages.cancel(messageId);
  }
});

Deno.test("[JO-07] qstash: 489 goes to the dead letters at once", async () => {
  await using fixture = await openQstash();
  fixture.endpoint.respond = () =>
    new Response("poison", { status: 489, headers: { "Upstash-NonRetryable-Error": "true" } });
  await fixture.client.publish({ url: fixture.endpoint.url, body: "x", retries: 5 });
  const dead = await deadLetter(fixture);
  assert.equal(dead.responseStatus, 489);
  assert.equal(fixture.endpoint.calls.length, 1);
});

Deno.test("qstash: a timeout and a closed port count as failures", async () => {
  await using fixture = await openQstash();
  let release = () => {};
  const held = new Promise<void>((resolve) => release = resolve);
  fixture.endpoint.respond = async () => {
    await held;
    return new Response();
  };
  await fixture.client.publish({ url: fixture.endpoint.url, retries: 0, timeout: 1 });
  const slow = await deadLetter(fixture);
  release();
  assert.match(slow.responseBody ?? "", /did not answer in time/);
  await fixture.client.dlq.delete(slow.dlqId);
  await fixture.client.publish({ url: "http://127.0.0.1:1/", retries: 0 });
  const closed = await deadLetter(fixture);
  assert.equal(closed.responseStatus, undefined);
});

Deno.test("[JO-07] qstash: dead letters are listed, fetched, deleted and sent again", async () => {
  await using fixture = await openQstash();
  const { client, endpoint } = fixture;
  endpoint.respond = () => new Response("bad", { status: 500 });
  for (const name of ["a", "b", "c"]) {
    await client.publish({ url: `${endpoint.url}/${name}`, body: name, retries: 0, label: name });
  }
  const { messages } = await eventually("three dead letters", async () => {
    const list = await client.dlq.listMessages();
    return list.messages.length === 3 ? list : undefined;
  });
  const byName = new Map(messages.map((message) => [message.body, message]));
  const [a, b] = [byName.get("a"), byName.get("b")];
  assert.match(a?.dlqId ?? "", /^\d+-\d+$/);
  const one = await (await fixture.request("GET", `/v2/dlq/${a?.dlqId}`)).json();
  assert.equal(one.url, `${endpoint.url}/a`);
  const filtered = await client.dlq.listMessages({ filter: { label: ["b", "c"] } });
  assert.equal(filtered.messages.length, 2);
  const page = await client.dlq.listMessages({ count: 2 });
  assert.equal(page.messages.length, 2);
  const rest = await client.dlq.listMessages({ cursor: page.cursor ?? "", filter: {} });
  assert.equal(rest.messages.length, 1);
  assert.deepEqual(await client.dlq.delete(a?.dlqId ?? ""), { deleted: 1 });
  endpoint.respond = () => new Response();
  const before = endpoint.calls.length;
  const retried = await client.dlq.retry(b?.dlqId ?? "");
  assert.equal(retried.responses.length, 1);
  assert.notEqual(retried.responses[0]?.messageId, b?.messageId);
  const call = await endpoint.call(before + 1);
  assert.equal(call.path, "/b");
  assert.equal(call.headers.get("upstash-retried"), "0");
  const all = await client.dlq.retry({ all: true });
  assert.equal(all.responses.length, 1);
  assert.equal(all.cursor, undefined);
  assert.equal((await endpoint.call(before + 2)).path, "/c");
  assert.equal((await client.dlq.listMessages()).messages.length, 0);
});

Deno.test("qstash: an unknown filter is refused instead of widening a bulk action", async () => {
  await using fixture = await openQstash();
  const answer = await fixture.request("DELETE", "/v2/dlq?colour=red");
  assert.equal(answer.status, 501);
  assert.match((await answer.json()).error, /colour/);
  const empty = await fixture.request("DELETE", "/v2/messages/");
  assert.equal(empty.status, 400);
  await empty.body?.cancel();
});
