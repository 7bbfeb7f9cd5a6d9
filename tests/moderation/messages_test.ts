/** @module Moderation of messages: screening, reports and decisions in rooms. */
import assert from "node:assert/strict";
import { moderationConsumer } from "../../shared/moderation/mod.ts";
import { runConsumer } from "../../shared/outbox/deliveries.ts";
import type { OutboxEvent } from "../../shared/outbox/mod.ts";
import type { Sql } from "../../shared/platform/postgres.ts";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

function actAs<T>(app: TestApp, { id, sessionId }: TestPerson, work: (sql: Sql) => Promise<T>) {
  const claims = { sub: id, role: "authenticated", session_id: sessionId };
  return app.deps.db.asViewer({ kind: "person", userId: id, sessionId, claims }, work);
}

/** A group of ada and bob, with eve outside of it. */
async function open() {
  const app = await openApp();
  const [ada, bob, eve, mod] = await Promise.all(
    ["ada", "bob", "eve", "mod"].map((handle) => app.signUp(handle)),
  );
  assert.ok(ada && bob && eve && mod);
  await app.grantRole(mod, "moderator");
  const room = await actAs(app, ada, async (sql) => {
    const [row] = await sql<{ id: string }[]>`
      select private.open_group(${[bob.id, mod.id]}::uuid[]) as id`;
    return row?.id ?? "";
  });
  return { app, ada, bob, eve, mod, room };
}

async function say(app: TestApp, author: TestPerson, room: string, body: string, verdict = "") {
  return await actAs(app, author, async (sql) => {
    await sql`select set_config('townsquare.verdict', ${verdict}, true)`;
    const [row] = await sql<{ id: string }[]>`
      insert into public.messages (room_id, body) values (${room}, ${body}) returning id`;
    return row?.id ?? "";
  });
}

async function bodiesFor(app: TestApp, person: TestPerson, room: string): Promise<string[]> {
  const rows = await actAs(app, person, (sql) =>
    sql<{ body: string }[]>`
      select body from public.messages
      where room_id = ${room} and status = 'published' and kind = 'user' order by seq`);
  return rows.map(({ body }) => body);
}

async function eventsIn(app: TestApp, room: string): Promise<string[]> {
  const rows = await app.db.sql<{ event: string }[]>`
    select event from realtime.messages where topic like ${`room:${room}:%`}
      and event like 'message.%' order by inserted_at`;
  return rows.map(({ event }) => event);
}

Deno.test("[MO-03] [MO-04] [MO-06] messages: reported by who sees them, removed for all", async () => {
  const { app, ada, bob, eve, mod, room } = await open();
  await using _ = app;
  const message = await say(app, ada, room, "off with it");
  await say(app, ada, room, "this stays");

  const outside = await app.as(eve).post(`/messages/${message}/report`, { reason: "hate" });
  const report = await app.as(bob).post(`/messages/${message}/report`, { reason: "hate" });
  const removed = await app.as(mod).post(
    `/moderation/cases/${report.body.case_id}/decision`,
    { action: "remove", reason: "hateful" },
  );

  assert.deepEqual([outside.status, report.status, removed.status], [404, 201, 200]);
  const [row] = await app.db.sql`select reported_user_id, message_id from public.reports`;
  assert.deepEqual({ ...row }, { reported_user_id: ada.id, message_id: message });
  assert.deepEqual(await bodiesFor(app, bob, room), ["this stays"]);
  assert.ok((await eventsIn(app, room)).includes("message.deleted"));
  const late = await app.as(mod).post(`/messages/${message}/report`, { reason: "hate" });
  assert.equal(late.status, 404, "what is gone cannot be reported");
  await app.runJobs();
  const told = await app.as(ada).get("/notifications");
  assert.deepEqual(told.body.items.map(({ text }: { text: string }) => text), [
    "A moderator removed your message",
  ]);
});

Deno.test("[MO-01] messages: written by table they are held, and nobody is told", async () => {
  const { app, ada, bob, mod, room } = await open();
  await using _ = app;
  await say(app, ada, room, "you raghead @bob");

  await app.runJobs();
  const queue = await app.as(mod).get("/moderation/queue");
  const told = await app.as(bob).get("/notifications");

  assert.deepEqual(await bodiesFor(app, bob, room), []);
  assert.deepEqual(queue.body.items.map(({ reasons }: { reasons: string[] }) => reasons), [[
    "slur",
  ]]);
  assert.deepEqual(told.body.items, []);
  await app.as(mod).post(
    `/moderation/cases/${queue.body.items[0].id}/decision`,
    { action: "dismiss", reason: "a quotation" },
  );
  await app.runJobs();
  assert.deepEqual(await bodiesFor(app, bob, room), ["you raghead @bob"]);
  const released = await app.as(bob).get("/notifications");
  assert.equal(released.body.items[0].text, "ada mentioned you in a message");
});

Deno.test("[MO-01] messages: what the API held is queued at once, and once", async () => {
  const { app, ada, bob, mod, room } = await open();
  await using _ = app;
  const message = await say(app, ada, room, "you raghead", "held");

  const queue = await app.as(mod).get("/moderation/queue");
  assert.equal(queue.body.items.length, 1);
  assert.deepEqual(await bodiesFor(app, bob, room), []);
  assert.deepEqual(await eventsIn(app, room), []);
  await app.runJobs();
  const event: OutboxEvent = {
    id: crypto.randomUUID(),
    topic: "message.created",
    subject_id: message,
    actor_id: ada.id,
    payload: { room_id: room },
    traceparent: null,
    created_at: new Date().toISOString(),
  };
  await runConsumer(app.deps, moderationConsumer, event);
  await runConsumer(app.deps, moderationConsumer, { ...event, id: crypto.randomUUID() });
  const cases = await app.db.sql`select reporters_count, priority from private.moderation_cases`;
  assert.deepEqual(cases.map((row) => ({ ...row })), [{ reporters_count: 0, priority: 20 }]);
});
