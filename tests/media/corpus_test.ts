/** @module Uploads of a corpus of real and hostile files, where one is at hand. */
import assert from "node:assert/strict";
import sharp from "sharp";
import { readManifest } from "../media_worker/manifest.ts";
import { openMediaApp, uploadBytes } from "./support.ts";

const DATA = Deno.env.get("TOWNSQUARE_DATA") ?? "";
const TYPES: Readonly<Record<string, string>> = {
  avif: "image/avif",
  gif: "image/gif",
  jpg: "image/jpeg",
  mp4: "video/mp4",
  png: "image/png",
  svg: "image/svg+xml",
  tiff: "image/tiff",
  webp: "image/webp",
};
const LOCATION = /loci|\u00a9xyz|com\.apple\.quicktime\.location/;

Deno.test({
  name: "[ME-01] [ME-08] [B18] upload: every file of the corpus is treated as its manifest expects",
  ignore: DATA === "",
  async fn() {
    await using media = await openMediaApp();
    const { app } = media;
    const ada = await app.signUp("ada");
    for (
      const { file, expected } of readManifest(
        await Deno.readTextFile(`${DATA}/media/manifest.csv`),
      )
    ) {
      const type = TYPES[file.split(".").at(-1) ?? ""] ?? "";
      const bytes = await Deno.readFile(`${DATA}/media/${file}`);
      const { status, body } = await uploadBytes(app, ada, bytes, { name: file, type });
      assert.ok([201, 413, 415, 422].includes(status), `${file}: ${status}`);
      await app.runJobs();
      const isTaken = status === 201 &&
        (await app.as(ada).get(`/media/${body.id}`)).body.status === "ready";
      if (/^accept(?! or)/.test(expected) && !expected.includes(" or reject")) {
        assert.ok(isTaken, `${file}: ${body.detail}`);
      } else if (/^reject(?! or| \(or)/.test(expected)) {
        assert.ok(!isTaken, file);
      }
    }
    const rows = await app.db.sql<{ name: string }[]>`
      select name from storage.objects where bucket_id = 'media'`;
    assert.ok(rows.length > 40, String(rows.length));
    for (const { name } of rows) {
      const { bytes, mimeType } = await app.deps.storage.read("media", name);
      const text = new TextDecoder("latin1").decode(bytes);
      assert.doesNotMatch(text, LOCATION, name);
      if (!mimeType.startsWith("image/")) continue;
      const kept = await sharp(bytes).metadata();
      assert.equal(kept.exif ?? kept.xmp ?? kept.iptc ?? kept.orientation, undefined, name);
    }
  },
});
