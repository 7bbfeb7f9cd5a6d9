/** @module Statements on bots, their tokens and incoming webhooks. */
import type { Sql } from "../platform/postgres.ts";

/** What a newcomer is told. */
export function selectWelcome(sql: Sql, personId: string) {
  return sql<{ body: string }[]>`
    select w.body from private.welcome_words(${personId}::uuid) as w (body)
    where w.body is not null`;
}

/** Greets a newcomer in their first room, unless it was done. */
export function welcomePerson(sql: Sql, personId: string) {
  return sql<{ id: string | null }[]>`
    select private.welcome_person(${personId}::uuid) as id`;
}
