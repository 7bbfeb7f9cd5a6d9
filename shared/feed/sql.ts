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

/** Posts that might interest the caller. */
export function selectCandidates(sql: Sql, limit: number) {
  return sql<Candidate[]>`select * from private.feed_candidates(${limit}::int)`;
}

/** Keeps an order. */
export function insertSnapshot(sql: Sql, items: readonly SnapshotItem[]) {
  return sql<{ id: string }[]>`
    select private.save_feed_snapshot(${JSON.stringify(items)}::text::jsonb) as id`;
}

/** Whether an order is still kept. */
export function selectSnapshot(sql: Sql, id: string) {
  return sql<{ is_kept: boolean }[]>`select private.has_feed_snapshot(${id}::uuid) as is_kept`;
}

/** Places of an order after the first `offset`, those whose post the caller may see. */
export function selectSnapshotItems(sql: Sql, id: string, offset: number, limit: number) {
  return sql<{ n: number; item: SnapshotItem; post: Post }[]>`
    with page as materialized (
      select s.n, s.item, (s.item ->> 'post_id')::uuid as post_id
      from private.feed_snapshot_items(${id}::uuid, ${offset}::int, null) s
    ), visible as materialized (
      select page.n, page.item, page.post_id from page
      join public.posts p on p.id = page.post_id and p.status = 'published'
      order by page.n limit ${limit}
    )
    select visible.n, visible.item, v.post from visible
    join private.present_posts(array(select post_id from visible)) v on v.id = visible.post_id
    order by visible.n`;
}

/** One place of the plain feed: a post, or that somebody has shared it. */
export interface FollowingRow {
  readonly id: string;
  readonly created_at: string;
  readonly is_own: boolean;
  /** Who has shared the post; null for what is written by those followed. */
  readonly sharer: string | null;
  /** Stands further up already, because it was shared since. */
  readonly is_repeat: boolean;
  readonly post: Post;
}

/** What followed people and the caller wrote and shared before a moment, newest first. */
export function selectFollowing(sql: Sql, before: string, beforeId: string, limit: number) {
  return sql<FollowingRow[]>`
    with page as materialized (
      select f.* from private.feed_following(
        ${before}::timestamptz, ${beforeId}::uuid, ${limit}::int) f
    )
    select page.item_id as id, page.created_at, page.is_own, page.is_repeat, v.post,
      private.profile_summary(page.sharer_id) ->> 'handle' as sharer
    from page join private.present_posts(array(select post_id from page)) v on v.id = page.post_id
    order by page.created_at desc, page.item_id desc`;
}
