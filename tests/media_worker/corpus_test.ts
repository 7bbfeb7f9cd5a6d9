/** @module The media worker against a corpus of real and hostile files, where one is at hand. */
import assert from "node:assert/strict";
import sharp from "sharp";
import { MediaWorkerError, type ProcessedImage } from "../../shared/platform/media_worker.ts";
import { readManifest } from "./manifest.ts";
import { openWorker } from "./support.ts";

const DATA = Deno.env.get("TOWNSQUARE_DATA") ?? "";
const OPTIONS = { variants: [{ name: "thumb", width: 320 }, { name: "large", width: 1600 }] };
/** Accepted by the product as videos, which this worker's image side names and refuses. */
const VIDEO = /\.mp4$/;

async function checkClean(result: ProcessedImage, expected: string): Promise<void> {
  for (const { bytes } of [result.original, ...result.variants]) {
    const kept = await sharp(bytes).metadata();
    assert.equal(kept.exif ?? kept.xmp ?? kept.iptc ?? kept.orientation, undefined);
    assert.equal(kept.space, "srgb");
  }
  if (expected.includes("w>h")) assert.ok(result.metadata.width > result.metadata.height);
}

Deno.test({
  name: "[B18] media worker: every file of the corpus is treated as its manifest expects",
  ignore: DATA === "",
  async fn(test) {
    await using worker = openWorker();
    const manifest = await Deno.readTextFile(`${DATA}/media/manifest.csv`);
    for (const { file, expected } of readManifest(manifest)) {
      await test.step(file, async () => {
        const bytes = await Deno.readFile(`${DATA}/media/${file}`);
        const outcome = await worker.client.process(bytes, OPTIONS).catch((error: unknown) =>
          error
        );
        const accepted = !(outcome instanceof Error);
        if (!accepted) {
          assert.ok(outcome instanceof MediaWorkerError);
          assert.ok([413, 415, 422].includes(outcome.status), outcome.message);
        }
        if (VIDEO.test(file)) {
          assert.ok(!accepted && outcome.message.startsWith("video/mp4"));
        } else if (/^accept(?! or)/.test(expected) && !expected.includes(" or reject")) {
          assert.ok(accepted, String(outcome));
        } else if (/^reject(?! or| \(or)/.test(expected)) {
          assert.ok(!accepted);
        }
        if (accepted) await checkClean(outcome as ProcessedImage, expected);
      });
    }
  },
});
