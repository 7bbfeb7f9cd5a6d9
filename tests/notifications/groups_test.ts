/** @module Groups: what many people do to one thing is one notification until it is read. */
import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";
import { actAs, insertPost, sentTo, signUpAll, textsOf } from "./support.ts";

async function open() {
  const app = await openApp();
  const [ada, ann, bob, cyd, dia] = await signUpAll(app, "ada", "ann", "bob", "cyd", "dia");
  assert.ok(ada && ann && bob && cyd && dia);
  const post = await insertPost(app, ada, "hello");
  await app.runJobs();
  return { app, ada, ann, bob, cyd, dia, post };
}

Deno.test("[XE-01] groups: likes of one post are one notification, named and counted", async () => {
  const { app, ada, ann, bob, cyd, dia, post } = await open();
  await using _ = app;

  const texts: string[] = [];
  for (const person of [ann, bob, cyd, dia]) {
    await app.as(person).post(`/posts/${post}/like`);
    await app.runLaterJobs();
    texts.push((await textsOf(app, ada)).join());
  }

  assert.deepEqual(texts, [
    "ann liked your post",
    "bob and ann liked your post",
    "cyd and 2 others liked your post",
    "dia and 3 others liked your post",
  ]);
  const { body } = await app.as(ada).get("/notifications");
  assert.deepEqual(body.items[0].actors.map((a: { handle: string }) => a.handle), [
    "dia",
    "cyd",
    "bob",
  ]);
  assert.equal(body.items[0].actors_count, 4);
  assert.deepEqual((await app.as(ada).get("/notifications/count")).body.unread_count, 1);
  assert.deepEqual((await sentTo(app, ada, "notification.created")).length, 4);
});

Deno.test("[XE-01] groups: one that was read is closed, and the same act is not told again", async () => {
  const { app, ada, ann, bob, post } = await open();
  await using _ = app;
  await app.as(ann).post(`/posts/${post}/like`);
  await app.runJobs();
  await app.as(ada).patch("/notifications/mark-all-read");

  await app.as(ann).delete(`/posts/${post}/like`);
  await app.as(ann).post(`/posts/${post}/like`);
  await app.as(bob).post(`/posts/${post}/like`);
  await app.runJobs();

  const { body } = await app.as(ada).get("/notifications");
  assert.deepEqual(
    body.items.map((item: { text: string; read_at: string | null }) => [
      item.text,
      item.read_at !== null,
    ]),
    [["bob liked your post", false], ["ann liked your post", true]],
  );
});

Deno.test("[XE-01] [NO-19] groups: people in a block with one are not named and not counted", async () => {
  const { app, ada, ann, bob, post } = await open();
  await using _ = app;
  for (const person of [ann, bob]) await app.as(person).post(`/posts/${post}/like`);
  await app.runJobs();
  await app.as(ada).post(`/users/${bob.id}/block`);
  const one = await textsOf(app, ada);
  await app.as(ann).post(`/users/${ada.id}/block`);
  const none = await textsOf(app, ada);
  const { body } = await app.as(ada).get("/notifications/count");
  const [row] = await app.db.sql`select count(*)::int from private.notification_actors`;

  assert.deepEqual([one, none, body.unread_count, body.unseen_count], [
    ["ann liked your post"],
    [],
    0,
    0,
  ]);
  assert.equal(row?.count, 2, "hidden, not gone");
});

Deno.test("[XE-01] [B13] groups: 40 who like at once make one notification with 40 people", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const fans = await signUpAll(app, ...Array.from({ length: 40 }, (_, n) => `fan${n}`));
  const post = await insertPost(app, ada, "hello");
  await app.runJobs();
  await app.db.sql.begin(async (sql) => {
    await sql`set local townsquare.bulk = 'on'`;
    await sql`insert into public.post_reactions (post_id, profile_id)
      select ${post}, unnest(${fans.map(({ id }) => id)}::uuid[])`;
  });

  await Promise.all(
    fans.map((fan) =>
      app.deps.db.asService(
        "as a job does",
        (sql) => sql`select private.notify_of_reaction(${post}, ${fan.id})`,
      )
    ),
  );
  await app.runJobs();

  const { body } = await app.as(ada).get("/notifications");
  assert.deepEqual([body.items.length, body.items[0].actors_count], [1, 40]);
});

Deno.test("[XE-01] [NO-19] preferences: a type that is turned off is not stored, or not shown", async () => {
  const { app, ada, ann, bob, post } = await open();
  await using _ = app;
  const { status, body } = await app.as(ada).patch("/notifications/preferences", {
    types: { like: { in_app: false, push: false, email: false }, comment: { in_app: false } },
  });
  assert.equal(status, 200);
  assert.deepEqual(body.types.comment, { in_app: false, push: true, email: false });
  await app.as(ann).post(`/posts/${post}/like`);
  await insertPost(app, bob, "a comment", { parent: post });
  await app.runJobs();

  const stored = await app.db.sql`select type, channels from public.notifications`;
  assert.deepEqual(stored.map((row) => ({ ...row })), [{ type: "comment", channels: ["push"] }]);
  assert.deepEqual(await textsOf(app, ada), []);
  const byTable = await actAs(app, ada, (sql) => sql`select id from public.notifications`);
  assert.equal(byTable.length, 0);
  assert.equal((await app.as(ada).get("/notifications/count")).body.unseen_count, 0);
  assert.equal((await sentTo(app, ada, "notification.created")).length, 0);
});

Deno.test("[XE-01] preferences: quiet hours, strangers and bad input", async () => {
  await using app = await openApp();
  const ada = app.as(await app.signUp("ada"));
  const hours = { from: "22:00", to: "07:00", time_zone: "Europe/Berlin" };
  const set = await ada.patch("/notifications/preferences", {
    quiet_hours: hours,
    strangers: "drop",
  });
  const read = await ada.get("/notifications/preferences");
  assert.deepEqual(read.body, set.body);
  assert.deepEqual([read.body.quiet_hours, read.body.strangers], [hours, "drop"]);
  for (
    const [patch, path] of [
      [{ quiet_hours: { ...hours, from: "25:00" } }, "quiet_hours.from"],
      [{ quiet_hours: { ...hours, time_zone: "Mars/Olympus" } }, "quiet_hours.time_zone"],
      [{ types: { like: { pigeon: true } } }, "types.like"],
      [{ strangers: "maybe" }, "strangers"],
    ] as const
  ) {
    const { status, body } = await ada.patch("/notifications/preferences", patch);
    assert.equal(status, 422);
    assert.match(body.errors[0].path, new RegExp(`^${path}`));
  }
});
