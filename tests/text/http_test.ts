/** @module Texts over HTTP, and texts that come in by table. */
import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";

Deno.test("[UX-03] preview: a text as it will be shown, for whoever is signed in", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const shown = await app.as(ada).post("/markdown/preview", { body: "*hi* @ada <i>" });
  assert.equal(shown.status, 200);
  assert.match(
    shown.body.body_html,
    /^<p><em>hi<\/em> <a href="\/@ada"[^>]*>@ada<\/a> &lt;i><\/p>$/,
  );
  assert.equal((await app.anonymous.post("/markdown/preview", { body: "x" })).status, 401);
  const long = await app.as(ada).post("/markdown/preview", { body: "x".repeat(5_001) });
  assert.equal(long.status, 422);
  assert.equal(long.body.errors[0].path, "body");
});

Deno.test("[UX-02] [PO-14] post: the same rendering by API and by table, with places of names", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const body = "Guten Morgen, liebe *Leute*, wer kommt heute zum #Treffen? @ada";
  const sent = (await app.as(ada).post("/posts", { body })).body;
  assert.equal(sent.lang, "de");
  assert.deepEqual(sent.entities.map((e: { type: string }) => e.type), ["hashtag", "mention"]);
  const [row] = await app.db.sql<{ id: string }[]>`
    insert into posts (author_id, body) values (${ada.id}, ${body}) returning id`;
  const before = (await app.as(ada).get(`/posts/${row?.id}`)).body;
  assert.match(before.body_html, /^<p>Guten Morgen, liebe \*Leute\*/);
  assert.deepEqual(before.entities, sent.entities);
  await app.runJobs();
  const after = (await app.as(ada).get(`/posts/${row?.id}`)).body;
  assert.equal(after.body_html, sent.body_html);
  assert.equal(after.lang, "de");
  assert.equal(after.edited_at, null);
});
