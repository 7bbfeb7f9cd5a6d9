/** @module The loop between server and client: told, counted, seen, read; and told by servers. */
import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";
import { actAs, follow, insertPost, sentTo, signUpAll } from "./support.ts";

async function open() {
  const app = await openApp();
  const [ada, bob, eve] = await signUpAll(app, "ada", "bob", "eve");
  assert.ok(ada && bob && eve);
  return { app, ada, bob, eve };
}

Deno.test("[NO-12] [NO-13] [NO-14] servers tell a person something by their secret key, nobody else may", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  const body = {
    user_id: ada.id,
    type: "announcement",
    subject: { type: "order", id: crypto.randomUUID() },
    source_id: crypto.randomUUID(),
    text: "Your parcel is on its way",
  };
  const headers = { apikey: app.deps.config.secretKey };

  const made = await app.anonymous.post("/notifications", body, { headers });
  const again = await app.anonymous.post("/notifications", body, { headers });
  await app.runJobs();
  const refused = [
    await app.anonymous.post("/notifications", body),
    await app.as(ada).post("/notifications", body),
    await app.as(bob).post("/notifications", body, { headers: { apikey: "sb_secret_guess" } }),
  ];
  const { body: list } = await app.as(ada).get("/notifications");

  assert.deepEqual([made.status, made.body.status], [201, "pending"]);
  assert.deepEqual([again.status, again.body], [200, { id: null, status: "suppressed" }]);
  assert.deepEqual(refused.map(({ status }) => status), [403, 403, 403]);
  assert.deepEqual(list.items.map((item: { id: string; text: string }) => [item.id, item.text]), [
    [made.body.id, "Your parcel is on its way"],
  ]);
  for (
    const [patch, path] of [
      [{ type: "parcel" }, "type"],
      [{ subject: { type: "An Order", id: body.subject.id } }, "subject.type"],
      [{ user_id: "ada" }, "user_id"],
      [{ text: "" }, "text"],
    ] as const
  ) {
    const { status, body: problem } = await app.anonymous
      .post("/notifications", { ...body, ...patch }, { headers });
    assert.deepEqual([status, problem.errors[0].path], [422, path]);
  }
});

Deno.test("[NO-13] [NO-19] what a server asks for obeys blocks and preferences too", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  const headers = { apikey: app.deps.config.secretKey };
  const ask = (type: string) =>
    app.anonymous.post("/notifications", {
      user_id: ada.id,
      type,
      actor_id: bob.id,
      subject: { type: "user", id: bob.id },
    }, { headers });

  assert.equal((await ask("follow")).status, 201);
  await app.as(ada).patch("/notifications/preferences", {
    types: { mention: { in_app: false, push: false } },
  });
  assert.equal((await ask("mention")).body.status, "suppressed");
  await app.as(ada).post(`/users/${bob.id}/block`);
  assert.equal((await ask("follow")).body.status, "suppressed");
});

Deno.test("[NO-07] [NO-20] what the socket says is what the list says, and stays so", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  await follow(app, bob, ada);
  const stored = await app.db.sql`select status from public.notifications`;
  await app.runJobs();

  const [sent] = await sentTo(app, ada, "notification.created");
  const { body } = await app.as(ada).get("/notifications");
  assert.equal(stored.length, 0, "the job decides, not the follow");
  assert.deepEqual(body.items, [sent?.payload.notification]);
  const reload = await app.as(ada).get("/notifications");
  assert.deepEqual(reload.body, body);
});

Deno.test("[NO-17] [NO-18] whoever was away finds counts, with names of rooms; each read takes one away", async () => {
  const { app, ada, bob, eve } = await open();
  await using _ = app;
  await follow(app, ada, bob);
  const room = (await app.as(bob).post("/rooms", { name: "Lounge" })).body.id;
  await app.as(ada).post(`/rooms/${room}/join`);
  await app.runJobs();
  const before = (await app.as(ada).get("/notifications/count")).body;
  for (const text of ["one", "two"]) {
    await app.as(bob).post(`/rooms/${room}/messages`, { body: text });
  }
  await follow(app, bob, ada);
  await follow(app, eve, ada);
  await app.runJobs();

  const count = (await app.as(ada).get("/notifications/count")).body;
  assert.deepEqual(count.rooms.filter((r: { room_id: string }) => r.room_id === room), [
    { room_id: room, name: "Lounge", unread_count: 2 },
  ]);
  assert.equal(count.unread_count - before.unread_count, 2, "nobody acknowledged, so they count");
  const { items } = (await app.as(ada).get("/notifications?unread=true")).body;
  await app.as(ada).patch(`/notifications/${items[0].id}/read`);
  assert.equal(
    (await app.as(ada).get("/notifications/count")).body.unread_count,
    count.unread_count - 1,
  );
});

Deno.test("[NO-22] seen and read are two times", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  await follow(app, bob, ada);
  await app.runJobs();
  assert.equal((await app.as(bob).post("/notifications/seen")).status, 204);
  assert.equal((await app.as(ada).get("/notifications/count")).body.unseen_count, 1);
  assert.equal((await app.as(ada).post("/notifications/seen")).status, 204);

  const count = (await app.as(ada).get("/notifications/count")).body;
  assert.deepEqual([count.unread_count, count.unseen_count], [1, 0]);
});

Deno.test("[NO-21] many who come at once ring the socket once until the pause is over", async () => {
  const { app, ada } = await open();
  await using _ = app;
  const fans = await signUpAll(app, ...Array.from({ length: 12 }, (__, n) => `fan${n}`));
  const post = await insertPost(app, ada, "hello");
  await app.runJobs();
  for (const fan of fans) {
    await actAs(
      app,
      fan,
      (sql) => sql`insert into public.post_reactions (post_id) values (${post})`,
    );
    await app.runJobs();
  }

  const held = app.queue.jobs.filter(({ path }) => path.endsWith("/shared"));
  assert.equal((await sentTo(app, ada, "notification.created")).length, 1);
  assert.deepEqual(held.map(({ delaySeconds }) => delaySeconds), [5]);
  await app.runLaterJobs();
  const sent = await sentTo(app, ada, "notification.created");
  const { actors_count } = sent.at(-1)?.payload.notification as { actors_count: number };
  assert.deepEqual([sent.length, actors_count], [2, 12]);
});
