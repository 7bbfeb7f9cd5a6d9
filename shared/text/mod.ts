/**
 * @module Texts: Markdown as safe HTML, language, and what a text names. Owns no table; posts,
 * messages and stories prepare their texts here, in the transaction that writes them.
 */
export { emojiOf, outsideOfCode, plainText, slackMarkdown, withEmoji } from "./foreign_rules.ts";
export { textRoutes } from "./routes.ts";
export { type Entity, renderMarkdown } from "./markdown.ts";
export { isNaming, prepareText, previewText, readText } from "./service.ts";
export { setPrepared } from "./sql.ts";
