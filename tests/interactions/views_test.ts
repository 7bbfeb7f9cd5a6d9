/** @module Views: each viewer once in half an hour, and nobody who does not want to be counted. */
import assert from "node:assert/strict";
import { createViewCounter } from "../../shared/posts/views.ts";
import { openApp, type TestApp } from "../support/app.ts";
import { until } from "../support/until.ts";

async function viewsOf(app: TestApp, post: string): Promise<number> {
  const [row] = await app.db.sql<{ n: number }[]>`
    select private.count_of(${post}, 'views')::int as n`;
  return row?.n ?? 0;
}

/** Counts one view at once, as the background does; tells whether it was new. */
async function count(app: TestApp, viewer: string, post: string): Promise<number> {
  const [row] = await app.db.sql<{ n: number }[]>`
    select private.count_views(array[${viewer}]::uuid[], array[${post}]::uuid[]) as n`;
  return row?.n ?? 0;
}

Deno.test("[PO-01] [PO-13] [AN-09] a view counts once per viewer in half an hour, however often they reload", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
  ];
  const { body: post } = await app.as(ada).post("/posts", { body: "hello" });
  for (let reload = 0; reload < 5; reload++) {
    assert.equal((await app.as(grace).get(`/posts/${post.id}`)).status, 200);
    await app.as(ada).get(`/posts/${post.id}`);
    await app.anonymous.get(`/posts/${post.id}`);
  }
  await app.as(linus).get(`/posts/${post.id}`);
  await until(async () => await viewsOf(app, post.id) === 2, "two views");
  const told = await app.db.sql`select actor_id from private.outbox
    where topic = 'content.viewed' and subject_id = ${post.id} order by created_at, id`;
  assert.deepEqual(
    told.map((row) => row.actor_id),
    [grace.id, linus.id],
    "once for each that counts",
  );
  assert.equal((await app.as(ada).get(`/posts/${post.id}`)).body.counts.views, 2);

  const move = (by: string) =>
    app.db.sql`update private.post_views set counted_at = now() - ${by}::interval
      where viewer_id = ${grace.id}`;
  await move("29 minutes 50 seconds");
  assert.equal(await count(app, grace.id, post.id), 0);
  await move("30 minutes");
  assert.equal(await count(app, grace.id, post.id), 1);
  assert.equal(await count(app, grace.id, post.id), 0);
  assert.equal(await viewsOf(app, post.id), 3);
  await move("31 minutes");
  await app.db.sql`select private.sweep_post_views()`;
  const left = await app.db.sql`select viewer_id from private.post_views`;
  assert.deepEqual(left.map((row) => row.viewer_id), [linus.id]);
});

Deno.test("[PO-13] authors, hidden people and those who want no analytics are no viewers", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
  ];
  const { body: post } = await app.as(ada).post("/posts", { body: "hello" });
  await app.as(grace).patch("/users/me/settings", { privacy: { analytics_opt_out: true } });
  await app.db.sql`insert into private.account_states (profile_id, banned_at)
    values (${linus.id}, now())`;
  for (const viewer of [ada.id, grace.id, linus.id, crypto.randomUUID()]) {
    assert.equal(await count(app, viewer, post.id), 0);
  }
  assert.equal((await app.db.sql`select from private.post_views`).length, 0, "not a trace");
  const told = await app.db.sql`select from private.outbox where topic = 'content.viewed'`;
  assert.equal(told.length, 0, "nor an event");
  assert.equal(await count(app, grace.id, crypto.randomUUID()), 0);
});

Deno.test("[PO-13] many readers cost few statements, and a flood is dropped, not queued", async () => {
  const batches: number[] = [];
  const gate = Promise.withResolvers<void>();
  let open = Promise.resolve<unknown>(undefined);
  const noteView = createViewCounter({
    log: { info() {}, warn() {}, error() {}, debug() {} } as never,
    db: {
      asService(_reason: string, work: (sql: never) => Promise<unknown>) {
        const sql = (_: unknown, viewers: string[]) => batches.push(viewers.length);
        open = gate.promise.then(() => work(sql as never));
        return open;
      },
    } as never,
  });
  const person = (n: number) => ({ kind: "person", userId: `u${n}` }) as never;
  for (let n = 0; n < 5_000; n++) noteView(person(n), "p");
  for (let n = 0; n < 50; n++) noteView(person(1), "p");
  noteView({ kind: "anonymous" }, "p");
  gate.resolve();
  await until(() => batches.length === 2, "two statements");
  await open;
  assert.deepEqual(batches, [1, 1_000]);
});
