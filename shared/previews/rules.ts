/** @module What a page says about itself for a preview, by Open Graph (ogp.me) or plain HTML. */
import { Parser } from "htmlparser2";

/** Card of a link. */
export interface LinkPreview {
  readonly url: string;
  readonly title: string;
  readonly description: string | null;
  readonly image_url: string | null;
  readonly site_name: string | null;
}

/** Longest texts of a card, in characters. */
export const TITLE_LENGTH_MAX = 200;
/** Longest description of a card, in characters. */
export const DESCRIPTION_LENGTH_MAX = 500;
const ADDRESS_LENGTH_MAX = 2_048;
const CHARSET = /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{2,40})/i;
const CHARSET_WITHIN_BYTES = 2_048;

/** Text of a page, in the encoding that its header or its first lines name. */
export function decodePage(body: Uint8Array, contentType: string): string {
  const named = /charset\s*=\s*["']?([\w-]{2,40})/i.exec(contentType)?.[1] ??
    CHARSET.exec(new TextDecoder("latin1").decode(body.subarray(0, CHARSET_WITHIN_BYTES)))?.[1];
  try {
    return new TextDecoder(named ?? "utf-8").decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

/** Names of meta elements with their first non-empty value, and the title. */
function readHead(html: string): Map<string, string> {
  const found = new Map<string, string>();
  let isTitle = false;
  const keep = (name: string, value: string) => {
    if (value.trim() !== "" && !found.has(name)) found.set(name, value);
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      isTitle = name === "title" && !found.has("title");
      const { property, name: named, content } = attributes;
      if (name !== "meta" || content === undefined) return;
      for (const key of [property, named]) if (key !== undefined) keep(key.toLowerCase(), content);
    },
    ontext(text) {
      if (isTitle) found.set("title", (found.get("title") ?? "") + text);
    },
    onclosetag(name) {
      if (name === "title") isTitle = false;
    },
  });
  parser.end(html);
  return found;
}

function clean(text: string | undefined, length: number): string | null {
  const plain = text?.replace(/[\p{Cc}\p{Zs}\s]+/gu, " ").replace(/\p{Bidi_Control}/gu, "").trim();
  if (plain === undefined || plain === "") return null;
  const characters = [...plain];
  return characters.length <= length ? plain : `${characters.slice(0, length - 1).join("")}…`;
}

function imageOf(address: string | undefined, base: string): string | null {
  if (address === undefined || !URL.canParse(address.trim(), base)) return null;
  const url = new URL(address.trim(), base);
  const isFit = ["http:", "https:"].includes(url.protocol) && url.href.length <= ADDRESS_LENGTH_MAX;
  return isFit ? url.href : null;
}

/**
 * Reads the card of a page.
 *
 * @param url the address that was written, which the card leads to
 * @param base the address that answered, for relative images
 * @returns undefined when the page has no title
 */
export function readPreview(html: string, url: string, base: string): LinkPreview | undefined {
  const head = readHead(html);
  const first = (...names: string[]) => names.map((name) => head.get(name)).find((v) => v);
  const title = clean(first("og:title", "twitter:title", "title"), TITLE_LENGTH_MAX);
  if (title === null) return undefined;
  return {
    url,
    title,
    description: clean(
      first("og:description", "twitter:description", "description"),
      DESCRIPTION_LENGTH_MAX,
    ),
    image_url: imageOf(
      first("og:image:secure_url", "og:image", "og:image:url", "twitter:image"),
      base,
    ),
    site_name: clean(first("og:site_name"), TITLE_LENGTH_MAX),
  };
}
