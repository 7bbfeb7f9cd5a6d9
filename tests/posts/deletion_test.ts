/** @module What is deleted is gone from everywhere, with and without answers below it. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

const WORD = "zirconium";

async function write(app: TestApp, person: TestPerson, body: string, more: object = {}) {
  const answer = await app.as(person).post("/posts", { body, ...more });
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

async function showCard(app: TestApp, id: string): Promise<void> {
  const rest = { description: null, image_url: null, site_name: null };
  const card = { url: "https://example.com/page", title: WORD, ...rest };
  await app.db.sql`update posts set link_preview = ${app.db.sql.json(card)} where id = ${id}`;
}

/** A post with everything that a post can have and that people can do to it. */
async function writeLoaded(app: TestApp, ada: TestPerson, grace: TestPerson) {
  const media = crypto.randomUUID();
  const paths = {
    original: `${ada.id}/${media}/original.png`,
    thumb: `${ada.id}/${media}/thumb.png`,
  };
  for (const path of Object.values(paths)) {
    await app.deps.storage.put("media", path, {
      bytes: new Uint8Array([1]),
      mimeType: "image/png",
    });
  }
  await app.db.sql`insert into media (id, owner_id, kind, mime_type, bytes, variants)
    values (${media}, ${ada.id}, 'image', 'image/png', 1, ${app.db.sql.json(paths)})`;
  const closes_at = new Date(Date.now() + 3_600_000).toISOString();
  const { id } = await write(app, ada, `${WORD} @grace #tag https://example.com/page`, {
    media_ids: [media],
    poll: { options: [WORD, "b"], closes_at },
    content_warning: WORD,
  });
  await showCard(app, id);
  await app.db.sql`insert into private.link_previews (url, preview)
    values ('https://example.com/page', ${
    app.db.sql.json({ title: WORD })
  }) on conflict do nothing`;
  const me = app.as(grace);
  await me.post(`/posts/${id}/vote`, { options: [0] });
  await me.post(`/posts/${id}/like`);
  await me.post(`/posts/${id}/share`);
  await me.post(`/posts/${id}/bookmark`);
  const quote = await write(app, grace, "see", { quoted_id: id });
  await app.as(ada).patch(`/posts/${id}`, {
    body: `${WORD} again @grace #tag https://example.com/page`,
  });
  await showCard(app, id);
  await app.runJobs();
  return { id: id as string, quote: quote.id as string };
}

/** Rows that name the post, by table; and every row in which one of its words stands. */
async function findTraces(app: TestApp, id: string): Promise<string[]> {
  const tables = await app.db.sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname in ('public', 'private', 'storage')`;
  const found: string[] = [];
  for (const { name } of tables) {
    // What has happened stays in the log of events until that is swept; it holds no words.
    if (["private.outbox", "private.counter_deltas", "private.job_runs"].includes(name)) continue;
    const rows = await app.db.sql.unsafe(
      `select 1 from ${name} t where t::text like $1 or t::text like $2 limit 1`,
      [`%${id}%`, `%${WORD}%`],
    );
    if (rows.length > 0) found.push(name);
  }
  return found.toSorted();
}

Deno.test("[PO-06] [B7] a deleted post leaves nothing: words, files, votes, notifications, cards", async () => {
  await using app = await openApp({ services: true });
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const { id, quote } = await writeLoaded(app, ada, grace);
  const before = await findTraces(app, id);
  for (
    const name of [
      "private.link_previews",
      "private.poll_closings",
      "private.poll_votes",
      "private.post_versions",
      "public.bookmarks",
      "public.media",
      "public.notifications",
      "public.post_hashtags",
      "public.post_mentions",
      "public.post_reactions",
      "public.posts",
      "public.shares",
    ]
  ) assert.ok(before.includes(name), `${name} is in the test: ${before.join()}`);
  assert.equal((await app.as(ada).delete(`/posts/${id}`)).status, 204);
  await app.runJobs();
  await app.db.sql`select private.fold_counters()`;
  const counted = await app.db
    .sql`select kind, value from private.counters where subject_id = ${id}`;
  assert.deepEqual(counted.map((row) => ({ ...row })), []);
  assert.deepEqual(await findTraces(app, id), []);
  const [objects] = await app.db.sql`
    select count(*)::int as n from storage.objects where name like ${`${ada.id}/%`}`;
  assert.equal(objects?.n, 0);
  assert.equal((await app.as(grace).get(`/posts/${quote}`)).body.quoted, null);
  assert.equal((await app.as(grace).get(`/posts/${id}/history`)).status, 404);
  assert.equal((await app.as(grace).post(`/posts/${id}/vote`, { options: [0] })).status, 404);
  const hits = await app.as(grace).get(`/search?q=${WORD}&type=posts`);
  assert.deepEqual(hits.body.items, []);
});

Deno.test("[PO-06] [UX-05] a deleted post with answers leaves its empty place and nothing else", async () => {
  await using app = await openApp({ services: true });
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const { id, quote } = await writeLoaded(app, ada, grace);
  const answer = await write(app, grace, "answer", { parent_id: id });
  await app.as(ada).delete(`/posts/${id}`);
  await app.runJobs();
  await app.db.sql`select private.fold_counters()`;
  const { body } = await app.anonymous.get(`/posts/${id}`);
  assert.deepEqual(
    [
      body.status,
      body.body,
      body.poll,
      body.content_warning,
      body.media,
      body.hashtags,
      body.mentions,
    ],
    ["removed", null, null, null, [], [], []],
  );
  assert.deepEqual(body.counts, { reactions: 0, comments: 1, shares: 0, views: body.counts.views });
  assert.deepEqual(await findTraces(app, WORD), []);
  assert.equal((await app.as(grace).get(`/posts/${quote}`)).body.quoted, null);
  assert.deepEqual((await app.as(grace).get("/notifications")).body.items, []);
  assert.equal((await app.as(grace).get(`/posts/${answer.id}`)).status, 200);
});
