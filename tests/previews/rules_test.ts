/** @module What a page says of itself. */
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { decodePage, readPreview } from "../../shared/previews/rules.ts";

const DATA = Deno.env.get("TOWNSQUARE_DATA") ?? "";
const URL = "https://a.org/page";

Deno.test("[RO-39] [UX-10] preview: Open Graph first, then plain HTML", () => {
  const card = readPreview(
    `<head><title>Plain</title><meta name="description" content="plain words">
     <meta property="og:title" content="Rich &amp; famous">
     <meta property="og:image" content="/i.png">
     <meta property="og:site_name" content="A"></head>`,
    URL,
    "https://www.a.org/x/",
  );
  assert.deepEqual(card, {
    url: URL,
    title: "Rich & famous",
    description: "plain words",
    image_url: "https://www.a.org/i.png",
    site_name: "A",
  });
  assert.equal(readPreview("<title> \n </title>", URL, URL), undefined);
  assert.equal(readPreview("", URL, URL), undefined);
  assert.equal(readPreview("<svg><title>no</title></svg>", URL, URL)?.title, "no");
});

Deno.test("[RO-39] preview: long texts are cut, addresses that are none of the web dropped", () => {
  const card = readPreview(
    `<meta property="og:title" content="${"\u{1f600}".repeat(500)}">
     <meta property="og:image" content="javascript:alert(1)">
     <meta property="og:description" content="a\u202eb\u0007c">`,
    URL,
    URL,
  );
  assert.equal([...card?.title ?? ""].length, 200);
  assert.equal(card?.image_url, null);
  assert.equal(card?.description, "ab c");
});

Deno.test("[RO-39] preview: encodings by header and by page", () => {
  const latin = Uint8Array.from([0x63, 0x61, 0x66, 0xe9]);
  assert.equal(decodePage(latin, "text/html; charset=iso-8859-1"), "caf\u00e9");
  const page = new Uint8Array([...new TextEncoder().encode('<meta charset="latin1">'), ...latin]);
  assert.ok(decodePage(page, "text/html").endsWith("caf\u00e9"));
  assert.equal(decodePage(new TextEncoder().encode("\u00e9"), "text/html; charset=none"), "\u00e9");
});

Deno.test({
  name: "[RO-39] preview: agrees with a plain parser on saved pages",
  ignore: DATA === "",
  async fn() {
    const packed = await Deno.readFile(`${DATA}/link-preview/heads.jsonl.gz`);
    const pages = gunzipSync(packed).toString().trim().split("\n").map((
      line,
    ): { html: string; expected: Record<string, string> } => JSON.parse(line));
    const squeeze = (text = "") => text.replace(/[\p{Cc}\s]+/gu, " ").trim().slice(0, 150);
    const different = pages.filter(({ html, expected }) =>
      squeeze(readPreview(html, URL, URL)?.title) !==
        squeeze(expected.og_title ?? expected.twitter_title ?? expected.title)
    );
    assert.ok(different.length <= pages.length * 0.03, `${different.length} of ${pages.length}`);
  },
});
