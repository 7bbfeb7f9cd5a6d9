/** @module Statements about profiles. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { PatchProfile, Profile, ProfileCard } from "./schemas.ts";

/** Reads one profile by id, handle or `me`, as the viewer may see it. */
export function selectProfile(sql: Sql, key: string) {
  return sql<{ profile: Profile | null }[]>`
    select private.present_profile(private.profile_id_of(${key})) as profile`;
}

/** Changes the viewer's own profile; whatever is not named stays. No row when it is another's. */
export function updateProfile(sql: Sql, key: string, patch: PatchProfile) {
  const { avatar_media_id: avatar } = patch;
  const links = patch.links === undefined ? null : JSON.stringify(patch.links);
  return sql<{ id: string }[]>`
    update public.profiles p set
      ${patch.handle === undefined ? sql`` : sql`handle = ${patch.handle},`}
      display_name = coalesce(${patch.display_name ?? null}, p.display_name),
      bio = coalesce(${patch.bio ?? null}, p.bio),
      links = case when ${links}::text is null then p.links
        else array(select jsonb_array_elements_text(${links}::text::jsonb)) end,
      location = coalesce(${patch.location ?? null}, p.location),
      is_private = coalesce(${patch.is_private ?? null}::boolean, p.is_private),
      avatar_media_id = case when ${avatar === undefined}::boolean then p.avatar_media_id
        else ${avatar ?? null}::uuid end
    where p.id = private.profile_id_of(${key})
    returning p.id`;
}

/** A hit with its place in the order. */
export interface FoundRow {
  readonly score: number;
  readonly id: string;
  readonly item: ProfileCard;
}

/**
 * Finds people by handle or name, best first: the very handle, then beginnings, then look-alikes.
 * `%` and `_` in the question stand for themselves.
 */
export function searchProfiles(
  sql: Sql,
  question: string,
  after: readonly CursorValue[] | undefined,
  limit: number,
) {
  const q = question.toLowerCase();
  const prefix = `${q.replace(/[\\%_]/g, "\\$&")}%`;
  return sql<FoundRow[]>`
    with hits as (
      select p.id, (
        case when p.handle = ${q} then 4000 when p.handle like ${prefix} then 3000
          when lower(p.display_name) like ${prefix} then 2000 else 0 end
        + 1000 * greatest(extensions.similarity(p.handle, ${q}),
          extensions.similarity(lower(p.display_name), ${q})))::int as score
      from public.profiles p
      where (p.handle like ${prefix} or lower(p.display_name) like ${prefix}
        or p.handle operator(extensions.%) ${q}
        or lower(p.display_name) operator(extensions.%) ${q})
        and not private.is_system_profile(p.id)
    ), page as (
      select h.id, h.score from hits h
      where ${
    after === undefined
      ? sql`true`
      : sql`(h.score, h.id) < (${after[0] as number}::int, ${after[1] as string}::uuid)`
  }
      order by h.score desc, h.id desc limit ${limit}
    )
    select page.score, page.id, private.profile_card(page.id) as item
    from page order by page.score desc, page.id desc`;
}
