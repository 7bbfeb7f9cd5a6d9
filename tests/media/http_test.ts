/** @module Uploads through the real media worker, storage and policies. */
import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";
import { openMediaApp, pathOf, uploadPhoto as upload } from "./support.ts";

Deno.test("[ME-02] [ME-05] media: a photo comes back clean, in three widths", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");

  const { status, body } = await upload(app, ada);
  const thumb = await app.fetch(new Request(`http://127.0.0.1:9/api${pathOf(body.urls.thumb)}`));
  const bytes = new TextDecoder("latin1").decode(await thumb.arrayBuffer());

  assert.equal(status, 201);
  assert.deepEqual([body.width, body.height, body.status], [900, 600, "ready"]);
  assert.equal(thumb.headers.get("content-type"), "image/webp");
  assert.ok(!bytes.includes("Somebody"));
  assert.deepEqual(Object.keys(body.urls).sort(), ["large", "medium", "original", "thumb"]);
});

Deno.test("[ME-04] media: a loose file is its owner's alone; a signed address ends", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];
  const { body } = await upload(app, ada);
  const url = new URL(body.urls.original);
  const bare = pathOf(url.href.replace(url.search, ""));
  url.searchParams.set("variant", "thumb");

  const statuses = [
    (await app.as(ada).get(bare)).status,
    (await app.as(eve).get(bare)).status,
    (await app.anonymous.get(bare)).status,
    (await app.as(eve).get(`/media/${body.id}`)).status,
    (await app.anonymous.get(pathOf(body.urls.original))).status,
    (await app.anonymous.get(pathOf(url.href))).status,
    (await app.as(eve).delete(`/media/${body.id}`)).status,
  ];

  const [row] = await app.db.sql`select count(*)::int as n from public.media`;
  assert.deepEqual(statuses, [200, 404, 404, 404, 200, 404, 404]);
  assert.equal(row?.n, 1, "the file that others must not see does exist");
});

Deno.test("[ME-04] media: the file of a public post is public, of a followers' post is not", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  const [open, closed] = [(await upload(app, ada)).body, (await upload(app, ada)).body];

  const post = await app.as(ada).post("/posts", { body: "look", media_ids: [open.id] });
  await app.as(ada).post("/posts", {
    body: "only you",
    visibility: "followers",
    media_ids: [closed.id],
  });
  const again = await app.as(ada).post("/posts", { body: "twice", media_ids: [open.id] });

  assert.equal(post.body.media[0].id, open.id);
  assert.ok(!post.body.media[0].urls.thumb.includes("signature"));
  assert.equal((await app.anonymous.get(`/media/${open.id}`)).status, 200);
  assert.equal((await app.anonymous.get(`/media/${closed.id}`)).status, 404);
  assert.equal(again.status, 422);
});

Deno.test("[ME-07] [ID-17] media: a picture of one's own becomes the avatar, nobody else's", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];
  const { body } = await upload(app, ada);

  const stolen = await app.as(eve).patch(`/users/${eve.id}`, { avatar_media_id: body.id });
  const own = await app.as(ada).patch(`/users/${ada.id}`, { avatar_media_id: body.id });

  assert.equal(stolen.status, 422);
  assert.equal(own.status, 200);
  const seen = await app.anonymous.get(pathOf(own.body.avatar_url));
  assert.equal(seen.status, 200);
});

Deno.test("[ME-01] media: what is not an image is refused by content, and nothing is stored", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  const form = new FormData();
  form.set("file", new File(["<script>alert(1)</script>"], "x.png", { type: "image/png" }));

  const { status, body } = await app.as(ada).post("/media/upload", form);

  assert.equal(status, 415);
  assert.equal(body.code, "unsupported-media-type");
  const [row] = await app.db.sql`select count(*)::int as n from storage.objects`;
  assert.equal(row?.n, 0);
});

Deno.test("[ME-05] media: without worker and transformation an upload says what to set", async () => {
  await using app = await openApp({ services: true });
  const ada = await app.signUp("ada");

  const { status, body } = await upload(app, ada);

  assert.equal(status, 501);
  assert.match(body.detail, /MEDIA_WORKER_URL/);
});
