/** @module Texts of other systems as Markdown of ours: code, names, emoji, Slack's markup. Pure. */
import { nameToEmoji } from "gemoji";

const SKIN_TONES = ["", "", "🏻", "🏼", "🏽", "🏾", "🏿"];
const SHORT_NAME = /:([a-z0-9_+-]{1,60})(?:::skin-tone-([2-6]))?:/g;
/** Code, where nothing is a name: fences and spans. */
const CODE = /(```[\s\S]*?(?:```|$)|`[^`\n]*`)/;
const ENTITIES: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const USER_FORM = /<@([A-Z0-9]+)(?:\|[^<>]*)?>/g;
const CHANNEL_FORM = /<#[A-Z0-9]+\|([^<>]*)>/g;
const CALL_FORM = /<!(here|channel|everyone)(?:\|[^<>]*)?>/g;
const OTHER_FORM = /<![^<>|]*\|([^<>]*)>/g;
const LINK_FORM = /(<(?:https?|mailto):[^\s|<>]+(?:\|[^<>\n]*)?>)/;
const BOLD = /(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])/g;
const STRUCK = /(?<![\w~])~([^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])/g;

/** The emoji of a short name (`thumbsup`, `wave::skin-tone-3`); nothing for others. */
export function emojiOf(name: string): string | undefined {
  const [short = "", tone = ""] = name.split("::skin-tone-");
  const emoji = nameToEmoji[short];
  return emoji === undefined ? undefined : `${emoji}${SKIN_TONES[Number(tone)] ?? ""}`;
}

/** Changes a text but for its code, which may be changed in another way. */
export function outsideOfCode(
  text: string,
  change: (plain: string) => string,
  changeCode: (code: string) => string = (code) => code,
): string {
  return text.split(CODE).map((piece, n) => n % 2 === 1 ? changeCode(piece) : change(piece))
    .join("");
}

/** Code that was fenced within a line as a block of its own, as Markdown wants it. */
function fencedBlock(code: string): string {
  if (!code.startsWith("```")) return code;
  const inner = code.replace(/^```\n?/, "").replace(/\n?```$/, "");
  return `\n\`\`\`\n${inner}\n\`\`\`\n`;
}

/** A text with emoji for their short names. */
export function withEmoji(text: string): string {
  return text.replaceAll(
    SHORT_NAME,
    (all, name: string, tone?: string) =>
      emojiOf(tone === undefined ? name : `${name}::skin-tone-${tone}`) ?? all,
  );
}

/** A text that stands in Markdown as it is. */
export function plainText(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>~|]/g, String.raw`\$&`);
}

function markdownOf(plain: string): string {
  return withEmoji(
    plain.replaceAll(CHANNEL_FORM, "#$1").replaceAll(CALL_FORM, "@$1")
      .replaceAll(USER_FORM, "<@$1>").replaceAll(OTHER_FORM, "$1")
      .replaceAll(BOLD, "**$1**").replaceAll(STRUCK, "~~$1~~"),
  );
}

function linkOf(form: string): string {
  const [url = "", name = ""] = form.slice(1, -1).split("|");
  return name === "" ? url : `[${plainText(name)}](<${url}>)`;
}

/** Slack's markup as Markdown. Who is named stays `<@…>`: the ids are those of another place. */
export function slackMarkdown(text: string): string {
  return outsideOfCode(
    text,
    (plain) =>
      plain.split(LINK_FORM).map((piece, n) => n % 2 === 1 ? linkOf(piece) : markdownOf(piece))
        .join(""),
    fencedBlock,
  ).trim().replaceAll(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}
