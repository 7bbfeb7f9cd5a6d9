/** @module What a feed says, as it is read and written. */
import { parseFeed } from "htmlparser2";

/** One entry of a feed. */
export interface Entry {
  /** What tells it from others: its id, or else its address or title. */
  readonly key: string;
  readonly title: string;
  readonly link: string | null;
}

/** A feed that was read: the newest entry first, as feeds have it. */
export interface ReadFeed {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** Entries that are read of a feed. */
export const ENTRIES_MAX = 100;
const TITLE_LENGTH_MAX = 300;
const NAME_LENGTH_MAX = 50;
const KEY_LENGTH_MAX = 2_048;

/** Text without what XML cannot hold (XML 1.0, 2.2). */
export function plainOf(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
}

function lineOf(text: string | undefined, length: number): string {
  const line = (text ?? "").toWellFormed().replace(/[\p{Cc}\p{Zs}\s]+/gu, " ")
    .replace(/\p{Bidi_Control}/gu, "").trim();
  return [...line].slice(0, length).join("");
}

function linkOf(link: string | undefined, base: string): string | null {
  if (link === undefined || !URL.canParse(link.trim(), base)) return null;
  const url = new URL(link.trim(), base);
  const isFit = ["http:", "https:"].includes(url.protocol) && url.href.length <= KEY_LENGTH_MAX;
  return isFit ? url.href : null;
}

/** Reads RSS or Atom; undefined when it is neither. */
export function readFeed(xml: string, base: string): ReadFeed | undefined {
  const feed = parseFeed(xml);
  if (feed === null) return undefined;
  const entries = feed.items.slice(0, ENTRIES_MAX).map((item) => {
    const title = lineOf(item.title, TITLE_LENGTH_MAX);
    const link = linkOf(item.link, base);
    const key = (item.id ?? link ?? title).trim().slice(0, KEY_LENGTH_MAX);
    return { key, title, link };
  });
  return {
    title: lineOf(feed.title, NAME_LENGTH_MAX),
    entries: entries.filter(({ key, title, link }) =>
      key !== "" && (title !== "" || link !== null)
    ),
  };
}

/** A message that tells of an entry. */
export function messageOf({ title, link }: Entry): string {
  const text = title.replaceAll(/[\\`*_[\]<>@#]/g, String.raw`\$&`);
  if (link === null) return text;
  return title === "" ? link : `[${text}](<${link.replaceAll(">", "%3E")}>)`;
}
