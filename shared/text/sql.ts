/** @module Statements of texts. */
import type { Sql } from "../platform/postgres.ts";
import type { Entity } from "./markdown.ts";

/** What a text names, with the people behind its mentions, as far as the caller sees them. */
export function selectEntities(sql: Sql, body: string) {
  return sql<{ entities: Entity[] }[]>`select private.entities_of(${body}) as entities`;
}

/** A text with everything that was found out about it. */
export interface PreparedText {
  readonly body: string;
  readonly body_html: string;
  readonly lang: string | null;
  /** As the tables keep them: whom a mention means is looked up when it is read. */
  readonly entities: readonly Omit<Entity, "user_id">[];
  readonly status: "published" | "held";
}

/** Tells the tables what was made of a text, for the statement that follows. */
export function setPrepared(sql: Sql, { body, status, ...rendered }: PreparedText) {
  return sql`
    select set_config('townsquare.verdict', ${status}, true),
      set_config('townsquare.text',
        (${JSON.stringify(rendered)}::text::jsonb || jsonb_build_object('md5', md5(${body})))::text,
        true)`;
}
