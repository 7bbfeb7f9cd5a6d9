/** @module Statements of link previews. */
import type { Sql } from "../platform/postgres.ts";
import type { LinkPreview } from "./rules.ts";

/** What has a text with a link. */
export type PreviewedType = "post" | "message";

/** The link that a text wants a card for, and what is known of it. */
export interface PreviewWork {
  readonly url: string;
  readonly is_known: boolean;
}

/** Whether a text wants a card, and which; nothing when it has the right one. */
export async function selectWork(
  sql: Sql,
  type: PreviewedType,
  id: string,
): Promise<PreviewWork | undefined> {
  const [row] = await sql<{ work: PreviewWork | null }[]>`
    select private.preview_work(${type}, ${id}::uuid) as work`;
  return row?.work ?? undefined;
}

/** Has a job of its own fetch the card of a text's link. */
export function requestPreview(sql: Sql, type: PreviewedType, id: string) {
  return sql`select private.emit('preview.due', ${id}::uuid, null,
    ${JSON.stringify({ type })}::text::jsonb)`;
}

/** Keeps what a page said, or that it said nothing. */
export function keepPreview(sql: Sql, url: string, preview: LinkPreview | undefined) {
  return sql`select private.keep_preview(${url}, ${
    preview === undefined ? null : JSON.stringify(preview)
  }::text::jsonb)`;
}

/** Shows the card that is kept of its link on a post or message. */
export function attachPreview(sql: Sql, type: PreviewedType, id: string, url: string) {
  return sql`select private.attach_preview(${type}, ${id}::uuid, ${url})`;
}
