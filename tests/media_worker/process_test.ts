/** @module What the media worker makes of good and bad pictures. */
import assert from "node:assert/strict";
import sharp from "sharp";
import { MediaWorkerError } from "../../shared/platform/media_worker.ts";
import { bytesOf, halves, openWorker, pixelAt, type WorkerFixture } from "./support.ts";

const VARIANTS = { variants: [{ name: "thumb", width: 320 }, { name: "large", width: 1600 }] };

function text(content: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(content);
}

async function refusal(worker: WorkerFixture, bytes: Uint8Array<ArrayBuffer>) {
  const failure = await worker.client.process(bytes, VARIANTS).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(failure instanceof MediaWorkerError);
  return { status: failure.status, code: failure.code, message: failure.message };
}

Deno.test("[B18] media worker: a photo comes back upright, without metadata, in sRGB", async () => {
  await using worker = openWorker();
  const photo = halves(2000, 1000).withExif({
    IFD0: { Artist: "somebody", Orientation: "6" },
    IFD3: { GPSLatitude: "52/1 30/1 0/1", GPSLatitudeRef: "N" },
  }).withMetadata({ orientation: 6 }).jpeg();
  const bytes = await bytesOf(photo);
  assert.equal((await sharp(bytes).metadata()).orientation, 6);

  const { metadata, original, variants } = await worker.client.process(bytes, VARIANTS);
  assert.deepEqual(
    { ...metadata, bytes: 0, blurhash: "" },
    { kind: "image", mime_type: "image/jpeg", width: 1000, height: 2000, bytes: 0, blurhash: "" },
  );
  assert.equal(metadata.bytes, original.bytes.byteLength);
  assert.match(metadata.blurhash, /^[\w#$%*+,\-.:;=?@[\]^{|}~]{28}$/);
  assert.deepEqual(
    variants.map(({ name, mimeType, width, height }) => ({
      name,
      mimeType,
      width,
      height,
    })),
    [
      { name: "thumb", mimeType: "image/webp", width: 320, height: 640 },
      { name: "large", mimeType: "image/webp", width: 1000, height: 2000 },
    ],
  );
  for (const file of [original, ...variants]) {
    const kept = await sharp(file.bytes).metadata();
    assert.equal(kept.exif ?? kept.xmp ?? kept.iptc ?? kept.icc, undefined);
    assert.equal(kept.orientation, undefined);
    assert.equal(kept.space, "srgb");
    // Turned by 90 degrees, what was left is now on top.
    const [red = 0, , blue = 0] = await pixelAt(file.bytes, 10, 10);
    assert.ok(red > 200 && blue < 60);
  }
});

Deno.test("media worker: avatars become squares and are never enlarged", async () => {
  await using worker = openWorker();
  const bytes = await bytesOf(halves(600, 200).png());
  const { original, variants } = await worker.client.process(bytes, { ...VARIANTS, square: true });
  assert.deepEqual([original, ...variants].map((file) => [file.width, file.height]), [
    [200, 200],
    [200, 200],
    [200, 200],
  ]);
});

Deno.test("media worker: PNG, WebP, GIF, AVIF are taken; animations keep frames", async () => {
  await using worker = openWorker();
  const still = halves(64, 32);
  const expected = { png: "image/png", webp: "image/webp", gif: "image/png", avif: "image/webp" };
  for (const [format, mimeType] of Object.entries(expected)) {
    const bytes = await bytesOf(still.clone().toFormat(format as keyof typeof expected));
    const { metadata } = await worker.client.process(bytes, VARIANTS);
    assert.deepEqual([metadata.mime_type, metadata.width, metadata.height], [mimeType, 64, 32]);
  }
  const frames = [await bytesOf(still.clone().png()), await bytesOf(still.clone().negate().png())];
  const animation = await bytesOf(sharp(frames, { join: { animated: true } }).gif());
  const { metadata, original, variants } = await worker.client.process(animation, VARIANTS);
  assert.deepEqual([metadata.mime_type, metadata.width, metadata.height], ["image/webp", 64, 32]);
  assert.equal((await sharp(original.bytes, { animated: true }).metadata()).pages, 2);
  assert.equal((await sharp(variants[0]?.bytes).metadata()).pages ?? 1, 1);
});

Deno.test("media worker: what follows the picture does not come out again", async () => {
  await using worker = openWorker();
  const image = await bytesOf(halves(32, 32).jpeg());
  const polyglot = new Uint8Array([...image, ...text("PK\x05\x06<script>alert(1)</script>")]);
  const { original } = await worker.client.process(polyglot, VARIANTS);
  assert.ok(!new TextDecoder("latin1").decode(original.bytes).includes("script"));
});

Deno.test("media worker: other types are refused by content and named", async () => {
  await using worker = openWorker();
  const cases: [Uint8Array<ArrayBuffer>, string][] = [
    [text('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'), "image/svg+xml"],
    [text("<!doctype html><script>1</script>"), "text/html"],
    [text("%PDF-1.7"), "application/pdf"],
    [text("\0\0\0\x20ftypisom\0\0\0\0isommp42"), "video/mp4"],
    [await bytesOf(halves(16, 16).tiff()), "image/tiff"],
    [text("x"), "text/plain"],
    [text("\0x"), "application/octet-stream"],
    [text(""), "an empty file"],
  ];
  for (const [bytes, type] of cases) {
    assert.deepEqual(await refusal(worker, bytes), {
      status: 415,
      code: "unsupported_type",
      message: `${type} is not an accepted image.`,
    });
  }
});

Deno.test("media worker: damaged pictures are refused and the worker goes on", async () => {
  await using worker = openWorker();
  const noise = sharp(crypto.getRandomValues(new Uint8Array(64 * 64 * 3)), {
    raw: { width: 64, height: 64, channels: 3 },
  });
  for (const image of [noise.clone().jpeg(), noise.clone().png(), noise.clone().webp()]) {
    const bytes = await bytesOf(image);
    const half = bytes.slice(0, bytes.byteLength / 2);
    const { status, code } = await refusal(worker, half);
    assert.deepEqual([status, code], [422, "corrupt_image"]);
  }
  assert.deepEqual((await refusal(worker, text("GIF89a/*garbage*/"))).code, "corrupt_image");
  const { metadata } = await worker.client.process(await bytesOf(noise.clone().png()), VARIANTS);
  assert.equal(metadata.width, 64);
});

Deno.test("media worker: a decompression bomb is refused by its header", async () => {
  await using worker = openWorker();
  // One valid header of a huge picture; there is nothing behind it that could be decoded.
  const header = new Uint8Array(33);
  header.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
  header.set(text("IHDR"), 12);
  const view = new DataView(header.buffer);
  view.setUint32(16, 30_000);
  view.setUint32(20, 30_000);
  header.set([1, 0, 0, 0, 0], 24);
  view.setUint32(29, crc32(header.subarray(12, 29)));
  const bomb = new Uint8Array([...header, ...idat()]);
  const { status, code } = await refusal(worker, bomb);
  assert.deepEqual([status, code], [422, "too_many_pixels"]);
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** An empty chunk of pixels. */
function idat(): Uint8Array {
  const chunk = new Uint8Array(12);
  chunk.set(text("IDAT"), 4);
  new DataView(chunk.buffer).setUint32(8, crc32(chunk.subarray(4, 8)));
  return chunk;
}

Deno.test("media worker: /render resizes, converts and keeps the origin's format", async () => {
  await using worker = openWorker();
  const bytes = await bytesOf(halves(400, 200).jpeg());
  const cases = [
    [{ width: 100 }, "image/jpeg", 100, 50],
    [{ width: 100, height: 100 }, "image/jpeg", 100, 100],
    [{ width: 100, height: 100, resize: "contain", format: "webp" }, "image/webp", 100, 50],
    [{ width: 100, height: 100, resize: "fill", format: "avif" }, "image/avif", 100, 100],
    [{ width: 900, quality: 20 }, "image/jpeg", 400, 200],
  ] as const;
  for (const [options, mimeType, width, height] of cases) {
    const rendered = await worker.client.render(bytes, options);
    const metadata = await sharp(rendered.bytes).metadata();
    assert.deepEqual([rendered.mimeType, metadata.width, metadata.height], [
      mimeType,
      width,
      height,
    ]);
  }
});
