/** @module Statements about lists of people. Row-level security leaves the caller's own. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { Audience } from "./audience_schemas.ts";
import type { ListRow } from "./sql.ts";

type After = readonly CursorValue[] | undefined;

/** Lists of the caller, newest first; one of them when an id is given. */
export function selectAudiences(sql: Sql, filter: { id?: string; after?: After; limit: number }) {
  const { id, after, limit } = filter;
  return sql<Audience[]>`
    select a.id, a.name, a.created_at, (
      select count(*)::int from private.audience_members m
      join public.profiles p on p.id = m.profile_id
      where m.audience_id = a.id) as members_count
    from private.audiences a
    where ${id === undefined ? sql`true` : sql`a.id = ${id}`}
      and ${
    after === undefined ? sql`true` : sql`(a.created_at, a.id) <
        (${after[0] as string}::timestamptz, ${after[1] as string}::uuid)`
  }
    order by a.created_at desc, a.id desc limit ${limit}`;
}

/** Makes a list. */
export function insertAudience(sql: Sql, id: string, name: string) {
  return sql`insert into private.audiences (id, name) values (${id}, ${name})`;
}

/** Renames a list; no row when the caller has none of that id. */
export function updateAudience(sql: Sql, id: string, name: string) {
  return sql<{ id: string }[]>`
    update private.audiences a set name = ${name} where a.id = ${id} returning a.id`;
}

/** Drops a list; no row when the caller has none of that id. */
export function deleteAudience(sql: Sql, id: string) {
  return sql<{ id: string }[]>`delete from private.audiences a where a.id = ${id} returning a.id`;
}

/** Puts a person on a list. */
export function insertMember(sql: Sql, audience: string, person: string) {
  return sql`
    insert into private.audience_members (audience_id, profile_id)
    values (${audience}, ${person}) on conflict do nothing`;
}

/** Takes a person off a list. */
export function deleteMember(sql: Sql, audience: string, person: string) {
  return sql`
    delete from private.audience_members m
    where m.audience_id = ${audience} and m.profile_id = ${person}`;
}

/** People on a list, the latest first. */
export function selectMembers(sql: Sql, audience: string, after: After, limit: number) {
  return sql<ListRow[]>`
    with page as materialized (
      select m.created_at as at, m.profile_id as id
      from private.audience_members m join public.profiles p on p.id = m.profile_id
      where m.audience_id = ${audience} and ${
    after === undefined ? sql`true` : sql`(m.created_at, m.profile_id) <
        (${after[0] as string}::timestamptz, ${after[1] as string}::uuid)`
  }
      order by m.created_at desc, m.profile_id desc limit ${limit}
    )
    select page.at, page.id, private.profile_card(page.id) as item
    from page order by page.at desc, page.id desc`;
}
