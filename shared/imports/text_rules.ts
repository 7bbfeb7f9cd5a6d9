/** @module Texts of archives as Markdown of ours: names, emoji, files. Pure. */
import { outsideOfCode, plainText } from "../text/mod.ts";
import type { ArchiveMention } from "./rules.ts";

const LINK_FORM = /^https?:\/\/[^\s<>"]+$/i;

/** A file as a link, or by its name where nobody could fetch it. */
export function fileLine(name: string, url: string | undefined): string {
  const label = plainText(name.replaceAll(/\s+/g, " ").trim() || "file");
  return url !== undefined && LINK_FORM.test(url) ? `[${label}](<${url}>)` : `(${label})`;
}

/** A text and what hangs on it, each on a line of its own. */
export function joinLines(text: string, lines: readonly string[]): string {
  return [text, ...lines].filter((line) => line.trim() !== "").join("\n");
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}

/** A text with our handles for the names of old. Of several that begin alike the longest counts. */
export function withHandles(
  body: string,
  mentions: readonly ArchiveMention[],
  handleOf: (mention: ArchiveMention) => string | undefined,
): string {
  const byText = new Map(mentions.map((mention) => [mention.find, mention]));
  if (byText.size === 0) return body;
  const finds = [...byText.keys()].sort((a, b) => b.length - a.length)
    .map((find) => escapeRegExp(find) + (/\w$/.test(find) ? String.raw`(?![\w-])` : ""));
  const pattern = new RegExp(finds.join("|"), "g");
  return outsideOfCode(body, (plain) =>
    plain.replaceAll(pattern, (found) => {
      const mention = byText.get(found);
      const handle = mention === undefined ? undefined : handleOf(mention);
      return handle === undefined ? found : `@${handle}`;
    }));
}

/** A long text in pieces, cut between lines or words where there are some. */
export function splitText(text: string, length: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > length) {
    const head = rest.slice(0, length);
    const cut = [head.lastIndexOf("\n"), head.lastIndexOf(" ")].find((at) => at > length / 2);
    // Never between the halves of one sign.
    const at = cut ?? (/[\uD800-\uDBFF]$/.test(head) ? length - 1 : length);
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  if (rest.trim() !== "" || pieces.length === 0) pieces.push(rest);
  return pieces;
}
