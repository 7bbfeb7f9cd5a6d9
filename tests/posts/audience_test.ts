/** @module Nobody comes to read by an edit what was written for others. */
import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";

async function openTown() {
  const app = await openApp();
  const [ada, grace, linus] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
  ];
  return { app, ada, grace, linus, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

Deno.test("[PO-05] [PO-15] what is for those mentioned is addressed anew only while nobody else has answered", async () => {
  await using town = await openTown();
  const { app, ada, grace, linus } = town;
  const { id } = (await app.as(ada).post("/posts", {
    body: "for @grace",
    visibility: "mentioned",
  })).body;
  const edit = async (body: string) => (await app.as(ada).patch(`/posts/${id}`, { body })).status;
  assert.equal(await edit("for @grace and @linus"), 200);
  assert.equal(await edit("for @grace alone"), 200);
  const answer = (await app.as(grace).post(`/posts/${id}/comment`, { body: "between us" })).body;

  assert.equal(await edit("for @grace, and @linus"), 409);
  assert.equal(await edit("for @grace, in other words"), 200);
  const byTable = app.db.sql.begin(async (sql) => {
    const claims = { role: "authenticated", sub: ada.id, session_id: ada.sessionId };
    await sql`select private.begin_request(${JSON.stringify(claims)}::text::jsonb)`;
    await sql`update public.posts set body = 'for @linus' where id = ${id}`;
  });
  await assert.rejects(byTable, { code: "PT409" });
  for (const path of [id, answer.id]) {
    assert.equal((await app.as(linus).get(`/posts/${path}`)).status, 404);
  }
  assert.equal(await edit("for nobody"), 200);
  assert.equal((await app.as(grace).get(`/posts/${id}`)).status, 404);
});

Deno.test("[UX-05] [XB-01] earlier texts are read by those for whom they were written", async () => {
  await using town = await openTown();
  const { app, ada, grace, linus } = town;
  const historyOf = async (id: string, reader = linus) => {
    const { body } = await app.as(reader).get(`/posts/${id}/history`);
    return body.items.map((version: { body: string }) => version.body);
  };
  const letter = (await app.as(ada).post("/posts", {
    body: "dear @grace",
    visibility: "mentioned",
  })).body.id;
  await app.as(ada).patch(`/posts/${letter}`, { body: "dear @grace and @linus" });
  await app.as(ada).patch(`/posts/${letter}`, { body: "dear @linus" });
  assert.deepEqual(await historyOf(letter), ["dear @grace and @linus"]);
  assert.deepEqual(await historyOf(letter, ada), ["dear @grace and @linus", "dear @grace"]);
  assert.equal((await app.as(grace).get(`/posts/${letter}/history`)).status, 404);

  const post =
    (await app.as(ada).post("/posts", { body: "among us", visibility: "followers" })).body;
  await app.as(ada).patch(`/posts/${post.id}`, { body: "for all" });
  assert.deepEqual(await historyOf(post.id, ada), ["among us"]);
  await app.as(ada).patch(`/posts/${post.id}`, { visibility: "public" });
  assert.deepEqual(await historyOf(post.id), []);
  await app.as(ada).patch(`/posts/${post.id}`, { body: "for all, again" });
  assert.deepEqual(await historyOf(post.id), ["for all"]);
  await app.as(ada).patch(`/posts/${post.id}`, { visibility: "followers" });
  assert.deepEqual(await historyOf(post.id, ada), ["for all"], "narrowed, it shows nobody more");
});

Deno.test("[ME-04] a file stands once in a post, in a new one and in a draft", async () => {
  await using town = await openTown();
  const { app, ada } = town;
  const [file] = await app.db.sql<{ id: string }[]>`
    insert into media (owner_id, kind, mime_type, bytes, variants)
    values (${ada.id}, 'image', 'image/png', 1, '{"original":"x"}') returning id`;
  const twice = [file?.id, file?.id];
  const written = await app.as(ada).post("/posts", { body: "x", media_ids: twice });
  assert.deepEqual([written.status, written.body.errors?.[0].path], [422, "media_ids"]);
  const draft = await app.as(ada).post("/posts", { draft: true, media_ids: [file?.id] });
  assert.equal(draft.status, 201, draft.text);
  const changed = await app.as(ada).patch(`/posts/${draft.body.id}`, { media_ids: twice });
  assert.deepEqual([changed.status, changed.body.errors?.[0].path], [422, "media_ids"]);
});
