/** @module What other systems send to webhooks, as it is meant. */

/** `<https://a.example|name>` and `<https://a.example>`, as Slack writes links. */
const LINK = /<((?:https?|mailto):[^\s|<>]+)(?:\|([^<>\n]*))?>/g;
const ENTITIES: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** A name within a link of Markdown: what would end it is escaped. */
function nameOf(name: string): string {
  return name.replaceAll(/[\\[\]]/g, String.raw`\$&`);
}

/** A text in Slack's form as Markdown. Texts without that form stay as they are. */
export function markdownOf(text: string): string {
  return text
    .replaceAll(
      LINK,
      (_all, url: string, name?: string) => name ? `[${nameOf(name)}](<${url}>)` : url,
    )
    .replaceAll(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}
