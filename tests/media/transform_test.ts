/** @module Uploads without a worker: storage's own transformation cleans and scales. */
import assert from "node:assert/strict";
import sharp from "sharp";
import { openApp } from "../support/app.ts";
import { bytesOf, halves, openWorker } from "../media_worker/support.ts";
import { fetchUrl, objectNames, uploadBytes } from "./support.ts";

function photo() {
  return halves(900, 600).withExif({
    IFD0: { Artist: "Somebody" },
    IFD3: { GPSLatitude: "52/1 30/1 0/1", GPSLatitudeRef: "N" },
  }).withMetadata({ orientation: 6 }).jpeg();
}

Deno.test("[ME-05] [B18] without a worker: storage's transformation makes a clean upright picture", async () => {
  await using worker = openWorker();
  await using app = await openApp({ services: true, renderer: worker.client });
  const ada = await app.signUp("ada");

  const { status, body } = await uploadBytes(app, ada, await bytesOf(photo()));

  assert.equal(status, 201);
  assert.deepEqual([body.width, body.height, body.mime_type], [600, 900, "image/jpeg"]);
  for (const url of Object.values<string>(body.urls)) {
    const bytes = new Uint8Array(await (await fetchUrl(app, url)).arrayBuffer());
    const kept = await sharp(bytes).metadata();
    assert.equal(kept.exif ?? kept.orientation, undefined);
  }
  assert.ok(!(await objectNames(app)).some((name) => name.endsWith("/upload")));
});

Deno.test("[ME-05] without a worker: what lies on its side keeps its size, what is too long is bounded", async () => {
  await using worker = openWorker();
  await using app = await openApp({ services: true, renderer: worker.client });
  const ada = await app.signUp("ada");
  const turned = halves(300, 600).withMetadata({ orientation: 6 }).jpeg();
  const long = halves(500, 20_000).png();

  const answers = [
    await uploadBytes(app, ada, await bytesOf(turned)),
    await uploadBytes(app, ada, await bytesOf(long)),
  ];

  assert.deepEqual(answers.map(({ body }) => [body.width, body.height]), [[600, 300], [63, 2_520]]);
});

Deno.test("[ME-05] [B18] without a worker: what is not clean, too large or a video is refused", async () => {
  const dirty = await bytesOf(photo());
  const renderer = { render: () => Promise.resolve({ bytes: dirty, mimeType: "image/jpeg" }) };
  await using app = await openApp({ services: true, renderer });
  const ada = await app.signUp("ada");
  const header = new Uint8Array(33);
  header.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
  header.set(new TextEncoder().encode("IHDR"), 12);
  new DataView(header.buffer).setUint32(16, 30_000);
  new DataView(header.buffer).setUint32(20, 30_000);
  const video = new TextEncoder().encode("\0\0\0\x20ftypisom\0\0\0\0isommp42");

  const answers = [
    await uploadBytes(app, ada, dirty),
    await uploadBytes(app, ada, header),
    await uploadBytes(app, ada, video),
  ];

  assert.deepEqual(answers.map(({ status }) => status), [501, 422, 501]);
  assert.match(answers[2]?.body.detail, /MEDIA_WORKER_URL/);
  assert.deepEqual(await objectNames(app), []);
  assert.equal((await uploadBytes(app, ada, "words")).status, 201, "documents need no worker");
});
