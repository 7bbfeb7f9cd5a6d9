/** @module Statements of announcements and spotlights. Row-level security says who may what. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { Announcement, NewAnnouncement, Spotlight } from "./schemas.ts";

/** A spotlight and its place in the list. */
export interface SpotlightRow {
  readonly id: string;
  readonly created_at: string;
  readonly spotlight: Spotlight;
}

type After = readonly CursorValue[] | undefined;

/** What is announced now, newest first, without what the caller has dismissed; or one of them. */
export function selectAnnouncements(
  sql: Sql,
  filter: { id?: string; dismissals: boolean; after?: After; limit: number },
) {
  const { id, dismissals, after, limit } = filter;
  return sql<Announcement[]>`
    select a.id, a.title, a.body, a.body_html, a.created_at, a.expires_at
    from private.announcements a
    where ${id === undefined ? sql`true` : sql`a.id = ${id}`}
      ${
    dismissals
      ? sql`and not exists (select from private.announcement_dismissals d
          where d.announcement_id = a.id and d.profile_id = (select auth.uid()))`
      : sql``
  }
      ${
    after === undefined ? sql`` : sql`and (a.created_at, a.id) <
        (${String(after[0])}::timestamptz, ${String(after[1])}::uuid)`
  }
    order by a.created_at desc, a.id desc limit ${limit}`;
}

/** Announces something. */
export function insertAnnouncement(
  sql: Sql,
  id: string,
  { title, body, ...rest }: NewAnnouncement,
) {
  return sql`
    insert into private.announcements (id, title, body, expires_at)
    values (${id}, ${title}, ${body}, ${rest.expires_at ?? null})`;
}

/** Withdraws an announcement; no row when there is none. */
export function deleteAnnouncement(sql: Sql, id: string) {
  return sql<{ id: string }[]>`
    delete from private.announcements a where a.id = ${id} returning a.id`;
}

/** Notes that the caller does not want to see an announcement any more. */
export function insertDismissal(sql: Sql, id: string) {
  return sql`
    insert into private.announcement_dismissals (announcement_id)
    select a.id from private.announcements a where a.id = ${id} on conflict do nothing`;
}

/** Tells the next people of an announcement. */
export function tellAnnouncement(sql: Sql, id: string, limit: number) {
  return sql`select private.tell_announcement(${id}::uuid, ${limit}::int)`;
}

/** Takes the next notifications of a withdrawn announcement back. */
export function untellAnnouncement(sql: Sql, id: string, limit: number) {
  return sql`select private.untell_announcement(${id}::uuid, ${limit}::int)`;
}

/** Posts that are put forward and that the caller sees, the latest first; one of them by id. */
export function selectSpotlights(sql: Sql, filter: { id?: string; after?: After; limit: number }) {
  const { id, after, limit } = filter;
  return sql<SpotlightRow[]>`
    with page as materialized (
      select s.post_id as id, s.created_at, s.until from private.spotlights s
      where ${id === undefined ? sql`true` : sql`s.post_id = ${id}`}
        ${
    after === undefined ? sql`` : sql`and (s.created_at, s.post_id) <
          (${String(after[0])}::timestamptz, ${String(after[1])}::uuid)`
  }
      order by s.created_at desc, s.post_id desc limit ${limit}
    )
    select page.id, page.created_at,
      jsonb_build_object('post', v.post, 'until', page.until) as spotlight
    from page join private.present_posts(array(select id from page)) v on v.id = page.id
    order by page.created_at desc, page.id desc`;
}

/** Puts a post forward, or changes until when it is. */
export function upsertSpotlight(sql: Sql, id: string, until: string) {
  return sql`
    insert into private.spotlights as s (post_id, until) values (${id}, ${until})
    on conflict (post_id) do update set until = excluded.until`;
}

/** Ends that a post is put forward; no row when it is not. */
export function deleteSpotlight(sql: Sql, id: string) {
  return sql<{ id: string }[]>`
    delete from private.spotlights s where s.post_id = ${id} returning s.post_id as id`;
}
