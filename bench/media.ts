/**
 * @module `deno task bench:media`: a photo of 12 megapixels through the media worker, beside bare
 * sharp making the same files in one process. Needs no stack.
 */
import { encode } from "blurhash";
import sharp, { type Sharp } from "sharp";
import { createMediaWorker } from "../shared/platform/media_worker.ts";
import { createMediaServer } from "../workers/media/server.ts";
import { HEAD, row, summarize } from "./measure.ts";

const ROUNDS = 10;
const WARM_UP_ROUNDS = 2;
const WIDTH = 4_000;
const HEIGHT = 3_000;
const SECRET = "a-secret-for-measuring";
const VARIANTS = [
  { name: "thumb", width: 320 },
  { name: "medium", width: 800 },
  { name: "large", width: 1_600 },
] as const;

/** A picture with the detail of a photo: soft shapes under grain. */
async function makePhoto(): Promise<Uint8Array<ArrayBuffer>> {
  const [width, height] = [WIDTH / 20, HEIGHT / 20];
  const coarse = crypto.getRandomValues(new Uint8Array(60_000)).subarray(0, width * height * 2);
  const shapes = sharp(coarse, { raw: { width, height, channels: 2 } }).removeAlpha()
    .toColourspace("srgb").blur(4).resize({ width: WIDTH, height: HEIGHT });
  const grain = { type: "gaussian", mean: 128, sigma: 12 } as const;
  const noise = await sharp({
    create: { width: WIDTH, height: HEIGHT, channels: 3, background: "#808080", noise: grain },
  }).png({ compressionLevel: 0 }).toBuffer();
  const photo = sharp(await shapes.png().toBuffer())
    .composite([{ input: noise, blend: "soft-light" }]);
  return new Uint8Array(await photo.jpeg({ quality: 92 }).toBuffer());
}

/** The hash of a small copy. */
async function hash(source: Sharp): Promise<void> {
  const { data, info } = await source.clone().resize(32, 32, { fit: "inside" }).ensureAlpha().raw()
    .toBuffer({ resolveWithObject: true });
  encode(new Uint8ClampedArray(data), info.width, info.height, 4, 3);
}

/** The files that the worker makes, from wherever their pixels come. */
async function encodeAll(source: Sharp, avif: boolean): Promise<void> {
  await Promise.all([
    hash(source),
    source.clone().resize(4_096, 4_096, { fit: "inside", withoutEnlargement: true })
      .jpeg({ quality: 90 }).toBuffer(),
    ...VARIANTS.flatMap(({ width }) => [
      source.clone().resize({ width }).webp({ quality: 80 }).toBuffer(),
      avif ? source.clone().resize({ width }).avif({ quality: 55, effort: 0 }).toBuffer() : [],
    ]),
  ]);
}

/** The shortest way that sharp's manual shows: each file from the photo. */
async function bare(photo: Uint8Array, avif: boolean): Promise<void> {
  await encodeAll(sharp(photo).autoOrient(), avif);
}

/** The same with the photo decoded once. */
async function bareOnce(photo: Uint8Array, avif: boolean): Promise<void> {
  const { data, info } = await sharp(photo).autoOrient().raw().toBuffer({
    resolveWithObject: true,
  });
  const { width, height, channels } = info;
  await encodeAll(sharp(data, { raw: { width, height, channels } }), avif);
}

/** Samples of several kinds of work, in turns, so that the machine's mood hits all. */
async function compare(...works: (() => Promise<unknown>)[]): Promise<number[][]> {
  const samples: number[][] = works.map(() => []);
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const [index, work] of works.entries()) {
      const startedAt = performance.now();
      await work();
      if (round >= 0) samples[index]?.push(performance.now() - startedAt);
    }
  }
  return samples;
}

async function main(): Promise<void> {
  sharp.cache(false);
  const photo = await makePhoto();
  const worker = createMediaServer({
    secret: SECRET,
    size: 1,
    queueLimit: 4,
    deadlineMs: 60_000,
  });
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => worker.fetch(request),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  const client = createMediaWorker({ url, secret: SECRET });
  const size = `${(WIDTH * HEIGHT) / 1e6} megapixels, ${(photo.byteLength / 1e6).toFixed(1)} MB`;
  console.log(`${size}, ${navigator.hardwareConcurrency} cores\n\n${HEAD}`);
  for (const avif of [true, false]) {
    const [each = [], once = [], measured = []] = await compare(
      () => bare(photo, avif),
      () => bareOnce(photo, avif),
      () => client.process(photo, { variants: VARIANTS, avif }),
    );
    const worked = summarize(`media worker, ${avif ? "WebP and AVIF" : "WebP only"}`, measured);
    console.log(row(summarize("bare sharp, same files", each), worked));
    console.log(row(summarize("bare sharp, decoded once", once), worked));
  }
  await server.shutdown();
  await worker[Symbol.asyncDispose]();
}

await main();
Deno.exit(0);
