/** @module What a feed says, as it is read and written. */
import { DomHandler, getFeed, Parser } from "htmlparser2";

/** One entry of a feed. */
export interface Entry {
  /**
   * What tells it from others: its id, or else its address or title; and address, title and time
   * together, for sites that give the same entry another id each time.
   */
  readonly keys: readonly string[];
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
/** Elements that are read, and how deep they stand in each other: real feeds stay far below. */
const ELEMENTS_MAX = 20_000;
const DEPTH_MAX = 64;
const ENTRY_NAME = /^(?:item|entry)$/;
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

/** There is more in a feed than is read. */
class FeedCut extends Error {
  override readonly name = "FeedCut";
}

/**
 * Builds the tree of a feed up to its bounds. Time grows with the square of the depth, so that a
 * small file of nothing but opening tags would hold a process for minutes.
 */
class BoundedHandler extends DomHandler {
  #depth = 0;
  #elements = 0;

  override onopentag(name: string, attributes: Record<string, string>): void {
    this.#depth++;
    this.#elements++;
    if (this.#depth > DEPTH_MAX || this.#elements > ELEMENTS_MAX) throw new FeedCut();
    super.onopentag(name, attributes);
  }

  override onclosetag(): void {
    this.#depth--;
    super.onclosetag();
  }

  /** Entries that have begun and not ended. */
  get openEntries(): number {
    return this.tagStack.filter((node) => "name" in node && ENTRY_NAME.test(node.name)).length;
  }
}

/** What a feed was cut in is not whole, so it is left out. */
function parse(xml: string) {
  const handler = new BoundedHandler(undefined, { xmlMode: true });
  try {
    new Parser(handler, { xmlMode: true }).end(xml);
  } catch (error) {
    if (!(error instanceof FeedCut)) throw error;
    const feed = getFeed(handler.root.children);
    const open = handler.openEntries;
    return feed === null ? null : { ...feed, items: feed.items.slice(0, feed.items.length - open) };
  }
  return getFeed(handler.root.children);
}

/** Reads RSS or Atom; undefined when it is neither. */
export function readFeed(xml: string, base: string): ReadFeed | undefined {
  const feed = parse(xml);
  if (feed === null) return undefined;
  const entries = feed.items.slice(0, ENTRIES_MAX).map((item) => {
    const title = lineOf(item.title, TITLE_LENGTH_MAX);
    const link = linkOf(item.link, base);
    const key = (item.id ?? link ?? title).trim().slice(0, KEY_LENGTH_MAX);
    const time = item.pubDate?.getTime() ?? "";
    return { keys: [key, `${link ?? ""}\n${title}\n${time}`], title, link };
  });
  return {
    title: lineOf(feed.title, NAME_LENGTH_MAX),
    entries: entries.filter(({ keys, title, link }) =>
      keys[0] !== "" && (title !== "" || link !== null)
    ),
  };
}

/** A message that tells of an entry. */
export function messageOf({ title, link }: Entry): string {
  const text = title.replaceAll(/[\\`*_[\]<>@#]/g, String.raw`\$&`);
  if (link === null) return text;
  return title === "" ? link : `[${text}](<${link.replaceAll(">", "%3E")}>)`;
}
