/** @module Statements about suggestions whom to follow. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { Suggestion } from "./suggestion_schemas.ts";

/** A suggestion with its place in the order. */
export interface SuggestionRow {
  readonly id: string;
  readonly score: number;
  readonly item: Suggestion;
}

/** People whom the caller might follow, best first. */
export function selectSuggestions(
  sql: Sql,
  after: readonly CursorValue[] | undefined,
  limit: number,
) {
  const [score = null, id = null] = after ?? [];
  return sql<SuggestionRow[]>`
    select s.id, s.score, s.item
    from private.suggest_people(${score}::real, ${id}::uuid, ${limit}::int) s`;
}

/** Dismisses a person whom the caller may see; no row when there is none. */
export function insertDismissal(sql: Sql, id: string) {
  return sql<{ person_id: string }[]>`
    with person as (
      select p.id from public.profiles p where p.id = ${id} and p.id <> (select auth.uid())
    ), dismissed as (
      insert into private.dismissed_suggestions (person_id) select person.id from person
      on conflict do nothing
    )
    select person.id as person_id from person`;
}
