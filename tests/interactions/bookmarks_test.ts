/** @module Bookmarks: kept in order, visible to nobody else, not even as a number. */
import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";

Deno.test("[XB-01] bookmarks are listed latest first, page by page, as far as still visible", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) {
    ids.push((await app.as(ada).post("/posts", { body: `post ${n}` })).body.id);
  }
  for (const n of [3, 0, 4, 1]) {
    const kept = await app.as(grace).post(`/posts/${ids[n]}/bookmark`);
    assert.equal(kept.status, 200, kept.text);
    assert.equal(kept.body.viewer.bookmarked, true);
  }
  await app.as(grace).post(`/posts/${ids[3]}/bookmark`);
  const list = async () => {
    const found: string[] = [];
    let cursor = "";
    do {
      const { body } = await app.as(grace).get(`/users/me/bookmarks?limit=2${cursor}`);
      found.push(...body.items.map((item: { body: string }) => item.body));
      cursor = body.next_cursor === null ? "" : `&cursor=${body.next_cursor}`;
    } while (cursor !== "");
    return found;
  };
  assert.deepEqual(await list(), ["post 1", "post 4", "post 0", "post 3"], "again moves nothing");

  assert.equal((await app.as(grace).delete(`/posts/${ids[4]}/bookmark`)).status, 204);
  assert.equal((await app.as(grace).delete(`/posts/${ids[4]}/bookmark`)).status, 204);
  await app.as(ada).delete(`/posts/${ids[0]}`);
  assert.deepEqual(await list(), ["post 1", "post 3"]);
  await app.as(ada).post(`/users/${grace.id}/block`);
  assert.deepEqual(await list(), []);
  assert.equal((await app.as(grace).delete(`/posts/${ids[1]}/bookmark`)).status, 204);
  assert.equal((await app.as(grace).post(`/posts/${ids[1]}/bookmark`)).status, 404);
  await app.as(ada).delete(`/users/${grace.id}/block`);
  assert.deepEqual(await list(), ["post 3"]);
  assert.equal((await app.anonymous.get("/users/me/bookmarks")).status, 401);
});

Deno.test("[XB-01] nobody learns of a bookmark, not the author and not by any count", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const { body: post } = await app.as(ada).post("/posts", { body: "hello" });
  const before = (await app.as(ada).get(`/posts/${post.id}`)).body;
  await app.as(grace).post(`/posts/${post.id}/bookmark`);
  await app.runJobs();

  assert.deepEqual((await app.as(ada).get(`/posts/${post.id}`)).body, before);
  assert.deepEqual((await app.as(ada).get("/notifications")).body.items, []);
  const traces = await app.db.sql`
    select 'outbox' as place from private.outbox where actor_id = ${grace.id}
      and topic like 'content.%'
    union all select 'counts' from private.counter_deltas
      where subject_id = ${post.id}
    union all select 'live' from realtime.messages where topic = ${`post:${post.id}`}`;
  assert.deepEqual([...traces], []);
  const seen = await app.db.sql.begin(async (sql) => {
    const claims = { role: "authenticated", sub: ada.id, session_id: ada.sessionId };
    await sql`select private.begin_request(${JSON.stringify(claims)}::text::jsonb)`;
    return await sql`select from public.bookmarks`;
  });
  assert.equal(seen.length, 0);
});
