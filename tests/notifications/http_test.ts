/** @module Reading and marking notifications over HTTP. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { sentTo, signUpAll } from "./support.ts";

/** Stores notifications of a like each, as jobs do, and returns their ids, newest first. */
async function notify(app: TestApp, to: TestPerson, from: TestPerson, count: number) {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const [row] = await app.db.sql<{ id: string }[]>`
      select private.create_notification(${to.id}, 'like', ${from.id}, 'post',
        gen_random_uuid(), gen_random_uuid()) as id`;
    ids.unshift(row?.id ?? "");
  }
  return ids;
}

async function open() {
  const app = await openApp();
  const [ada, bob] = await signUpAll(app, "ada", "bob");
  assert.ok(ada && bob);
  return { app, ada, bob };
}

function idsOf({ body }: { body: { items: { id: string }[] } }): string[] {
  return body.items.map(({ id }) => id);
}

Deno.test("[NO-09] the list is paged, newest first, and one's own", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  const ids = await notify(app, ada, bob, 5);

  const first = await app.as(ada).get("/notifications?limit=3");
  const second = await app.as(ada).get(`/notifications?limit=3&cursor=${first.body.next_cursor}`);
  const others = await app.as(bob).get("/notifications");
  const stolen = await app.as(bob).get(`/notifications?cursor=${first.body.next_cursor}`);
  const nobody = await app.anonymous.get("/notifications");

  assert.deepEqual([...idsOf(first), ...idsOf(second)], ids);
  assert.equal(second.body.next_cursor, null);
  assert.deepEqual(others.body.items, []);
  assert.deepEqual([stolen.status, nobody.status], [400, 401]);
});

Deno.test("[NO-10] [NO-16] reading one marks it, and tells one's other devices once", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  const [latest = ""] = await notify(app, ada, bob, 2);

  const read = await app.as(ada).patch(`/notifications/${latest}/read`);
  const again = await app.as(ada).put(`/notifications/${latest}/read`);
  const foreign = await app.as(bob).patch(`/notifications/${latest}/read`);
  const count = await app.as(ada).get("/notifications/count");
  const unread = await app.as(ada).get("/notifications?unread=true");

  assert.deepEqual([read.status, again.status, foreign.status], [200, 200, 404]);
  assert.ok(read.body.read_at !== null && read.body.seen_at !== null);
  assert.equal(again.body.read_at, read.body.read_at);
  assert.deepEqual(count.body, { unread_count: 1, unseen_count: 1, rooms: [] });
  assert.ok(!idsOf(unread).includes(latest));
  const sent = await sentTo(app, ada, "notification.read");
  assert.deepEqual(sent.map(({ payload }) => [payload.ids, payload.unread_count]), [[[latest], 1]]);
});

Deno.test("[NO-11] several, or all, are read at once", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  const ids = await notify(app, ada, bob, 4);
  const [foreign = ""] = await notify(app, bob, ada, 1);

  const some = await app.as(ada).post("/notifications/read", {
    ids: [ids[0], ids[1], ids[1], foreign, crypto.randomUUID()],
  });
  const none = await app.as(ada).post("/notifications/read", { ids: [] });
  const all = await app.as(ada).patch("/notifications/mark-all-read");
  const again = await app.as(ada).patch("/notifications/mark-all-read");

  assert.deepEqual(some.body, { ids: ids.slice(0, 2), unread_count: 2 });
  assert.equal(none.status, 422);
  assert.deepEqual(all.body, { ids: ids.slice(2), unread_count: 0 });
  assert.deepEqual(again.body, { ids: [], unread_count: 0 });
  assert.equal((await sentTo(app, ada, "notification.read")).length, 2);
  const others = await app.as(bob).get("/notifications/count");
  assert.equal(others.body.unread_count, 1);
});

Deno.test("[NO-08] a device acknowledges what it showed, and what was opened", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  const [id = ""] = await notify(app, ada, bob, 1);
  const path = `/notifications/${id}/ack`;

  const shown = await app.as(ada).post(path, { state: "delivered" });
  const opened = await app.as(ada).post(path, { state: "opened" });
  const foreign = await app.as(bob).post(path, { state: "opened" });
  const wrong = await app.as(ada).post(path, { state: "eaten" });

  assert.ok(shown.body.delivered_at !== null && shown.body.seen_at === null);
  assert.equal(opened.body.delivered_at, shown.body.delivered_at);
  assert.ok(opened.body.seen_at !== null && opened.body.read_at !== null);
  assert.deepEqual([foreign.status, wrong.status], [404, 422]);
});
