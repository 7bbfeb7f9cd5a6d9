/** @module What the media worker makes of videos, from a store to a store. */
import assert from "node:assert/strict";
import sharp from "sharp";
import { MediaWorkerError } from "../../shared/platform/media_worker.ts";
import { makeClip } from "./clips.ts";
import { openWorker } from "./support.ts";

const SOURCE = "http://store.test/source";
const TARGETS = {
  "video/mp4": "http://store.test/clean.mp4",
  "video/webm": "http://store.test/clean.webm",
};
const OPTIONS = {
  source: SOURCE,
  targets: TARGETS,
  avif: true,
  variants: [{ name: "thumb", width: 32 }],
};

/** A worker beside a store that holds one file. */
function openWithStore(source: Uint8Array<ArrayBuffer>) {
  const files = new Map([[SOURCE, source]]);
  const worker = openWorker({
    async fetch(request) {
      if (request.method === "PUT") {
        files.set(request.url, new Uint8Array(await request.arrayBuffer()));
        return new Response();
      }
      const file = files.get(request.url);
      return new Response(file ?? null, { status: file === undefined ? 404 : 200 });
    },
  });
  return { worker, files };
}

function textOf(bytes: Uint8Array | undefined): string {
  return new TextDecoder("latin1").decode(bytes);
}

for (const type of ["mp4", "webm"] as const) {
  Deno.test(`[ME-08] [B18] media worker: a ${type} comes back clean, measured, with a poster`, async () => {
    const clip = await makeClip(type);
    assert.match(textOf(clip), /Somebody|52\.52/);
    const { worker, files } = openWithStore(clip);
    await using _ = worker;

    const { metadata, variants } = await worker.client.processVideo(OPTIONS);

    const clean = files.get(TARGETS[`video/${type}`]);
    assert.deepEqual(
      [metadata.kind, metadata.mime_type, metadata.width, metadata.height, metadata.bytes],
      ["video", `video/${type}`, 64, 48, clean?.byteLength],
    );
    assert.ok(Math.abs(metadata.duration_s - 1) < 0.15, String(metadata.duration_s));
    assert.match(metadata.blurhash, /^.{28}$/);
    assert.doesNotMatch(textOf(clean), /Somebody|52\.52|SecretCamera/);
    const [poster, thumb] = variants;
    assert.deepEqual([poster?.name, thumb?.name, thumb?.width], ["poster", "thumb", 32]);
    assert.equal((await sharp(poster?.bytes).metadata()).width, 64);
  });
}

Deno.test("[ME-08] media worker: damaged videos are refused, the store's failures told apart", async () => {
  const clip = await makeClip("mp4");
  const cases: [Uint8Array<ArrayBuffer>, string, string][] = [
    [clip.slice(0, clip.byteLength / 4), SOURCE, "corrupt_video"],
    [new TextEncoder().encode("no video at all"), SOURCE, "corrupt_video"],
    [clip, `${SOURCE}/missing`, "store_failed"],
  ];
  for (const [bytes, source, code] of cases) {
    const { worker, files } = openWithStore(bytes);
    await using _ = worker;
    const failure = await worker.client.processVideo({ ...OPTIONS, source }).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(failure instanceof MediaWorkerError);
    assert.equal(failure.code, code);
    assert.equal(files.size, 1, "nothing is put into the store");
  }
});
