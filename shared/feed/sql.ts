/** @module Statements of feeds. */
import type { Sql } from "../platform/postgres.ts";
import type { Post } from "../posts/mod.ts";
import type { Candidate } from "./rules.ts";
import type { FeedReason } from "./schemas.ts";

/** One place of an order that was made. */
export interface SnapshotItem {
  readonly impression_id: string;
  readonly post_id: string;
  readonly score: number;
  readonly code: FeedReason["code"];
}

/** A place of an order with what stands there. */
export interface PlaceRow {
  readonly snapshot_id: string;
  readonly n: number;
  readonly item: SnapshotItem;
  readonly post: Post;
}

/** Where in a list by time a reader is. */
export interface Place {
  readonly time: string;
  readonly id: string;
}

/** A place of a list by time: a post, or that somebody has shared it. */
export interface TimedRow {
  readonly id: string;
  readonly created_at: string;
  readonly source: Candidate["source"];
  /** Who has shared the post; null where its author's writing it is what counts. */
  readonly sharer: string | null;
  /** Stands further up already, because it was shared since. */
  readonly is_repeat: boolean;
  readonly post: Post;
}

/** Posts that might interest the caller. */
export function selectCandidates(sql: Sql, limit: number) {
  return sql<Candidate[]>`select * from private.feed_candidates(${limit}::int)`;
}

/** Hashtags of what the caller lately responded to. */
export function selectInterests(sql: Sql) {
  return sql<{ tag: string; points: number }[]>`select * from private.feed_interests()`;
}

/** Keeps an order. */
export function insertSnapshot(
  sql: Sql,
  id: string,
  algorithm: string,
  items: readonly SnapshotItem[],
) {
  return sql`select private.save_feed_snapshot(${id}::uuid, ${algorithm},
    ${JSON.stringify(items)}::text::jsonb)`;
}

/** Whether an order is still kept. */
export function selectSnapshot(sql: Sql, id: string) {
  return sql<{ is_kept: boolean }[]>`select private.has_feed_snapshot(${id}::uuid) as is_kept`;
}

function selectPlaces(
  sql: Sql,
  snapshot: ReturnType<Sql>,
  offset: number,
  limit: number,
) {
  // By its ordinality the planner knows that places come in order, and by "offset 0" that posts are
  // looked up one by one: so no more is read than the page takes.
  return sql<PlaceRow[]>`
    with visible as materialized (
      select s.snapshot_id, s.n, s.item, p.id as post_id
      from private.feed_snapshot_items((select ${snapshot}), ${offset}::int, null)
        with ordinality as s (snapshot_id, n, item, place)
      cross join lateral (select p.id from public.posts p
        where p.id = (s.item ->> 'post_id')::uuid and p.status = 'published'
          and p.deleted_at is null and p.author_id not in (select private.feed_skipped_ids())
          and p.id not in (select private.feed_hidden_post_ids())
        offset 0) p
      order by s.place limit ${limit}
    )
    select visible.snapshot_id, visible.n, visible.item, v.post from visible
    join private.present_posts(array(select post_id from visible)) v on v.id = visible.post_id
    order by visible.n`;
}

/** Places of an order after the first `offset`: those that the caller may and wants to see. */
export function selectSnapshotItems(sql: Sql, id: string, offset: number, limit: number) {
  return selectPlaces(sql, sql`${id}::uuid`, offset, limit);
}

/** The first places of the caller's newest order, if it still holds. */
export function selectFreshItems(sql: Sql, seconds: number, algorithm: string, limit: number) {
  return selectPlaces(
    sql,
    sql`private.fresh_feed_snapshot(${seconds}::int, ${algorithm})`,
    0,
    limit,
  );
}

/** What followed people and the caller wrote and shared before a moment, newest first. */
export function selectFollowing(sql: Sql, before: Place, limit: number) {
  return sql<TimedRow[]>`
    with page as materialized (
      select f.* from private.feed_following(
        ${before.time}::timestamptz, ${before.id}::uuid, ${limit}::int) f
    )
    select page.item_id as id, page.created_at,
      case when page.is_own then 'own' else 'following' end as source, page.is_repeat, v.post,
      private.profile_summary(page.sharer_id) ->> 'handle' as sharer
    from page join private.present_posts(array(select post_id from page)) v on v.id = page.post_id
    order by page.created_at desc, page.item_id desc`;
}

/** What they wrote with what others wrote in public; either side may be left out. */
export function selectNewest(
  sql: Sql,
  before: Place,
  limit: number,
  sides: { readonly followed: boolean; readonly others: boolean },
) {
  return sql<TimedRow[]>`
    with page as materialized (
      select f.* from private.feed_newest(${before.time}::timestamptz, ${before.id}::uuid,
        ${limit}::int, ${sides.followed}::boolean, ${sides.others}::boolean) f
    )
    select page.post_id as id, page.created_at, page.source, false as is_repeat, v.post,
      null as sharer
    from page join private.present_posts(array(select post_id from page)) v on v.id = page.post_id
    order by page.created_at desc, page.post_id desc`;
}

/** Tells the next followers of somebody who posted or shared. */
export function tellFeeds(
  sql: Sql,
  next: { post: string; actor: string; after: string | null; limit: number },
) {
  return sql`select private.tell_feeds(${next.post}::uuid, ${next.actor}::uuid,
    ${next.after}::uuid, ${next.limit}::int)`;
}
