/** @module Words of a query, order of hits, marks. */
import assert from "node:assert/strict";
import { highlight, rank, SNIPPET_LENGTH, WORDS_MAX, wordsOf } from "../../shared/search/rules.ts";

Deno.test("[SE-06] words: small, without accents, once each, bounded", () => {
  assert.deepEqual(wordsOf("Café, CAFÉ & Brücke!"), ["cafe", "brucke"]);
  assert.deepEqual(wordsOf("!!! ..."), []);
  assert.equal(wordsOf(Array.from({ length: 50 }, (_, i) => `w${i}`).join(" ")).length, WORDS_MAX);
});

Deno.test("[SE-05] highlight: marks words and escapes everything else", () => {
  assert.equal(
    highlight(`<b>Tea</b> & "teapot"`, ["tea"]),
    "&lt;b&gt;<mark>Tea</mark>&lt;/b&gt; &amp; &quot;<mark>teapot</mark>&quot;",
  );
  assert.equal(highlight("steam", ["tea"]), undefined);
  assert.equal(highlight("lovelace", ["lace"], { within: true }), "<mark>lovelace</mark>");
});

Deno.test("[SE-05] highlight: shows the surroundings of the first hit in a long text", () => {
  const marked = highlight(`${"lorem ipsum ".repeat(100)}needle ${"dolor ".repeat(100)}`, [
    "needle",
  ]);
  assert.match(marked ?? "", /^….*<mark>needle<\/mark>.*…$/);
  assert.ok((marked ?? "").length < SNIPPET_LENGTH + 20);
});

Deno.test("[SE-06] rank: the best first, ids decide between equals, no doubles", () => {
  const ranked = rank([
    { type: "posts", id: "b", score: 0.5 },
    { type: "users", id: "a", score: 0.5 },
    { type: "posts", id: "c", score: 0.2 },
    { type: "posts", id: "c", score: 0.9 },
  ]);
  assert.deepEqual(ranked.map(({ id, score }) => [id, score]), [["c", 0.9], ["a", 0.5], [
    "b",
    0.5,
  ]]);
});
