/** @module What admins see of jobs, and the replay of dead work. */
import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";

async function open() {
  const app = await openApp();
  const [ada, bob] = [await app.signUp("ada"), await app.signUp("bob")];
  await app.grantRole(ada, "admin");
  await app.grantRole(bob, "moderator");
  return { app, ada, bob };
}

Deno.test("jobs: admins see the outbox, its consumers and dead work; others do not", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;

  const before = await app.as(ada).get("/admin/jobs");
  await app.runJobs();
  const after = await app.as(ada).get("/admin/jobs");

  assert.equal(before.status, 200);
  assert.ok(before.body.pending > 0);
  assert.equal(after.body.pending, 0);
  assert.ok(after.body.published_last_hour > 0);
  for (const path of ["/admin/jobs", "/admin/jobs/dead"]) {
    assert.equal((await app.as(bob).get(path)).status, 403);
    assert.equal((await app.anonymous.get(path)).status, 401);
  }
});

Deno.test("jobs: dead work is listed and replayed, once in its effects", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  await app.db
    .sql`insert into public.follows (follower_id, followee_id) values (${bob.id}, ${ada.id})`;
  // Nobody has heard of it: its job is among the dead.
  await app.db.sql`delete from private.outbox where topic = 'user.followed'`;
  await app.runJobs();
  const body = {
    id: crypto.randomUUID(),
    topic: "user.followed",
    subject_id: ada.id,
    actor_id: bob.id,
    payload: {},
    traceparent: null,
    created_at: new Date().toISOString(),
  };
  const payload = { path: "/functions/v1/jobs/notifications", body };
  for (const n of [1, 2]) {
    await app.db.sql`select private.record_dead_job(${`msg_${n}`}, 'user.followed', '500: no luck',
      5, now(), ${app.db.sql.json(n === 1 ? payload : { path: "/elsewhere", body: {} })})`;
  }

  const first = await app.as(ada).get("/admin/jobs/dead?limit=1");
  const second = await app.as(ada).get(`/admin/jobs/dead?cursor=${first.body.next_cursor}`);
  const [foreign, dead] = [first.body.items[0], second.body.items[0]];
  const path = `/admin/jobs/dead/${dead.id}/replay`;
  const denied = await app.as(bob).post(path);
  const replayed = await app.as(ada).post(path);
  const again = await app.as(ada).post(path);
  const absent = await app.as(ada).post(`/admin/jobs/dead/${crypto.randomUUID()}/replay`);
  const other = await app.as(ada).post(`/admin/jobs/dead/${foreign.id}/replay`);

  assert.deepEqual(dead.payload, payload);
  assert.deepEqual(
    [denied, replayed, again, absent, other].map(({ status }) => status),
    [403, 202, 202, 404, 501],
  );
  assert.ok(replayed.body.replayed_at !== null);
  assert.equal(app.queue.jobs.length, 2);
  await app.runJobs();
  const rows = await app.db
    .sql`select type from public.notifications where recipient_id = ${ada.id}`;
  assert.deepEqual(rows.map(({ type }) => type), ["follow"]);
});

Deno.test("[JO-07] jobs: dead work is replayed in bulk, by topic or by id, and discarded", async () => {
  const { app, ada, bob } = await open();
  await using _ = app;
  await app.runJobs();
  const made: string[] = [];
  for (let n = 0; n < 105; n++) {
    const payload = n === 104
      ? { path: "/elsewhere" }
      : { path: "/functions/v1/jobs/nobody", body: { n } };
    await app.db.sql`select private.record_dead_job(${`msg_${n}`}, 'test.made', '500: no luck',
      5, now(), ${app.db.sql.json(payload)})`;
    const [row] = await app.db
      .sql`select id from private.dead_jobs where message_id = ${`msg_${n}`}`;
    made.push(row?.id);
  }
  const path = "/admin/jobs/dead/replay";
  const [first, second] = made;

  const denied = await app.as(bob).post(path, { topic: "test.made" });
  const empty = await app.as(ada).post(path, {});
  const many = await app.as(ada).post(path, { ids: Array(101).fill(first) });
  assert.deepEqual([denied, empty, many].map(({ status }) => status), [403, 422, 422]);
  const discarded = await app.as(ada).delete(`/admin/jobs/dead/${second}`);
  const again = await app.as(ada).delete(`/admin/jobs/dead/${second}`);
  const lost = await app.as(ada).post(`/admin/jobs/dead/${second}/replay`);
  const refused = await app.as(bob).delete(`/admin/jobs/dead/${first}`);
  assert.deepEqual([discarded, again, lost, refused].map(({ status }) => status), [
    204,
    404,
    404,
    403,
  ]);

  const one = await app.as(ada).post(path, { ids: [first, second] });
  const page = await app.as(ada).post(path, { topic: "test.made" });
  const rest = await app.as(ada).post(path, { topic: "test.made" });
  const none = await app.as(ada).post(path, { topic: "other.made" });

  assert.deepEqual([one, page, rest, none].map(({ body }) => body), [
    { replayed: 1, remaining: 0 },
    { replayed: 100, remaining: 2 },
    { replayed: 2, remaining: 0 },
    { replayed: 0, remaining: 0 },
  ]);
  assert.equal(app.queue.jobs.length, 103);
  const overview = (await app.as(ada).get("/admin/jobs")).body;
  assert.equal(overview.dead, 1, "what did not come from here is left");
  const listed = (await app.as(ada).get("/admin/jobs/dead?topic=other.made")).body.items;
  assert.equal(listed.length, 0);
});
