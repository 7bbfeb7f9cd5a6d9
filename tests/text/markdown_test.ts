/** @module Markdown becomes safe HTML. */
import assert from "node:assert/strict";
import { type DefaultTreeAdapterTypes as Tree, parseFragment } from "parse5";
import { detectLanguage } from "../../shared/text/language.ts";
import { renderMarkdown } from "../../shared/text/markdown.ts";

const DATA = Deno.env.get("TOWNSQUARE_DATA") ?? "";
const ELEMENTS = new Set(
  "a blockquote br code em h1 h2 h3 h4 h5 h6 hr li ol p pre strong ul".split(" "),
);
const ATTRIBUTES = new Set(["href", "title", "rel", "class", "data-user-id", "start"]);
const PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

function* elementsOf(node: Tree.ParentNode): Generator<Tree.Element> {
  for (const child of node.childNodes) {
    if (!("tagName" in child)) continue;
    yield child;
    yield* elementsOf(child);
  }
}

/** Parses as a browser does, and looks at every element and attribute that comes out. */
function assertHarmless(html: string, source: string): void {
  for (const { tagName, attrs } of elementsOf(parseFragment(html))) {
    assert.ok(ELEMENTS.has(tagName), `${tagName} of ${JSON.stringify(source)}`);
    for (const { name, value } of attrs) {
      assert.ok(ATTRIBUTES.has(name), `${name} of ${JSON.stringify(source)}`);
      if (name !== "href" || !URL.canParse(value, "https://page.invalid/")) continue;
      assert.ok(PROTOCOLS.has(new URL(value, "https://page.invalid/").protocol), source);
    }
  }
}

async function readLines<T>(file: string): Promise<T[]> {
  const text = await Deno.readTextFile(`${DATA}/${file}`);
  return text.trim().split("\n").map((line): T => JSON.parse(line));
}

Deno.test("[RO-22] [UX-03] Markdown: bold, italic, code, links, lists, quotes, addresses", () => {
  const rel = 'rel="nofollow ugc noopener noreferrer"';
  const cases: [string, string][] = [
    ["**b** *i* `c`", "<p><strong>b</strong> <em>i</em> <code>c</code></p>"],
    ["```ts\nx < y\n```", '<pre><code class="language-ts">x &lt; y\n</code></pre>'],
    ["[t](https://a.org)", `<p><a href="https://a.org" ${rel}>t</a></p>`],
    [
      "see https://a.org/x_y.",
      `<p>see <a href="https://a.org/x_y" ${rel}>https://a.org/x_y</a>.</p>`,
    ],
    ["- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"],
    ["3. a", '<ol start="3">\n<li>a</li>\n</ol>'],
    ["> q", "<blockquote>\n<p>q</p>\n</blockquote>"],
    ["one\ntwo", "<p>one\ntwo</p>"],
    ["one  \ntwo", "<p>one<br />\ntwo</p>"],
    ["![cat](https://a.org/c.png)", `<p><a href="https://a.org/c.png" ${rel}>cat</a></p>`],
    ["", ""],
  ];
  for (const [source, html] of cases) assert.equal(renderMarkdown(source), html);
});

Deno.test("[RO-23] Markdown: HTML is shown as it was typed, dangerous addresses are dropped", () => {
  const hostile = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "![x](javascript:alert(1))",
    '[x](https://a.org "" onmouseover=alert(1)")',
    '<https://a.org/"onclick=alert(1)>',
    "<javascript:alert(1)>",
    "**<b onclick=x>**",
    "> <iframe src=//evil>",
    "- <svg/onload=alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "``<script>``",
    "&lt;script&gt;",
    "[<img src=x onerror=alert(1)>](https://a.org)",
    "\u202etxet <a\u0000b>",
  ];
  for (const source of hostile) {
    const html = renderMarkdown(source);
    assertHarmless(html, source);
    assert.doesNotMatch(html, /<(?:script|img|svg|iframe)/i);
  }
  assert.match(renderMarkdown("a <b>x</b>"), /^<p>a &lt;b>x&lt;\/b><\/p>$/);
});

Deno.test("[UX-02] [PO-15] Markdown: names in running text become links, those in code do not", () => {
  const body = "\u{1f600} @ada `@ada` **@ada** #\u{e9}t\u{e9} \\\\@ada";
  const at = (text: string, from: number) => [...body.slice(0, body.indexOf(text, from))].length;
  const id = "00000000-0000-4000-8000-000000000001";
  const first = at("@ada", 0), bold = at("**@ada", 0) + 2, tag = at("#", 0);
  const html = renderMarkdown(body, [
    { type: "mention", start: first, end: first + 4, value: "ada", user_id: id },
    { type: "mention", start: bold, end: bold + 4, value: "ada", user_id: id },
    { type: "mention", start: 0, end: 1, value: "nobody", user_id: null },
    { type: "hashtag", start: tag, end: tag + 4, value: "\u00e9t\u00e9" },
  ]);
  const link = `<a href="/@ada" class="mention" data-user-id="${id}">@ada</a>`;
  assert.ok(html.includes(`\u{1f600} ${link} <code>@ada</code> <strong>${link}</strong>`), html);
});

Deno.test("[RO-22] Markdown: plain lines come out the same by the short way and by the parser", () => {
  const pieces = [
    "word",
    "Été",
    "नमस्ते",
    "7",
    " ",
    " ",
    ",",
    ".",
    "!",
    "?",
    ":",
    ";",
    "'",
    '"',
    "(",
    ")",
  ]
    .concat([
      "/",
      "%",
      "$",
      "=",
      "-",
      "www.",
      "a.test",
      "://",
      "http",
      "1. ",
      "- ",
      "_",
      "*",
      "&",
      "@b",
    ]);
  // An entity of nobody changes nothing, but is a reason to parse.
  const nobody = { type: "mention", start: 0, end: 0, value: "nobody", user_id: null } as const;
  let seed = 1;
  const next = (below: number) => (seed = seed * 48_271 % 2_147_483_647) % below;
  for (let round = 0; round < 3_000; round++) {
    const body = Array.from({ length: 1 + next(9) }, () => pieces[next(pieces.length)]).join("");
    assert.equal(renderMarkdown(body), renderMarkdown(body, [nobody]), JSON.stringify(body));
  }
});

Deno.test("[RO-22] Markdown: what nests or is marked up without end is shown as text, at once", () => {
  const excessive = [
    ">",
    "> ",
    "- ",
    "1. ",
    "[",
    "*a ",
    "a**b",
    "[a](",
    "_*",
    "*_a",
    "`",
    "<",
    "![",
    "\\",
  ];
  for (const piece of excessive) {
    const source = piece.repeat(Math.floor(5_000 / piece.length));
    assertHarmless(renderMarkdown(source), source);
  }
});

Deno.test({
  name: "[RO-22] Markdown: agrees with CommonMark but for HTML, images and plain addresses",
  ignore: DATA === "",
  async fn() {
    const cases = await readLines<{ n: number; section: string; markdown: string; html: string }>(
      "parse/commonmark.jsonl",
    );
    const plain = (html: string) =>
      html.replace(/ rel="[^"]*"/g, "").replaceAll("&gt;", ">").replaceAll("&quot;", '"').trim();
    const different = cases.filter(({ markdown, html }) =>
      plain(renderMarkdown(markdown)) !== plain(html) &&
      !/<[a-z!?/]|!\[|https?:|@/i.test(markdown)
    );
    // Attributes of fenced code that are no name of a language, and protocols beyond three.
    assert.ok(different.length <= cases.length * 0.02, JSON.stringify(different.slice(0, 5)));
  },
});

Deno.test({
  name: "[RO-23] Markdown: nothing of known attacks survives",
  ignore: DATA === "",
  async fn() {
    const attacks = [
      ...await readLines<{ payload: string }>("sanitise/xss_payloads.jsonl"),
      ...await readLines<{ payload: string }>("sanitise/dompurify.jsonl"),
      ...(await readLines<{ text: string }>("parse/naughty_strings.jsonl"))
        .map(({ text }) => ({ payload: text })),
    ];
    assert.ok(attacks.length > 4_000);
    for (const { payload } of attacks) {
      for (const source of [payload, `[x](${payload})`, `> ${payload}`, `**${payload}**`]) {
        assertHarmless(renderMarkdown(source), source);
      }
    }
  },
});

Deno.test("[PO-01] language: told for prose, not for scraps, names and addresses", () => {
  assert.equal(detectLanguage("Where do we meet after the talk tomorrow?"), "en");
  assert.equal(detectLanguage("Wo treffen wir uns morgen nach dem Vortrag?"), "de");
  assert.equal(detectLanguage("この文章は日本語で書かれています"), "ja");
  for (
    const scrap of ["", "ok", "@ada @grace @linus @someone", "https://example.org/where/do/we/meet"]
  ) {
    assert.equal(detectLanguage(scrap), null, scrap);
  }
});
