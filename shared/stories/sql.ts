/** @module Statements of stories. Row-level security leaves what the caller may see. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { NewStory, Story, StoryViewer } from "./schemas.ts";

/** A story and its place in a list. */
export interface StoryRow {
  readonly id: string;
  readonly at: string;
  readonly story: Story;
}

/** A viewer and their place in the list. */
export interface ViewerRow {
  readonly id: string;
  readonly viewed_at: string;
  readonly viewer: StoryViewer;
}

/** A story in a list that tells the unseen from the seen. */
export interface TrayRow extends StoryRow {
  /** 1 for what the caller had seen when the list began, else 0. */
  readonly seen: number;
  readonly began_at: string;
}

/** Where a list goes on. */
type After = readonly CursorValue[] | undefined;

/** Whose stories belong into the list of the caller. */
function inTray(sql: Sql) {
  return sql`(s.author_id = any (array(
        select f.followee_id from public.follows f where f.follower_id = (select auth.uid())
        union all select (select auth.uid())))
      or s.id = any (array(select l.story_id from private.story_audiences l
        where l.audience_id in (select private.my_audience_ids()))))
    and not exists (select from public.mutes m
      where m.muter_id = (select auth.uid()) and m.muted_id = s.author_id)`;
}

/**
 * Stories that have not expired: of one author, newest first; or the caller's own and those of
 * people whom they follow, or on whose list they are, and have not muted, the unseen before the
 * seen. What is seen while pages are turned stays where it was, so that no page repeats it.
 */
export function selectStories(sql: Sql, author: string | undefined, after: After, limit: number) {
  const [seen, at, id, began] = after ?? [];
  const beganAt = began === undefined ? sql`now()` : sql`${String(began)}::timestamptz`;
  const isSeen = author === undefined
    ? sql`s.id in (select v.story_id from public.story_views v
        where v.viewer_id = (select auth.uid()) and v.viewed_at <= ${beganAt})`
    : sql`false`;
  const goesOn = after === undefined ? sql`` : sql`where (tray.seen > ${Number(seen)}
    or (tray.seen = ${Number(seen)} and (tray.created_at, tray.id) <
      (${String(at)}::timestamptz, ${String(id)}::uuid)))`;
  return sql<TrayRow[]>`
    with tray as (
      select s.id, s.created_at, (${isSeen})::int as seen from public.stories s
      where s.expires_at > now() and s.status = 'published'
        and ${author === undefined ? inTray(sql) : sql`s.author_id = ${author}`}
    ), page as materialized (
      select * from tray ${goesOn} order by seen, created_at desc, id desc limit ${limit}
    )
    select page.id, page.created_at as at, page.seen, ${beganAt} as began_at, v.story
    from page join private.present_stories(array(select id from page)) v on v.id = page.id
    order by page.seen, page.created_at desc, page.id desc`;
}

/** What a person keeps on their profile, the latest kept first. */
export function selectHighlights(sql: Sql, author: string, after: After, limit: number) {
  return sql<StoryRow[]>`
    with page as materialized (
      select s.id, s.highlighted_at from public.stories s
      where s.author_id = ${author} and s.highlighted_at is not null and s.status = 'published'
        ${
    after === undefined ? sql`` : sql`and (s.highlighted_at, s.id) <
          (${String(after[0])}::timestamptz, ${String(after[1])}::uuid)`
  }
      order by s.highlighted_at desc, s.id desc limit ${limit}
    )
    select page.id, page.highlighted_at as at, v.story
    from page join private.present_stories(array(select id from page)) v on v.id = page.id
    order by page.highlighted_at desc, page.id desc`;
}

/** One story. */
export function selectStory(sql: Sql, id: string) {
  return sql<{ story: Story }[]>`
    select v.story from private.present_stories(array[${id}]::uuid[]) v`;
}

/** Makes a story. No row comes back when the id is taken. */
export function insertStory(sql: Sql, id: string, story: NewStory) {
  return sql<{ id: string }[]>`
    insert into public.stories (id, media_id, text, audience_id)
    values (${id}, ${story.media_id ?? null}, ${story.text ?? null}, ${story.audience_id ?? null})
    on conflict (id) do nothing returning id`;
}

/** Deletes a story of the caller's own. */
export function deleteStory(sql: Sql, id: string) {
  return sql<{ id: string }[]>`delete from public.stories s where s.id = ${id} returning s.id`;
}

/** Notes that the caller has seen a story; authors are not noted, and nobody twice. */
export function insertView(sql: Sql, id: string) {
  return sql`
    insert into public.story_views (story_id)
    select s.id from public.stories s where s.id = ${id} and s.author_id <> (select auth.uid())
    on conflict do nothing`;
}

/** Who has seen a story, the latest first. */
export function selectViewers(sql: Sql, id: string, after: After, limit: number) {
  return sql<ViewerRow[]>`
    select page.viewer_id as id, page.viewed_at,
      private.profile_summary(page.viewer_id)
        || jsonb_build_object('viewed_at', page.viewed_at) as viewer
    from (
      select v.viewer_id, v.viewed_at from public.story_views v
      where v.story_id = ${id}
        ${
    after === undefined ? sql`` : sql`and (v.viewed_at, v.viewer_id) <
          (${String(after[0])}::timestamptz, ${String(after[1])}::uuid)`
  }
      order by v.viewed_at desc, v.viewer_id desc limit ${limit}) page
    order by page.viewed_at desc, page.viewer_id desc`;
}

/** Keeps a story on the caller's profile, or keeps it no more. */
export function highlightStory(sql: Sql, id: string, keep: boolean) {
  return sql`select private.highlight_story(${id}::uuid, ${keep})`;
}

/** Id of a person that the caller sees, by id or handle. */
export function selectPersonId(sql: Sql, key: string) {
  return sql<{ id: string }[]>`
    select p.id from public.profiles p where p.id = private.profile_id_of(${key})`;
}

/** Removes stories that expired a day ago. */
export function sweepStories(sql: Sql, limit: number) {
  return sql<{ swept: number }[]>`select private.sweep_stories(${limit}::int) as swept`;
}
