/** @module Uploads: what is taken, what is refused, and how much. */
import assert from "node:assert/strict";
import { makeClip } from "../media_worker/clips.ts";
import { bytesOf, halves } from "../media_worker/support.ts";
import { fetchUrl, objectNames, openMediaApp, uploadBytes, uploadPhoto } from "./support.ts";

function text(content: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(content);
}

/** The smallest archive: no entry. */
const EMPTY_ZIP = `PK\x05\x06${"\0".repeat(18)}`;
const ZIP = `PK\x03\x04${"\0".repeat(26)}${EMPTY_ZIP}`;
const PDF = "%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";

Deno.test("[ME-01] [ME-02] upload: the kind is told by content, whatever the name says", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  const office = ZIP.replace(EMPTY_ZIP, `[Content_Types].xml word/document.xml${EMPTY_ZIP}`);
  const cases: [string | Uint8Array<ArrayBuffer>, string, string][] = [
    [await bytesOf(halves(8, 8).png()), "image", "image/png"],
    [await bytesOf(halves(8, 8).webp()), "image", "image/webp"],
    [await bytesOf(halves(8, 8).gif()), "image", "image/png"],
    [PDF, "document", "application/pdf"],
    [ZIP, "document", "application/zip"],
    [
      office,
      "document",
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ],
    ["Grüße, wörld", "document", "text/plain"],
  ];
  for (const [content, kind, type] of cases) {
    const { status, body } = await uploadBytes(app, ada, content, { name: "page.html" });
    assert.deepEqual([status, body.kind, body.mime_type, body.status], [201, kind, type, "ready"]);
  }
});

Deno.test("[ME-01] [B18] upload: markup, polyglots and damaged files are refused, none is kept", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  const photo = await bytesOf(halves(64, 64).jpeg());
  const cases: [string | Uint8Array<ArrayBuffer>, string, number][] = [
    ["<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png", 415],
    ["\ufeff <!doctype html><script>1</script>", "text/plain", 415],
    ["<?xml version='1.0'?><a/>", "text/plain", 415],
    [photo, "video/mp4", 415],
    ["\0\x01\x02", "text/plain", 415],
    ["", "image/png", 415],
    [PDF + EMPTY_ZIP, "application/pdf", 422],
    [`words${EMPTY_ZIP.replaceAll("\0", " ")}`, "text/plain", 422],
    [PDF.replace("%%EOF", ""), "application/pdf", 422],
    [ZIP.replace(EMPTY_ZIP, ""), "application/zip", 422],
    [photo.slice(0, photo.byteLength / 2), "image/jpeg", 422],
    [new Uint8Array([...text("a".repeat(20_000)), 0xff, 0xfe]), "text/plain", 422],
    ["GIF89a/*garbage*/=1", "image/gif", 422],
  ];
  for (const [content, type, expected] of cases) {
    const { status, body } = await uploadBytes(app, ada, content, { type });
    assert.equal(status, expected, `${type} ${String(content).slice(0, 20)}: ${body.detail}`);
    if (expected === 422) assert.equal(body.errors[0].path, "file");
  }
  assert.deepEqual(await objectNames(app), []);
  const [row] = await app.db.sql`select count(*)::int as n from public.media`;
  assert.equal(row?.n, 0);
});

/** A form that ends in the middle of its file. */
function cutForm(type: string, length: number): Uint8Array<ArrayBuffer> {
  const starts: Record<string, string> = {
    "image/jpeg": "\xff\xd8\xff\xe0",
    "video/mp4": "\0\0\0\x10ftypisom\0\0\0\0",
  };
  const head = `--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n` +
    `Content-Type: ${type}\r\n\r\n${starts[type] ?? ""}${"a".repeat(length)}`;
  return Uint8Array.from(head, (character) => character.charCodeAt(0));
}

Deno.test("[ME-02] upload: the form's own faults are named", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  const photo = await bytesOf(halves(8, 8).png());
  async function refused(
    form: FormData | string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ) {
    const { status, body } = await app.as(ada).post("/media/upload", form, { headers });
    return [status, body.errors?.[0]?.path ?? body.code];
  }
  function form(fields: Record<string, string | Blob>): FormData {
    const made = new FormData();
    for (const [name, value] of Object.entries(fields)) made.append(name, value);
    return made;
  }
  const file = new File([photo], "a.png", { type: "image/png" });

  assert.deepEqual(await refused(form({ alt: "no file" })), [422, "file"]);
  assert.deepEqual(await refused(form({ file, alt: "a".repeat(1_501) })), [422, "alt"]);
  assert.deepEqual(await refused(form({ file, other: "x" })), [422, "other"]);
  assert.deepEqual(await refused(form({ picture: file })), [422, "picture"]);
  assert.deepEqual(await refused("{}", { "content-type": "application/json" }), [
    415,
    "unsupported-media-type",
  ]);
  const broken = { "content-type": "multipart/form-data; boundary=x" };
  assert.deepEqual(await refused("no form", broken), [400, "malformed-request"]);
  for (const type of ["image/jpeg", "text/plain", "video/mp4"]) {
    for (const length of [3, 100_000]) {
      const cut = cutForm(type, length);
      assert.deepEqual(await refused(cut, broken), [400, "malformed-request"], `${type} ${length}`);
    }
  }
  assert.deepEqual(await objectNames(app), []);
});

Deno.test("[ME-02] upload: a repeated key answers the first upload again and keeps one file", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  const photo = await bytesOf(halves(8, 8).png());
  async function send(content: Uint8Array<ArrayBuffer>) {
    const form = new FormData();
    form.set("file", new File([content], "a.png", { type: "image/png" }));
    const { headers, body } = new Response(form);
    const bytes = new Uint8Array(await new Response(body).arrayBuffer());
    return await app.as(ada).post("/media/upload", bytes, {
      headers: {
        "content-type": headers.get("content-type") ?? "",
        "content-length": String(bytes.byteLength),
        "idempotency-key": "one-and-the-same",
      },
    });
  }

  const [first, again] = [await send(photo), await send(photo)];
  const other = await send(new Uint8Array([...photo, 0]));

  assert.deepEqual([first.status, again.status, again.body.id], [201, 201, first.body.id]);
  assert.equal(again.headers.get("idempotent-replayed"), "true");
  assert.equal(other.status, 422);
  const [row] = await app.db.sql`select count(*)::int as n from public.media`;
  assert.equal(row?.n, 1);
});

Deno.test("[ME-01] upload: sizes end where the contract says, and the quota where it is set", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  const head = await bytesOf(halves(8, 8).png());
  const large = new Uint8Array(20_000_001);
  large.set(head);
  assert.equal((await uploadBytes(app, ada, large)).body.code, "too-large");
  const words = new Uint8Array(50_000_001).fill(97);
  assert.equal((await uploadBytes(app, ada, words)).body.code, "too-large");
  assert.deepEqual(await objectNames(app), []);

  await app.db.sql`select private.set_setting('media_quota_bytes', '2000')`;
  const small = new Uint8Array(900).fill(97);
  assert.equal((await uploadBytes(app, ada, small)).status, 201);
  const second = await uploadBytes(app, ada, small);
  const third = await uploadBytes(app, ada, small);
  assert.deepEqual([third.status, third.body.code], [413, "quota-exceeded"]);
  assert.equal((await app.as(ada).delete(`/media/${second.body.id}`)).status, 204);
  await app.runJobs();
  assert.equal((await uploadBytes(app, ada, small)).status, 201, "what is deleted counts no more");
});

Deno.test("[ME-01] upload: a quota is not outrun by many uploads at once", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  await app.db.sql`select private.set_setting('media_quota_bytes', '3500')`;
  const small = new Uint8Array(1_000).fill(97);

  const answers = await Promise.all(
    Array.from({ length: 8 }, () => uploadBytes(app, ada, small)),
  );

  assert.equal(answers.filter(({ status }) => status === 201).length, 3);
  assert.equal((await objectNames(app)).length, 3, "what was refused left no bytes");
});

Deno.test("[ME-08] [B18] upload: a video is ready after its job, clean, playable by range", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  const first = (await uploadBytes(app, ada, await makeClip("mp4"), { type: "video/mp4" })).body;
  assert.deepEqual([first.kind, first.status], ["video", "processing"]);
  const early = await fetchUrl(app, first.urls.original);
  assert.deepEqual([early.status, early.headers.has("retry-after")], [503, true]);
  await early.body?.cancel();
  await app.as(ada).post("/posts", { body: "a film", media_ids: [first.id] });

  await app.runJobs();

  const { body } = await app.anonymous.get(`/media/${first.id}`);
  assert.deepEqual([body.status, body.width, body.height], ["ready", 64, 48]);
  assert.ok(body.duration_s > 0.8 && body.duration_s < 1.3);
  assert.ok(body.urls.poster !== undefined && body.blurhash !== null);
  const video = await fetchUrl(app, body.urls.original);
  const bytes = new TextDecoder("latin1").decode(await video.arrayBuffer());
  assert.equal(video.headers.get("content-type"), "video/mp4");
  assert.doesNotMatch(bytes, /Somebody|52\.52|SecretCamera/);
  const part = await fetchUrl(app, body.urls.original, { headers: { range: "bytes=4-7" } });
  assert.deepEqual([part.status, await part.text()], [206, "ftyp"]);
  const poster = await fetchUrl(app, body.urls.poster);
  assert.equal(poster.status, 200);
  await poster.body?.cancel();
  const names = await objectNames(app);
  assert.ok(!names.some((name) => name.endsWith("/upload")), "the file as it came is gone");
});

Deno.test("[ME-08] upload: a video that cannot be read is rejected by its job", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  const clip = await makeClip("mp4");
  const { body } = await uploadBytes(app, ada, clip.slice(0, clip.byteLength / 4));

  await app.runJobs();

  const after = (await app.as(ada).get(`/media/${body.id}`)).body;
  assert.equal(after.status, "rejected");
  assert.deepEqual(await objectNames(app), []);
  const post = await app.as(ada).post("/posts", { body: "film", media_ids: [body.id] });
  assert.equal(post.status, 422);
});

Deno.test("[ME-06] [ME-07] [ID-17] filter: a new picture is made of one's own, cut as asked", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];
  const { id } = (await uploadPhoto(app, ada)).body;
  const crop = { x: 0, y: 0, width: 300, height: 300 };

  const made = await app.as(ada).post(`/media/${id}/filter`, { preset: "noir", crop });

  assert.equal(made.status, 201);
  assert.notEqual(made.body.id, id);
  assert.deepEqual([made.body.width, made.body.height, made.body.alt], [300, 300, "Two halves"]);
  const avatar = await app.as(ada).patch(`/users/${ada.id}`, { avatar_media_id: made.body.id });
  assert.equal(avatar.status, 200);
  const wide = { ...crop, width: 901 };
  const wrong = [{ crop: wide }, { blur: 101 }, { preset: "none" }, { crop: { x: 0 } }];
  for (const body of wrong) {
    assert.equal((await app.as(ada).post(`/media/${id}/filter`, body)).status, 422);
  }
  const beyond = await app.as(ada).post(`/media/${id}/filter`, { crop: wide });
  assert.equal(beyond.body.errors[0].path, "crop");
  assert.equal((await app.as(eve).post(`/media/${id}/filter`, { blur: 1 })).status, 404);
  const words = (await uploadBytes(app, ada, "words")).body;
  assert.equal((await app.as(ada).post(`/media/${words.id}/filter`, { blur: 1 })).status, 403);
});

Deno.test("[ME-02] alt text: given with the upload, changed by its owner alone", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];
  const { id, alt } = (await uploadPhoto(app, ada)).body;
  await app.as(ada).post("/posts", { body: "look", media_ids: [id] });

  const changed = await app.as(ada).patch(`/media/${id}`, { alt: "Red and blue" });

  assert.deepEqual([alt, changed.body.alt], ["Two halves", "Red and blue"]);
  assert.equal((await app.as(eve).patch(`/media/${id}`, { alt: "x" })).status, 404);
  assert.equal((await app.as(ada).patch(`/media/${id}`, { alt: "x".repeat(1_501) })).status, 422);
});
