/** @module Filters, presets and crops, told from the pixels that come out. */
import assert from "node:assert/strict";
import sharp from "sharp";
import { type ImageFilter, MediaWorkerError } from "../../shared/platform/media_worker.ts";
import { bytesOf, halves, openWorker, pixelAt, type WorkerFixture } from "./support.ts";

const PRESETS = ["grayscale", "sepia", "vintage", "warm", "cool", "noir", "vivid", "fade"];

/** A flat picture of one colour, after a filter. */
async function filtered(worker: WorkerFixture, filter: ImageFilter, background = "#906050") {
  const flat = sharp({ create: { width: 48, height: 48, channels: 3, background } });
  const bytes = await bytesOf(flat.png());
  const { original } = await worker.client.process(bytes, { variants: [], filter });
  const [red = 0, green = 0, blue = 0] = await pixelAt(original.bytes, 24, 24);
  return { red, green, blue };
}

Deno.test("[ME-06] filters: every preset and parameter changes the picture in its own way", async () => {
  await using worker = openWorker();
  const plain = await filtered(worker, {});
  assert.deepEqual(plain, { red: 0x90, green: 0x60, blue: 0x50 });
  const seen = new Map<string, string>();
  for (const preset of PRESETS) {
    const result = JSON.stringify(await filtered(worker, { preset }));
    assert.ok(!seen.has(result), `${preset} looks like ${seen.get(result)}`);
    assert.notEqual(result, JSON.stringify(plain), preset);
    seen.set(result, preset);
  }
  const grey = await filtered(worker, { grayscale: 100 });
  assert.ok(Math.abs(grey.red - grey.blue) < 4);
  const sepia = await filtered(worker, { sepia: 100 }, "#808080");
  assert.ok(sepia.red > sepia.green && sepia.green > sepia.blue);
  assert.ok((await filtered(worker, { brightness: 50 })).red > plain.red + 20);
  assert.ok((await filtered(worker, { brightness: -50 })).red < plain.red - 20);
  const flat = await filtered(worker, { contrast: -100 });
  assert.ok(Math.abs(flat.red - flat.blue) < 4);
  const vivid = await filtered(worker, { saturation: 100 });
  assert.ok(vivid.red - vivid.blue > plain.red - plain.blue);
});

Deno.test("[ME-06] filters: blur mixes neighbours, sharpen parts them", async () => {
  await using worker = openWorker();
  const bytes = await bytesOf(halves(400, 100).png());
  async function edge(filter: ImageFilter): Promise<number> {
    const { original } = await worker.client.process(bytes, { variants: [], filter });
    const [red = 0] = await pixelAt(original.bytes, 202, 50);
    return red;
  }
  assert.equal(await edge({}), 0);
  assert.ok(await edge({ blur: 100 }) > 50);
  assert.equal(await edge({ blur: 100, sharpen: 100 }), 0);
});

Deno.test("[ME-06] filters: transparency and grey pictures keep what they have", async () => {
  await using worker = openWorker();
  const clear = sharp({ create: { width: 8, height: 8, channels: 4, background: "#0f08" } });
  const grey = sharp({ create: { width: 8, height: 8, channels: 3, background: "#777" } })
    .toColourspace("b-w");
  for (const [image, alpha] of [[clear, true], [grey, false]] as const) {
    const { original } = await worker.client.process(await bytesOf(image.png()), {
      variants: [{ name: "thumb", width: 4 }],
      filter: { preset: "vintage", blur: 10 },
    });
    assert.equal((await sharp(original.bytes).metadata()).hasAlpha, alpha);
  }
});

Deno.test("[ME-07] [ID-17] crop: the named part of the upright picture is left, no more", async () => {
  await using worker = openWorker();
  const turned = await bytesOf(halves(80, 40).withMetadata({ orientation: 6 }).jpeg());
  const crop = { x: 0, y: 0, width: 40, height: 40 };

  const { original, variants } = await worker.client.process(turned, {
    variants: [{ name: "thumb", width: 10 }],
    crop,
  });

  assert.deepEqual([original.width, original.height, variants[0]?.width], [40, 40, 10]);
  const [red = 0, , blue = 0] = await pixelAt(original.bytes, 20, 36);
  assert.ok(red > 200 && blue < 60, "turned, the left half is the upper one");
  for (const wrong of [{ ...crop, x: 1 }, { ...crop, height: 81 }, { ...crop, width: 0 }]) {
    const failure = await worker.client.process(turned, { variants: [], crop: wrong }).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(failure instanceof MediaWorkerError);
    assert.equal(failure.code, "invalid_options");
  }
});

Deno.test("[ME-06] filters: parameters end at 100 and unknown presets are refused", async () => {
  await using worker = openWorker();
  const bytes = await bytesOf(halves(8, 8).png());
  const wrong = [{ blur: 101 }, { sepia: -101 }, { preset: "unknown" }];
  for (const filter of wrong) {
    const failure = await worker.client.process(bytes, { variants: [], filter }).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(failure instanceof MediaWorkerError);
    assert.equal(failure.code, "invalid_options");
  }
});

Deno.test("[ME-05] variants: AVIF comes beside WebP where it is the smaller form", async () => {
  await using worker = openWorker();
  const noise = sharp(crypto.getRandomValues(new Uint8Array(96 * 96 * 3)), {
    raw: { width: 96, height: 96, channels: 3 },
  }).resize({ width: 800 });
  const { variants } = await worker.client.process(await bytesOf(noise.jpeg()), {
    variants: [{ name: "medium", width: 400 }],
    avif: true,
  });
  const [webp, avif] = variants;
  assert.deepEqual([webp?.mimeType, avif?.name, avif?.mimeType], [
    "image/webp",
    "medium_avif",
    "image/avif",
  ]);
  assert.ok((avif?.bytes.byteLength ?? 0) < (webp?.bytes.byteLength ?? 0));
});
