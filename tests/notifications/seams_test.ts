/** @module The way from an act to a socket: as a job but for chat, and with a stub in its place. */
import assert from "node:assert/strict";
import { createDeliverConsumer, type EmitToUser } from "../../shared/notifications/mod.ts";
import { CONSUMERS, createJobs } from "../../shared/jobs.ts";
import type { OutboxEvent } from "../../shared/outbox/mod.ts";
import { runConsumer } from "../../shared/outbox/deliveries.ts";
import { openApp, type TestApp } from "../support/app.ts";
import { GENUINE_SIGNATURE } from "../support/queue.ts";
import { actAs, follow, sentTo, signUpAll } from "./support.ts";

async function open() {
  const app = await openApp();
  const [ada, bob] = await signUpAll(app, "ada", "bob");
  assert.ok(ada && bob);
  return { app, ada, bob };
}

async function createdEvent(app: TestApp): Promise<OutboxEvent> {
  const [event] = await app.db.sql<OutboxEvent[]>`
    select id, topic, subject_id, actor_id, payload, traceparent, created_at::text
    from private.outbox where topic = 'notification.created'`;
  assert.ok(event);
  return event;
}

Deno.test("[TE-07] [NO-13] [NO-15] delivery: a stub in place of emitToUser sees what a socket would", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  const id = await app.deps.db.asService("createForUser, as a job does", async (sql) => {
    const [row] = await sql<{ id: string }[]>`
      select private.create_notification(
        ${ada.id}, 'follow', ${bob.id}, 'user', ${bob.id}, ${bob.id}) as id`;
    return row?.id ?? "";
  });
  const event = await createdEvent(app);
  const emitted: unknown[] = [];
  let isAway = true;
  const emitToUser: EmitToUser = (_sql, user, name, payload) => {
    if (isAway) return Promise.reject(new Error("the sockets are away"));
    emitted.push([user, name, payload]);
    return Promise.resolve();
  };
  const deliver = createDeliverConsumer(emitToUser);
  const state = async () => {
    const [row] = await app.db.sql`select status, delivered_at is not null as delivered
      from public.notifications where id = ${id}`;
    return { ...row };
  };

  await assert.rejects(runConsumer(app.deps, deliver, event), /away/);
  assert.deepEqual(
    await state(),
    { status: "pending", delivered: false },
    "it failed: not delivered",
  );
  isAway = false;
  // Through the receiver, as the queue calls it.
  const consumers = [...CONSUMERS.filter(({ name }) => name !== "deliver"), deliver];
  const answer = await createJobs(app.deps, consumers).request("/jobs/deliver", {
    method: "POST",
    headers: { "upstash-signature": GENUINE_SIGNATURE, "content-type": "application/json" },
    body: JSON.stringify(event),
  });
  assert.equal(answer.status, 200);
  assert.equal(await runConsumer(app.deps, deliver, event), "duplicate");
  await runConsumer(app.deps, deliver, { ...event, id: crypto.randomUUID() });

  assert.deepEqual(await state(), { status: "delivered", delivered: true });
  const [notification] = (await app.as(ada).get("/notifications")).body.items;
  assert.deepEqual(emitted, [[ada.id, "notification.created", { notification }]]);
  assert.equal(
    (await sentTo(app, ada, "notification.created")).length,
    0,
    "the stub was asked alone",
  );
});

Deno.test("[JO-04] sockets: notifications go out as jobs, what is said in a room at once", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  await app.as(ada).post(`/users/${bob.id}/follow`);
  const dm = (await app.as(bob).post("/dms", { user_ids: [ada.id] })).body.id;
  await app.runJobs();
  const broadcasts = async (event: string) => {
    const [row] = await app.db.sql`
      select count(*)::int as n from realtime.messages where event = ${event}`;
    return row?.n;
  };

  await actAs(
    app,
    bob,
    (sql) => sql`insert into public.messages (room_id, body) values (${dm}, 'hi')`,
  );
  await follow(app, bob, ada);
  assert.equal(await broadcasts("message.created"), 1, "chat waits for no job");
  assert.equal((await sentTo(app, ada, "notification.created")).length, 0);
  await app.runJobs();
  const sent = await sentTo(app, ada, "notification.created");
  assert.deepEqual(
    sent.map(({ payload }) => (payload.notification as { type: string }).type).toSorted(),
    ["follow", "message"],
  );
  assert.equal(await broadcasts("message.created"), 1);
  const runs = await app.db.sql`select o.topic from private.job_runs r
    join private.outbox o on o.id = r.event_id
    where r.consumer = 'deliver' and r.finished_at is not null`;
  assert.ok(runs.every(({ topic }) => topic.startsWith("notification.")));
  assert.ok(runs.length >= 2);
});

Deno.test("[NO-16] [B13] badges: of twenty marked at once, every number is told once, and the last is none", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  const ids: string[] = [];
  for (let n = 0; n < 20; n++) {
    const [row] = await app.db.sql<{ id: string }[]>`
      select private.create_notification(${ada.id}, 'announcement', ${bob.id}, 'user',
        gen_random_uuid(), gen_random_uuid()) as id`;
    ids.push(row?.id ?? "");
  }
  await Promise.all(
    ids.map((id, n) =>
      n % 2 === 0
        ? app.as(ada).patch(`/notifications/${id}/read`)
        : app.as(ada).post(`/notifications/${id}/ack`, { state: "opened" })
    ),
  );
  const sent = await sentTo(app, ada, "notification.read");
  assert.deepEqual(
    sent.map(({ payload }) => payload.unread_count).toSorted((a, b) => Number(b) - Number(a)),
    ids.map((_id, n) => ids.length - 1 - n),
  );
  assert.equal((await app.as(ada).get("/notifications/count")).body.unread_count, 0);
});

Deno.test("[NO-12] servers: the key may come as the platform passes it on, with a token of its own", async () => {
  const keys = { SUPABASE_SECRET_KEYS: '{"default":"sb_secret_of_the_project"}' };
  await using app = await openApp({ env: keys });
  const ada = await app.signUp("ada");
  const body = {
    user_id: ada.id,
    type: "announcement",
    subject: { type: "order", id: crypto.randomUUID() },
    text: "Your parcel is on its way",
  };
  const headers = {
    apikey: "sb_secret_of_the_project",
    authorization: "Bearer sb_secret_of_the_project",
  };
  assert.equal((await app.anonymous.post("/notifications", body, { headers })).status, 201);
  const bearerOnly = { authorization: headers.authorization };
  const refused = await app.anonymous.post("/notifications", body, { headers: bearerOnly });
  assert.equal(refused.status, 403);
  const guess = { ...headers, authorization: "Bearer sb_secret_guess" };
  assert.equal((await app.anonymous.post("/notifications", body, { headers: guess })).status, 401);
});

Deno.test("[NO-14] servers: a type that tells of people without one still reads well, a group needs one", async () => {
  const { app, ada } = await open();
  await using _ = app;
  const headers = { apikey: app.deps.config.secretKey };
  const tell = (type: string) =>
    app.anonymous.post("/notifications", {
      user_id: ada.id,
      type,
      subject: { type: "order", id: crypto.randomUUID() },
    }, { headers });
  for (const type of ["follow", "comment", "message", "announcement", "room_activity"]) {
    assert.equal((await tell(type)).status, 201, type);
  }
  const { items } = (await app.as(ada).get("/notifications")).body;
  assert.deepEqual(items.map(({ text }: { text: string }) => text), [
    "Something is new in a room",
    "Something is new",
    "Somebody sent you a message",
    "Somebody commented on your post",
    "Somebody followed you",
  ]);
  const { status, body } = await tell("like");
  assert.deepEqual([status, body.errors?.[0].path], [422, "actor_id"]);
});
