/** @module How files are streamed: ranges, versions, headers, forms. */
import assert from "node:assert/strict";
import sharp from "sharp";
import { bytesOf } from "../media_worker/support.ts";
import { fetchUrl, openMediaApp, pathOf, uploadBytes, uploadPhoto } from "./support.ts";

Deno.test("[ME-03] stream: ranges, HEAD, If-Range and what lies beyond the end", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  const url = (await uploadPhoto(app, ada)).body.urls.original;
  const whole = await fetchUrl(app, url);
  const bytes = new Uint8Array(await whole.arrayBuffer());
  const [size, etag] = [bytes.byteLength, whole.headers.get("etag") ?? ""];
  async function part(headers: Record<string, string>) {
    const response = await fetchUrl(app, url, { headers });
    const body = new Uint8Array(await response.arrayBuffer());
    return { status: response.status, range: response.headers.get("content-range"), body };
  }

  assert.equal(whole.headers.get("accept-ranges"), "bytes");
  assert.deepEqual(await part({ range: "bytes=0-9" }), {
    status: 206,
    range: `bytes 0-9/${size}`,
    body: bytes.slice(0, 10),
  });
  assert.deepEqual((await part({ range: "bytes=-5" })).body, bytes.slice(-5));
  assert.deepEqual((await part({ range: `bytes=${size - 3}-` })).body, bytes.slice(-3));
  assert.equal((await part({ range: "bytes=0-1", "if-range": etag })).status, 206);
  assert.equal((await part({ range: "bytes=0-1", "if-range": '"other"' })).status, 200);
  assert.equal((await part({ range: "bytes=0-1,4-5" })).status, 200, "several: the whole");
  assert.equal((await part({ range: "pages=1" })).status, 200);
  const beyond = await part({ range: `bytes=${size}-` });
  assert.deepEqual([beyond.status, beyond.range], [416, `bytes */${size}`]);
  assert.equal((await part({ "if-none-match": etag })).status, 304);
  const head = await fetchUrl(app, url, { method: "HEAD" });
  assert.deepEqual(
    [head.status, head.headers.get("content-length"), (await head.arrayBuffer()).byteLength],
    [200, String(size), 0],
  );
  const part0 = await fetchUrl(app, url, { method: "HEAD", headers: { range: "bytes=0-9" } });
  assert.deepEqual([part0.status, part0.headers.get("content-length")], [200, String(size)]);
});

Deno.test("[ME-03] [ME-05] stream: AVIF goes to those who take it, WebP to the others", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  const noise = sharp(crypto.getRandomValues(new Uint8Array(96 * 96 * 3)), {
    raw: { width: 96, height: 96, channels: 3 },
  }).resize({ width: 800 });
  const { body } = await uploadBytes(app, ada, await bytesOf(noise.jpeg()));
  const url = body.urls.large;

  const plain = await fetchUrl(app, url);
  const modern = await fetchUrl(app, url, { headers: { accept: "image/avif,image/webp,*/*" } });

  assert.equal(plain.headers.get("content-type"), "image/webp");
  assert.equal(modern.headers.get("content-type"), "image/avif");
  assert.notEqual(plain.headers.get("etag"), modern.headers.get("etag"));
  const sizes = await Promise.all([plain, modern].map((each) => each.arrayBuffer()));
  assert.ok((sizes[1]?.byteLength ?? 0) < (sizes[0]?.byteLength ?? 0));
});

Deno.test("[ME-01] [ME-03] stream: documents leave as attachments that run nothing", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  const { status, body } = await uploadBytes(app, ada, "Plain words, <b>no</b> markup.\n");
  assert.deepEqual([status, body.kind, body.mime_type, body.width], [
    201,
    "document",
    "text/plain",
    null,
  ]);

  const sent = await fetchUrl(app, body.urls.original);

  assert.match(sent.headers.get("content-type") ?? "", /^text\/plain/);
  assert.equal(sent.headers.get("x-content-type-options"), "nosniff");
  assert.match(sent.headers.get("content-disposition") ?? "", /^attachment; filename="[^"]+\.txt"/);
  assert.match(sent.headers.get("content-security-policy") ?? "", /sandbox/);
  assert.equal(await sent.text(), "Plain words, <b>no</b> markup.\n");
});

Deno.test("[ME-03] [ME-04] stream: a public file needs no sign-in, and is 404 when it is gone", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  const { id, urls } = (await uploadPhoto(app, ada)).body;
  await app.as(ada).post("/posts", { body: "look", media_ids: [id] });
  const bare = pathOf(urls.original).split("?")[0] ?? "";

  assert.equal((await app.anonymous.get(bare)).status, 200);
  assert.equal((await app.as(ada).delete(`/media/${id}`)).status, 204);
  await app.runJobs();

  assert.equal((await app.anonymous.get(bare)).status, 404);
  assert.equal((await app.as(ada).get(bare)).status, 404);
});
