/** @module Outgoing webhooks that are not taken, secrets that change, and who may have webhooks. */
import assert from "node:assert/strict";
import { createOutside } from "../../shared/platform/outside.ts";
import { makeRoom } from "../rooms/support.ts";
import { openApp } from "../support/app.ts";
import { logOf, makeEndpoint, passTime, startReceiver, verify } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

async function makeWorld(name: string) {
  const ada = await app.signUp(`wf_${name}`);
  const room = await makeRoom(app, ada);
  const say = (body: string) => app.as(ada).post(`/rooms/${room.id}/messages`, { body });
  return { ada, room, say };
}

Deno.test("[IN-02] [XF-01] what is not taken is tried again in order, and holds back nobody else", async () => {
  await using broken = startReceiver();
  await using sound = startReceiver();
  const { ada, room, say } = await makeWorld("retry");
  const events = ["message.created"];
  const [bad, good] = [
    await makeEndpoint(app, ada, broken, { room_id: room.id, events }),
    await makeEndpoint(app, ada, sound, { room_id: room.id, events }),
  ];
  broken.status = 503;
  broken.answer = `\0${"x".repeat(9_000)}`;
  for (const body of ["one", "two"]) await say(body);
  await app.runJobs();
  assert.equal(sound.calls.length, 2);
  assert.equal(broken.calls.length, 1);
  const [, waiting] = await logOf(app, ada, bad);
  assert.deepEqual([waiting.status, waiting.attempts], ["pending", 1]);
  assert.deepEqual([waiting.response.status, waiting.response.body.length], [503, 4_096]);
  assert.match(waiting.error, /503/);

  // A redirect is an answer like another: it is not followed.
  broken.status = 307;
  await passTime(app, bad);
  assert.equal(broken.calls.length, 2);
  broken.status = 200;
  await passTime(app, bad);
  assert.deepEqual(broken.calls.map(({ event }) => event.data.body), ["one", "one", "one", "two"]);
  assert.equal(new Set(broken.calls.slice(0, 3).map((c) => c.headers["webhook-id"])).size, 1);
  assert.deepEqual((await logOf(app, ada, bad)).map((d: { status: string }) => d.status), [
    "delivered",
    "delivered",
  ]);
  assert.equal((await logOf(app, ada, good)).length, 2);
});

Deno.test("[XF-01] five attempts, then the next delivery; ten given up within an hour or more turn it off", async () => {
  await using receiver = startReceiver();
  const { ada, room, say } = await makeWorld("dead");
  const hook = await makeEndpoint(app, ada, receiver, {
    room_id: room.id,
    events: ["message.created"],
  });
  receiver.status = 500;
  await say("one");
  await app.runJobs();
  for (let attempt = 2; attempt <= 5; attempt++) await passTime(app, hook);
  assert.equal(receiver.calls.length, 5);
  const [given] = await logOf(app, ada, hook);
  assert.deepEqual([given.status, given.attempts], ["failed", 5]);
  await passTime(app, hook);
  assert.equal(receiver.calls.length, 5);

  // Nine more fail, but not for an hour yet.
  const fail = async (count: number) => {
    await app.db
      .sql`update private.webhook_endpoints set failures = ${count} where id = ${hook.id}`;
    await say("again");
    await app.runJobs();
    await app.db.sql`update private.webhook_deliveries set attempts = 4
      where endpoint_id = ${hook.id} and status = 'pending'`;
    await passTime(app, hook);
    return (await app.as(ada).get("/webhooks")).body.items[0];
  };
  assert.equal((await fail(9)).status, "active");
  await app.db.sql`update private.webhook_endpoints
    set failing_since = now() - interval '61 minutes' where id = ${hook.id}`;
  assert.equal((await fail(8)).status, "active");
  const off = await fail(9);
  assert.equal(off.status, "disabled");
  assert.ok(off.disabled_at);
  const told = (await app.as(ada).get("/notifications")).body.items
    .filter(({ text }: { text: string }) => /webhook was turned off/.test(text));
  assert.equal(told.length, 1);

  const before = receiver.calls.length;
  await say("unheard");
  await app.runJobs();
  const refused = await app.as(ada).post(`/webhooks/${hook.id}/deliveries/${given.id}/redeliver`);
  assert.equal(refused.status, 409);
  receiver.status = 200;
  await app.as(ada).patch(`/webhooks/${hook.id}`, { status: "active" });
  await say("heard");
  await app.runJobs();
  assert.deepEqual(
    receiver.calls.slice(before).map(({ event }) => event.data.body).at(-1),
    "heard",
  );
});

Deno.test("[XF-01] an answer of 410 turns a webhook off at once", async () => {
  await using receiver = startReceiver();
  const { ada, room, say } = await makeWorld("gone");
  await makeEndpoint(app, ada, receiver, { room_id: room.id, events: ["message.created"] });
  receiver.status = 410;
  await say("one");
  await say("two");
  await app.runJobs();
  assert.equal(receiver.calls.length, 1);
  const [hook] = (await app.as(ada).get("/webhooks")).body.items;
  assert.equal(hook.status, "disabled");
});

Deno.test("[XF-01] a new secret signs beside the one before for a day; an event is told once more under its id", async () => {
  await using receiver = startReceiver();
  const { ada, room, say } = await makeWorld("rotate");
  const hook = await makeEndpoint(app, ada, receiver, {
    room_id: room.id,
    events: ["message.created"],
  });
  const rotated = await app.as(ada).post(`/webhooks/${hook.id}/rotate-secret`);
  assert.equal(rotated.status, 200, rotated.text);
  await say("both");
  await app.runJobs();
  const [both] = receiver.calls;
  verify(hook.secret, both);
  verify(rotated.body.secret, both);

  await app.db
    .sql`update private.webhook_secrets set expires_at = now() where expires_at is not null`;
  const [delivery] = await logOf(app, ada, hook);
  const path = `/webhooks/${hook.id}/deliveries`;
  const again = await app.as(ada).post(`${path}/${delivery.id}/redeliver`);
  assert.equal(again.status, 202, again.text);
  assert.equal(again.body.redelivery_of, delivery.id);
  await app.runJobs();
  const second = receiver.calls[1];
  assert.equal(second?.headers["webhook-id"], both?.headers["webhook-id"]);
  assert.equal(second?.text, both?.text);
  verify(rotated.body.secret, second);
  assert.throws(() => verify(hook.secret, second));
  assert.equal((await app.as(ada).post(`${path}/${crypto.randomUUID()}/redeliver`)).status, 404);

  const [one, two] = [
    await app.as(ada).get(`${path}?limit=1`),
    (await logOf(app, ada, hook)).map(({ id }: { id: string }) => id),
  ];
  const next = await app.as(ada).get(`${path}?limit=1&cursor=${one.body.next_cursor}`);
  assert.deepEqual([one.body.items[0].id, next.body.items[0].id], two);
});

Deno.test("[IN-02] a sender that dies loses its lease, and the minute has sent what it left", async () => {
  await using receiver = startReceiver();
  const { ada, room, say } = await makeWorld("lease");
  const hook = await makeEndpoint(app, ada, receiver, {
    room_id: room.id,
    events: ["message.created"],
  });
  await app.db.sql`update private.webhook_endpoints
    set lease = gen_random_uuid(), leased_until = now() + interval '1 minute'
    where id = ${hook.id}`;
  await say("one");
  await app.runJobs();
  assert.equal(receiver.calls.length, 0);
  await app.db.sql`update private.webhook_endpoints set leased_until = now() where id = ${hook.id}`;
  await app.db.sql`update private.webhook_deliveries set created_at = now() - interval '1 minute'`;
  await app.runTask("webhooks");
  await app.runJobs();
  assert.equal(receiver.calls.length, 1);
  await app.db.sql`update private.webhook_deliveries set created_at = now() - interval '31 days'`;
  await app.runTask("webhooks");
  assert.deepEqual(await logOf(app, ada, hook), []);
});

Deno.test("[IN-02] webhooks are for admins and owners of rooms; addresses, events and lengths are checked", async () => {
  const { ada, room } = await makeWorld("rights");
  const [bob, admin] = [await app.signUp("wf_bob"), await app.signUp("wf_admin")];
  await app.grantRole(admin, "admin");
  const body = { url: "http://127.0.0.1:9/x", events: ["message.created"] };
  assert.equal((await app.as(ada).post("/webhooks", body)).status, 403);
  assert.equal((await app.as(bob).post("/webhooks", { ...body, room_id: room.id })).status, 403);
  assert.equal((await app.anonymous.post("/webhooks", body)).status, 401);
  const closed = await makeRoom(app, ada, { isPrivate: true });
  assert.equal(
    (await app.as(admin).post("/webhooks", { ...body, room_id: closed.id })).status,
    404,
  );

  const mine = (await app.as(ada).post("/webhooks", { ...body, room_id: room.id })).body;
  const all = (await app.as(admin).post("/webhooks", body)).body;
  for (const [person, id] of [[bob, mine.id], [admin, mine.id], [ada, all.id]] as const) {
    const as = app.as(person);
    assert.equal((await as.patch(`/webhooks/${id}`, { description: "x" })).status, 404);
    assert.equal((await as.get(`/webhooks/${id}/deliveries`)).status, 404);
    assert.equal((await as.post(`/webhooks/${id}/rotate-secret`)).status, 404);
    assert.equal((await as.delete(`/webhooks/${id}`)).status, 404);
  }
  const idsOf = async (person: typeof ada) =>
    (await app.as(person).get("/webhooks")).body.items.map(({ id }: { id: string }) => id);
  assert.deepEqual([await idsOf(ada), await idsOf(bob)], [[mine.id], []]);
  assert.equal((await idsOf(admin)).includes(all.id), true);

  const wrong = [
    ["url", { ...body, url: "http://10.0.0.1/x" }],
    ["url", { ...body, url: "http://169.254.169.254/latest" }],
    ["url", { ...body, url: "http://user:pass@example.com/" }],
    ["url", { ...body, url: "ftp://example.com/" }],
    ["url", { ...body, url: `https://example.com/${"x".repeat(2_048)}` }],
    ["events.0", { ...body, events: ["message.exploded"] }],
    ["events", { ...body, events: [] }],
    ["description", { ...body, description: "x".repeat(201) }],
  ] as const;
  for (const [field, input] of wrong) {
    const refused = await app.as(admin).post("/webhooks", input);
    assert.equal(refused.status, 422, refused.text);
    assert.equal(refused.body.errors[0].path, field);
  }
  const patched = await app.as(admin).patch(`/webhooks/${all.id}`, { url: "http://[::1%25eth0]/" });
  assert.equal(patched.status, 422);
  assert.equal((await app.as(ada).delete(`/webhooks/${mine.id}`)).status, 204);
  assert.deepEqual(await idsOf(ada), []);
});

Deno.test("[IN-02] addresses are checked by what their names lead to, and loopback is closed unless it is opened", async () => {
  const outside = createOutside({
    allowLoopback: false,
    resolve: (name) =>
      Promise.resolve(name === "inside.example" ? ["10.0.0.1"] : ["93.184.216.34"]),
  });
  assert.equal(await outside.check("https://inside.example/"), "private-address");
  assert.equal(await outside.check("http://127.0.0.1:8080/"), "private-address");
  assert.equal(await outside.check("http://localhost/"), "private-address");
  assert.equal(await outside.check("https://outside.example/"), undefined);
});
