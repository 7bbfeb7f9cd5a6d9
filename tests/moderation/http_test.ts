/** @module Reports, the queue and decisions over HTTP. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

/** Inserts a post by table, as the platform's own client does. */
async function insertPost(app: TestApp, author: TestPerson, body: string): Promise<string> {
  return await app.deps.db.asViewer(
    { kind: "person", userId: author.id, sessionId: author.sessionId, claims: claimsOf(author) },
    async (sql) => {
      const [row] = await sql<{ id: string }[]>`
        insert into public.posts (body) values (${body}) returning id`;
      return row?.id ?? "";
    },
  );
}

function claimsOf({ id, sessionId }: TestPerson) {
  return { sub: id, role: "authenticated", session_id: sessionId };
}

async function open() {
  const app = await openApp();
  const [ada, bob, eve, mod] = await Promise.all(
    ["ada", "bob", "eve", "mod"].map((handle) => app.signUp(handle)),
  );
  assert.ok(ada && bob && eve && mod);
  await app.grantRole(mod, "moderator");
  return { app, ada, bob, eve, mod };
}

Deno.test("[MO-03] [MO-05] reports: one case per subject, one report per person", async () => {
  const { app, ada, bob, eve, mod } = await open();
  await using _ = app;
  const post = await insertPost(app, ada, "buy my things");

  const first = await app.as(bob).post(`/posts/${post}/report`, { reason: "spam", note: "again" });
  const again = await app.as(bob).post(`/posts/${post}/report`, { reason: "hate" });
  const other = await app.as(eve).post("/reports", {
    subject: { type: "post", id: post },
    reason: "harassment",
  });

  assert.deepEqual([first.status, again.status, other.status], [201, 200, 201]);
  assert.deepEqual(again.body, first.body);
  assert.equal(other.body.case_id, first.body.case_id);
  const detail = await app.as(mod).get(`/moderation/cases/${first.body.case_id}`);
  assert.equal(detail.body.reporters_count, 2);
  assert.deepEqual(detail.body.reasons, ["harassment", "spam"]);
  assert.equal(detail.body.subject.text, "buy my things");
  assert.equal(detail.body.subject.author.handle, "ada");
  assert.ok(!detail.text.includes(bob.id), "reporters are not named");
});

Deno.test("[MO-03] reports: only what one sees, and never oneself", async () => {
  const { app, ada, bob, eve } = await open();
  await using _ = app;
  const post = await insertPost(app, ada, "hello");
  await app.db
    .sql`insert into public.blocks (blocker_id, blocked_id) values (${ada.id}, ${eve.id})`;
  const reason = { reason: "spam" };

  const hidden = await app.as(eve).post(`/posts/${post}/report`, reason);
  const person = await app.as(eve).post(`/users/${ada.id}/report`, reason);
  const absent = await app.as(bob).post(`/messages/${crypto.randomUUID()}/report`, reason);
  const own = await app.as(ada).post(`/posts/${post}/report`, reason);
  const story = await app.as(bob).post("/reports", {
    subject: { type: "story", id: crypto.randomUUID() },
    ...reason,
  });
  const wrong = await app.as(bob).post(`/users/${ada.id}/report`, { reason: "boredom" });
  const fine = await app.as(bob).post(`/users/${ada.id}/report`, reason);
  const nobody = await app.anonymous.post(`/users/${ada.id}/report`, reason);

  assert.deepEqual(
    [hidden, person, absent, own, story, wrong, fine, nobody].map(({ status }) => status),
    [404, 404, 404, 403, 404, 422, 201, 401],
  );
});

Deno.test("[MO-06] queue: for moderators, most urgent first, page by page", async () => {
  const { app, ada, bob, mod } = await open();
  await using _ = app;
  const reasons = ["spam", "violence", "hate", "other"];
  for (const reason of reasons) {
    const post = await insertPost(app, ada, `a case of ${reason}`);
    await app.as(bob).post(`/posts/${post}/report`, { reason });
  }

  const first = await app.as(mod).get("/moderation/queue?limit=3");
  const second = await app.as(mod).get(
    `/moderation/queue?limit=3&cursor=${first.body.next_cursor}`,
  );
  const closed = await app.as(bob).get("/moderation/queue");
  const detail = await app.as(bob).get(`/moderation/cases/${first.body.items[0].id}`);
  const decide = await app.as(bob).post(
    `/moderation/cases/${first.body.items[0].id}/decision`,
    { action: "dismiss", reason: "mine" },
  );

  const seen = [...first.body.items, ...second.body.items].map(({ reasons }) => reasons[0]);
  assert.deepEqual(seen, ["violence", "hate", "spam", "other"]);
  assert.equal(second.body.next_cursor, null);
  assert.deepEqual([closed.status, detail.status, decide.status], [403, 403, 403]);
});

Deno.test("[MO-06] decisions: remove hides a post, restore brings it back", async () => {
  const { app, ada, bob, mod } = await open();
  await using _ = app;
  const post = await insertPost(app, ada, "off with it");
  const report = await app.as(bob).post(`/posts/${post}/report`, { reason: "hate" });
  const path = `/moderation/cases/${report.body.case_id}/decision`;

  const removed = await app.as(mod).post(path, { action: "remove", reason: "hateful" });
  const gone = await app.as(bob).get(`/posts/${post}`);
  const again = await app.as(mod).post(path, { action: "remove", reason: "hateful" });
  const restored = await app.as(mod).post(path, { action: "restore", reason: "mistaken" });
  const back = await app.as(bob).get(`/posts/${post}`);

  assert.equal(removed.status, 200);
  assert.equal(removed.body.status, "decided");
  assert.equal(removed.body.subject.status, "removed");
  assert.equal(removed.body.decisions[0].moderator.handle, "mod");
  assert.deepEqual([gone.status, again.status, restored.status, back.status], [404, 409, 200, 200]);
  await app.runJobs();
  const told = await app.as(ada).get("/notifications");
  assert.deepEqual(told.body.items.map(({ text }: { text: string }) => text), [
    "A moderator restored your post",
    "A moderator removed your post",
  ]);
});

Deno.test("[MO-06] decisions: what is not offered says so", async () => {
  const { app, ada, bob, mod } = await open();
  await using _ = app;
  const report = await app.as(bob).post(`/users/${ada.id}/report`, { reason: "spam" });
  const path = `/moderation/cases/${report.body.case_id}/decision`;

  const answer = await app.as(mod).post(path, { action: "remove", reason: "enough" });
  const absent = await app.as(mod).post(
    `/moderation/cases/${crypto.randomUUID()}/decision`,
    { action: "warn", reason: "enough" },
  );
  const warned = await app.as(mod).post(path, { action: "warn", reason: "enough" });

  assert.deepEqual([answer.status, absent.status, warned.status], [501, 404, 200]);
});

Deno.test("[MO-01] screening: a job holds table writes, dismissing releases them", async () => {
  const { app, ada, bob, mod } = await open();
  await using _ = app;
  const post = await insertPost(app, ada, "you raghead @bob");
  const fine = await insertPost(app, ada, "the cockpit of Scunthorpe");

  await app.runJobs();
  const held = await app.as(bob).get(`/posts/${post}`);
  const own = await app.as(ada).get(`/posts/${post}`);
  const told = await app.as(bob).get("/notifications");
  const queue = await app.as(mod).get("/moderation/queue");
  const [screened] = await app.db.sql`
    select status, screened_at is not null as screened from public.posts where id = ${fine}`;

  assert.deepEqual([held.status, own.status], [404, 200]);
  assert.equal(own.body.status, "held");
  assert.equal(told.body.items.length, 0);
  assert.deepEqual({ ...screened }, { status: "published", screened: true });
  assert.equal(queue.body.items.length, 1);
  assert.deepEqual(queue.body.items[0].reasons, ["slur"]);
  const path = `/moderation/cases/${queue.body.items[0].id}/decision`;
  await app.as(mod).post(path, { action: "dismiss", reason: "a quotation" });
  assert.equal((await app.as(bob).get(`/posts/${post}`)).status, 200);
  await app.runJobs();
  assert.equal((await app.as(bob).get(`/posts/${post}`)).status, 200, "is not held again");
});
