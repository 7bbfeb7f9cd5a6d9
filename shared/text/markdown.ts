/**
 * @module Markdown to safe HTML: CommonMark with literal addresses, mentions and hashtags as links.
 *
 * Raw HTML is shown as it was typed. Images become links, so that reading a post calls no server of
 * its writer's. What comes out passes a sanitiser with a short list of elements.
 */
import { defaultSchema, sanitize, type Schema } from "hast-util-sanitize";
import { toHtml } from "hast-util-to-html";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmAutolinkLiteralFromMarkdown } from "mdast-util-gfm-autolink-literal";
import { toHast } from "mdast-util-to-hast";
import { gfmAutolinkLiteral } from "micromark-extension-gfm-autolink-literal";
import { SKIP, visit } from "unist-util-visit";

/** A link, hashtag or mention in a text; places are in code points from 0. */
export interface Entity {
  readonly type: "link" | "hashtag" | "mention";
  readonly start: number;
  readonly end: number;
  /** The address, the tag, or the handle, in lower case. */
  readonly value: string;
  /** Whom a mention names; null for a handle of nobody. */
  readonly user_id?: string | null;
}

type Root = ReturnType<typeof fromMarkdown>;
type Hast = Parameters<typeof sanitize>[0];

/** Deeper quotes and lists than this are shown as text: rendering is recursive. */
const NESTING_MAX = 20;
const NESTED = new RegExp(`^(?:\\s{0,3}(?:>\\s?|[-+*]\\s|\\d{1,9}[.)]\\s)){${NESTING_MAX},}`, "m");
/** More markers than this are not markup but an attempt to keep the parser busy. */
const MARKERS_MAX = 1_000;
const MARKERS = /[*_[\]`]/g;

/**
 * One line of words and marks that mean nothing in Markdown: most of what is said in rooms. It
 * begins with a letter, so that it is no list, and names no address.
 */
const PLAIN = /^\p{L}(?:[\p{L}\p{M}\p{N} ,.!?;:'"()/%$=-]*[\p{L}\p{M}\p{N},.!?;:'")%$=-])?$/u;
const ADDRESS = /www\.|:\/\//i;

const SCHEMA: Schema = {
  ...defaultSchema,
  tagNames: [
    ..."a blockquote br code em h1 h2 h3 h4 h5 h6 hr li ol p pre strong ul".split(" "),
  ],
  attributes: {
    a: ["href", "title", "dataUserId", ["className", "mention", "hashtag"]],
    code: [["className", /^language-[\w+#.-]{1,40}$/]],
    ol: ["start"],
  },
  protocols: { href: ["http", "https", "mailto"] },
};

/** Places of code points in a string of UTF-16 units. */
function unitsOf(text: string): (codePoints: number) => number {
  const offsets: number[] = [];
  let units = 0;
  for (const character of text) {
    offsets.push(units);
    units += character.length;
  }
  return (codePoints) => offsets[codePoints] ?? units;
}

/** Where an entity leads; undefined when nobody is called so. */
function targetOf({ type, value, user_id }: Entity) {
  if (type === "hashtag") {
    return {
      url: `/hashtags/${encodeURIComponent(value)}`,
      properties: { className: ["hashtag"] },
    };
  }
  if (type !== "mention" || user_id === null || user_id === undefined) return undefined;
  return { url: `/@${value}`, properties: { className: ["mention"], dataUserId: user_id } };
}

/** Markup that is not offered turns into the text it was typed as, or into a link. */
function tameNodes(tree: Root, body: string): void {
  visit(tree, (node, index, parent) => {
    if (parent === undefined || index === undefined) return;
    if (node.type === "html") {
      const text = { type: "text" as const, value: node.value };
      const inline = parent.type === "paragraph" || parent.type === "heading" ||
        parent.type === "emphasis" || parent.type === "strong" || parent.type === "link";
      parent.children[index] = inline ? text : { type: "paragraph", children: [text] };
      return SKIP;
    }
    if (node.type === "image" || node.type === "imageReference") {
      const source = body.slice(node.position?.start.offset, node.position?.end.offset);
      const text = { type: "text" as const, value: node.alt || source };
      parent.children[index] = node.type === "image" && parent.type !== "link"
        ? { type: "link", url: node.url, children: [text] }
        : text;
      return SKIP;
    }
  });
}

/** Turns mentions and hashtags in plain runs of text into links. */
function linkEntities(tree: Root, body: string, entities: readonly Entity[]): void {
  const unitAt = unitsOf(body);
  const places = entities.flatMap((entity) => {
    const target = targetOf(entity);
    return target === undefined
      ? []
      : [{ ...target, start: unitAt(entity.start), end: unitAt(entity.end) }];
  });
  if (places.length === 0) return;
  visit(tree, "text", (node, index, parent) => {
    if (parent === undefined || index === undefined || parent.type === "link") return;
    const from = node.position?.start.offset ?? 0;
    const to = node.position?.end.offset ?? 0;
    // Escapes make the text shorter than its source, and then places do not fit.
    if (to - from !== node.value.length) return;
    const inside = places.filter(({ start, end }) => start >= from && end <= to);
    if (inside.length === 0) return;
    const parts: Root["children"] = [];
    let at = from;
    for (const { start, end, url, properties } of inside) {
      if (start > at) parts.push({ type: "text", value: body.slice(at, start) });
      parts.push({
        type: "link",
        url,
        data: { hProperties: properties },
        children: [{ type: "text", value: body.slice(start, end) }],
      });
      at = end;
    }
    if (at < to) parts.push({ type: "text", value: body.slice(at, to) });
    // What stood where one text stood is phrasing again.
    parent.children.splice(index, 1, ...(parts as typeof parent.children));
    return index + parts.length;
  });
}

/** Links of people's texts are not ours to recommend, and learn nothing of who follows them. */
function markLinks(tree: Hast): Hast {
  visit(tree, "element", (node) => {
    if (node.tagName !== "a" || node.properties.className !== undefined) return;
    node.properties.rel = ["nofollow", "ugc", "noopener", "noreferrer"];
  });
  return tree;
}

/** Whether a text is nested or marked up beyond what anybody reads. */
function isExcessive(body: string): boolean {
  return NESTED.test(body) || (body.match(MARKERS)?.length ?? 0) > MARKERS_MAX;
}

function parse(body: string): Root {
  if (!isExcessive(body)) {
    return fromMarkdown(body, {
      extensions: [gfmAutolinkLiteral()],
      mdastExtensions: [gfmAutolinkLiteralFromMarkdown()],
    });
  }
  return {
    type: "root",
    children: [{ type: "paragraph", children: [{ type: "text", value: body }] }],
  };
}

/**
 * Renders a text. A single line break stays one (`\n`), as CommonMark has it.
 *
 * @returns HTML that is safe to insert into a page.
 */
export function renderMarkdown(body: string, entities: readonly Entity[] = []): string {
  if (entities.length === 0 && PLAIN.test(body) && !ADDRESS.test(body)) return `<p>${body}</p>`;
  const tree = parse(body);
  tameNodes(tree, body);
  linkEntities(tree, body, entities);
  return toHtml(markLinks(sanitize(toHast(tree), SCHEMA)), {
    closeSelfClosing: true,
    characterReferences: { useNamedReferences: true },
  });
}
