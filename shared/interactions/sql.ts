/** @module Statements of interactions. They run as the caller: policies say what is there. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { Post } from "../posts/mod.ts";
import type { FollowedHashtag, Mention } from "./schemas.ts";

/** A post with its place in a list. */
export interface PlacedPost {
  readonly at: string;
  readonly id: string;
  readonly post: Post;
}

/** Where a list goes on. */
type After = readonly CursorValue[] | undefined;

function before(sql: Sql, time: ReturnType<Sql>, id: ReturnType<Sql>, after: After) {
  if (after === undefined) return sql``;
  return sql`and (${time}, ${id}) <
    (${String(after[0])}::timestamptz, ${String(after[1])}::uuid)`;
}

/** Shares a post, once. */
export function insertShare(sql: Sql, postId: string) {
  return sql`insert into public.shares (post_id) values (${postId})
    on conflict (post_id, profile_id) do nothing`;
}

/** Takes a share back. */
export function deleteShare(sql: Sql, postId: string) {
  return sql`delete from public.shares s
    where s.post_id = ${postId} and s.profile_id = (select auth.uid())`;
}

/** Keeps a post for later. */
export function insertBookmark(sql: Sql, postId: string) {
  return sql`insert into public.bookmarks (post_id) values (${postId})
    on conflict (profile_id, post_id) do nothing`;
}

/** Keeps a post no longer. */
export function deleteBookmark(sql: Sql, postId: string) {
  return sql`delete from public.bookmarks b
    where b.post_id = ${postId} and b.profile_id = (select auth.uid())`;
}

/** The caller's bookmarks of posts that they still see, the latest first. */
export function selectBookmarks(sql: Sql, after: After, limit: number) {
  return sql<PlacedPost[]>`
    with page as materialized (
      select b.created_at as at, b.post_id as id from public.bookmarks b
      join public.posts p on p.id = b.post_id and p.status = 'published' and p.deleted_at is null
      where b.profile_id = (select auth.uid())
        ${before(sql, sql`b.created_at`, sql`b.post_id`, after)}
      order by b.created_at desc, b.post_id desc limit ${limit}
    )
    select page.at, page.id, v.post
    from page join private.present_posts(array(select id from page)) v on v.id = page.id
    order by page.at desc, page.id desc`;
}

/** A hashtag as posts have it, or null. */
export function selectTag(sql: Sql, text: string) {
  return sql<{ tag: string | null }[]>`select private.hashtag_of(${text}) as tag`;
}

/** Posts with a hashtag, newest first. */
export function selectTagged(sql: Sql, tag: string, after: After, limit: number) {
  return sql<PlacedPost[]>`
    with page as materialized (
      select h.created_at as at, h.post_id as id from public.post_hashtags h
      join public.posts p on p.id = h.post_id and p.parent_id is null and p.status = 'published'
        and p.deleted_at is null
      where h.tag = private.hashtag_of(${tag})
        ${before(sql, sql`h.created_at`, sql`h.post_id`, after)}
      order by h.created_at desc, h.post_id desc limit ${limit}
    )
    select page.at, page.id, v.post
    from page join private.present_posts(array(select id from page)) v on v.id = page.id
    order by page.at desc, page.id desc`;
}

/** Follows a hashtag. */
export function insertHashtagFollow(sql: Sql, tag: string) {
  return sql`insert into private.hashtag_follows (tag) values (${tag})
    on conflict (profile_id, tag) do nothing`;
}

/** Reads one hashtag that the caller follows. */
export function selectHashtagFollow(sql: Sql, tag: string) {
  return sql<FollowedHashtag[]>`
    select f.tag, f.created_at as followed_at from private.hashtag_follows f
    where f.profile_id = (select auth.uid()) and f.tag = private.hashtag_of(${tag})`;
}

/** Follows a hashtag no longer. */
export function deleteHashtagFollow(sql: Sql, tag: string) {
  return sql`delete from private.hashtag_follows f
    where f.profile_id = (select auth.uid()) and f.tag = private.hashtag_of(${tag})`;
}

/** Hashtags that the caller follows, the latest first. */
export function selectHashtagFollows(sql: Sql, after: After, limit: number) {
  return sql<FollowedHashtag[]>`
    select f.tag, f.created_at as followed_at from private.hashtag_follows f
    where f.profile_id = (select auth.uid()) ${
    after === undefined ? sql`` : sql`and (f.created_at < ${String(after[0])}::timestamptz
        or (f.created_at = ${String(after[0])}::timestamptz and f.tag > ${String(after[1])}))`
  }
    order by f.created_at desc, f.tag limit ${limit}`;
}

/** What mentions the caller, with its place in the list. */
export type MentionRow = Mention & { readonly id: string };

/** Posts and messages by others that mention the caller, newest first. */
export function selectMentions(sql: Sql, after: After, limit: number) {
  return sql<MentionRow[]>`
    with page as materialized (
      select * from (
        (select 'post' as type, m.post_id as id, m.created_at from public.post_mentions m
          join public.posts p on p.id = m.post_id and p.status = 'published'
            and p.deleted_at is null and p.author_id <> m.profile_id
          where m.profile_id = (select auth.uid())
            ${before(sql, sql`m.created_at`, sql`m.post_id`, after)}
          order by m.created_at desc, m.post_id desc limit ${limit})
        union all
        (select 'message', m.message_id, m.created_at from public.message_mentions m
          join public.messages p on p.id = m.message_id and p.status = 'published'
            and p.deleted_at is null and p.author_id <> m.profile_id
            and p.room_id not in (select private.my_set_aside_room_ids())
          where m.profile_id = (select auth.uid())
            ${before(sql, sql`m.created_at`, sql`m.message_id`, after)}
          order by m.created_at desc, m.message_id desc limit ${limit})
      ) named order by named.created_at desc, named.id desc limit ${limit}
    )
    select page.type, page.id, page.created_at, p.post, m.message from page
    left join private.present_posts(
      array(select id from page where type = 'post')) p on p.id = page.id
    left join private.present_messages(
      array(select id from page where type = 'message')) m on m.id = page.id
    order by page.created_at desc, page.id desc`;
}
