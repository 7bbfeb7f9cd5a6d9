/** @module Statements of search. */
import type { Sql } from "../platform/postgres.ts";
import type { SearchDocument } from "./documents.ts";
import type { Candidate } from "./rules.ts";
import type { SearchType } from "./schemas.ts";

/** What the database is asked for. */
export interface CandidatesQuery {
  readonly types: readonly SearchType[];
  readonly words: readonly string[];
  readonly any: boolean;
  readonly limit: number;
}

/** Names what may be a hit. */
export function selectCandidates(sql: Sql, { types, words, any, limit }: CandidatesQuery) {
  return sql<Candidate[]>`
    select t.type, c.id, c.score
    from unnest(${[...types]}::text[]) t (type)
    cross join lateral private.search_candidates(
      t.type, ${[...words]}::text[], ${any}, ${limit}) c`;
}

/** Ids by type. */
export type IdsByType = Readonly<Record<SearchType, readonly string[]>>;

/** The ids among those given that the caller may see. Policies decide. */
export function selectVisible(sql: Sql, ids: IdsByType, hasRooms: boolean) {
  return sql<{ id: string }[]>`
    select p.id from public.profiles p where p.id = any (${[...ids.users]}::uuid[])
    union all
    select p.id from public.posts p
    where p.id = any (${[...ids.posts]}::uuid[]) and p.status = 'published'
      and p.deleted_at is null
    ${
    hasRooms
      ? sql`union all
        select r.id from public.rooms r
        where r.id = any (${[...ids.rooms]}::uuid[]) and r.kind <> 'direct'`
      : sql``
  }`;
}

/** A hit as the caller may see it. */
export interface ShownRow {
  readonly id: string;
  readonly item: Readonly<Record<string, unknown>>;
}

/** People as the caller sees them. */
export function selectUsers(sql: Sql, ids: readonly string[]) {
  return sql<ShownRow[]>`
    select p.id, private.profile_card(p.id) as item
    from public.profiles p where p.id = any (${[...ids]}::uuid[])`;
}

/** Rooms as the caller sees them. */
export function selectRooms(sql: Sql, ids: readonly string[]) {
  return sql<ShownRow[]>`
    select s.id, s.room as item from private.present_rooms(${[...ids]}::uuid[]) s`;
}

/** Posts as the caller sees them. */
export function selectPosts(sql: Sql, ids: readonly string[]) {
  return sql<ShownRow[]>`
    select s.id, s.post as item from private.present_posts(${[...ids]}::uuid[]) s`;
}

/** Waits until nobody else copies the same row: the last to read it is the last to write. */
export async function lockSubject(sql: Sql, id: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`search:${id}`}, 0))`;
}

/** Ids of a type after a place in their order, whether they may be found or not. */
export function selectIds(sql: Sql, type: SearchType, after: string | null, limit: number) {
  const table = { users: "profiles", rooms: "rooms", posts: "posts" }[type];
  return sql<{ id: string }[]>`select t.id from public.${sql.unsafe(table)} t
    where ${after}::uuid is null or t.id > ${after}::uuid order by t.id limit ${limit}`;
}

/** Goes on with making an index anew, in a job of its own. */
export async function emitRebuild(
  sql: Sql,
  run: string,
  page: { type: SearchType; after: string },
): Promise<void> {
  await sql`select private.emit('search.rebuild', ${run}, null,
    ${JSON.stringify(page)}::text::jsonb)`;
}

/** The rows as they are now, those that may be found at all. */
export function selectDocuments(sql: Sql, type: SearchType, ids: readonly string[]) {
  switch (type) {
    case "users":
      return sql<SearchDocument[]>`
        select p.id, p.handle, p.display_name from public.profiles p
        where p.id = any (${[...ids]}::uuid[]) and not private.is_hidden(p.id)
          and not private.is_system_profile(p.id)
          and not exists (select from private.imported_profiles i where i.profile_id = p.id)`;
    case "rooms":
      return sql<SearchDocument[]>`
        select r.id, r.name, r.description from public.rooms r
        where r.id = any (${[...ids]}::uuid[]) and r.kind <> 'direct'`;
    case "posts":
      return sql<SearchDocument[]>`
        select p.id, p.body from public.posts p
        where p.id = any (${[...ids]}::uuid[]) and p.status = 'published' and p.deleted_at is null`;
  }
}
