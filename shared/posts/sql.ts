/** @module Statements of posts. They run as the caller: row-level security says what is there. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type {
  NewPost,
  Post,
  PostChanges,
  PostsQuery,
  PostVersion,
  ReactionKind,
} from "./schemas.ts";

/** A post with the columns that lists are ordered by. */
export interface PostRow {
  readonly id: string;
  readonly created_at: string;
  readonly post: Post;
}

/** What is asked before a post is changed. */
export interface PostState {
  readonly is_own: boolean;
  readonly status: Post["status"];
  readonly is_deleted: boolean;
  readonly body: string;
  /** What is shown besides the text: a warning, options of a poll. */
  readonly content_warning: string | null;
  readonly poll_options: readonly string[];
}

/** Where a list goes on. */
type After = readonly CursorValue[] | undefined;

function olderThan(sql: Sql, after: After) {
  if (after === undefined) return sql``;
  const [time, id] = after;
  return sql`and (p.created_at, p.id) < (${String(time)}::timestamptz, ${String(id)}::uuid)`;
}

/** Top-level posts, newest first. */
export function selectPosts(
  sql: Sql,
  filter: Omit<PostsQuery, "limit" | "cursor">,
  after: After,
  limit: number,
) {
  const { author, hashtag, room_id, status = "published" } = filter;
  // Written out, since the index holds published posts only and a parameter might be anything.
  const state = status === "published" ? sql`'published'` : sql`${status}`;
  return sql<PostRow[]>`
    with page as materialized (
      select p.id, p.created_at from public.posts p
      where p.parent_id is null and p.deleted_at is null and p.status = ${state}
        ${author === undefined ? sql`` : sql`and p.author_id = ${author}`}
        ${room_id === undefined ? sql`` : sql`and p.room_id = ${room_id}`}
        ${
    hashtag === undefined ? sql`` : sql`and exists (select from public.post_hashtags h
          where h.post_id = p.id and h.tag = private.hashtag_of(${hashtag}))`
  }
        ${olderThan(sql, after)}
      order by p.created_at desc, p.id desc limit ${limit}
    )
    select page.id, page.created_at, v.post
    from page join private.present_posts(array(select id from page)) v on v.id = page.id
    order by page.created_at desc, page.id desc`;
}

/** One post; of a deleted one what is left, while answers that the caller sees hang on it. */
export function selectPost(sql: Sql, id: string) {
  return sql<{ post: Post }[]>`
    select v.post from private.present_posts(array[${id}]::uuid[]) v
    where v.post ->> 'body' is not null or private.has_visible_answer(v.id)`;
}

/** Posts by id, those that the caller sees. */
export function selectPostsById(sql: Sql, ids: readonly string[]) {
  return sql<{ id: string; post: Post }[]>`
    select v.id, v.post from private.present_posts(${[...ids]}::uuid[]) v
    where v.post ->> 'status' = 'published'`;
}

/** What is asked before a post is changed. */
export function selectState(sql: Sql, id: string) {
  return sql<PostState[]>`
    select p.author_id = (select auth.uid()) as is_own, p.status,
      p.deleted_at is not null as is_deleted, p.body, p.content_warning,
      array(select jsonb_array_elements_text(p.poll -> 'options')) as poll_options
    from public.posts p where p.id = ${id}`;
}

/** Writes a post. No row comes back when the id is taken. */
export function insertPost(sql: Sql, id: string, post: NewPost) {
  return sql<{ id: string }[]>`
    insert into public.posts
      (id, body, visibility, parent_id, quoted_id, room_id, media_ids, sensitive, audience_id,
        content_warning, reply_control, quote_control, poll, publish_at)
    values (${id}, ${post.body ?? ""},
      ${post.visibility ?? (post.room_id === undefined ? "public" : "room")},
      ${post.parent_id ?? null}, ${post.quoted_id ?? null}, ${post.room_id ?? null},
      ${post.media_ids ?? []}::uuid[], ${post.sensitive ?? false}, ${post.audience_id ?? null},
      ${post.content_warning ?? null}, ${post.reply_control ?? "everyone"},
      ${post.quote_control ?? "everyone"}, ${json(post.poll)}::text::jsonb,
      ${post.draft === true ? "infinity" : post.publish_at ?? null})
    on conflict (id) do nothing returning id`;
}

/** Changes a post of the caller's own: the fields that are named. */
export function updatePost(sql: Sql, id: string, changes: PostChanges) {
  const { body, poll, media_ids, ...columns } = changes;
  const named = Object.keys(columns).length > 0;
  return sql<{ id: string }[]>`
    ${named ? sql`update public.posts set ${sql(columns)},` : sql`update public.posts set`}
      body = coalesce(${body ?? null}, body)
      ${poll === undefined ? sql`` : sql`, poll = ${json(poll)}::text::jsonb`}
      ${media_ids === undefined ? sql`` : sql`, media_ids = ${media_ids}::uuid[]`}
    where id = ${id} returning id`;
}

function json(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}

/** Publishes a draft or scheduled post of the caller's own, as a time that has come does. */
export function publishPost(sql: Sql, id: string) {
  return sql<{ id: string }[]>`
    update public.posts set publish_at = now() where id = ${id} returning id`;
}

/** Votes as the caller. No row comes back when they have voted before. */
export function insertVote(sql: Sql, postId: string, options: readonly number[]) {
  return sql<{ post_id: string }[]>`
    insert into private.poll_votes (post_id, options)
    values (${postId}, ${[...options]}::smallint[])
    on conflict (post_id, profile_id) do nothing returning post_id`;
}

/** An earlier text with its place in the list. */
export interface VersionRow extends PostVersion {
  readonly id: string;
}

/** Earlier texts of a post, the last one first. */
export function selectVersions(sql: Sql, postId: string, after: After, limit: number) {
  return sql<VersionRow[]>`
    select v.id, v.body, v.edited_at, private.profile_summary(p.author_id) as edited_by
    from private.post_versions v join public.posts p on p.id = v.post_id
    where v.post_id = ${postId} ${
    after === undefined ? sql`` : sql`and (v.edited_at, v.id) <
        (${String(after[0])}::timestamptz, ${String(after[1])}::uuid)`
  }
    order by v.edited_at desc, v.id desc limit ${limit}`;
}

/** Deletes a post of the caller's own. One with answers leaves its place empty. */
export function deletePost(sql: Sql, id: string) {
  return sql`delete from public.posts p where p.id = ${id}`;
}

/** Sets what the caller feels about a published post that they see; nothing about another. */
export function upsertReaction(sql: Sql, postId: string, kind: ReactionKind) {
  return sql`
    insert into public.post_reactions as r (post_id, kind)
    select p.id, ${kind} from public.posts p
    where p.id = ${postId} and p.status = 'published' and p.deleted_at is null
    on conflict (post_id, profile_id) do update set kind = excluded.kind
    where r.kind <> excluded.kind`;
}

/** Takes back what the caller feels about a post; only that kind, when one is named. */
export function deleteReaction(sql: Sql, postId: string, kind?: ReactionKind) {
  return sql`
    delete from public.post_reactions r
    where r.post_id = ${postId} and r.profile_id = (select auth.uid())
      and exists (select from public.posts p
        where p.id = r.post_id and p.status = 'published' and p.deleted_at is null)
      ${kind === undefined ? sql`` : sql`and r.kind = ${kind}`}`;
}

/** Reactions to a post. */
export function selectReactionState(sql: Sql, id: string) {
  return sql<{ reactions: Post["reactions"]; viewer: Post["viewer"] }[]>`
    select private.post_reaction_list(private.post_counts(p.id)) as reactions,
      private.post_viewer(p.id) || private.post_rights(p) as viewer
    from public.posts p where p.id = ${id}`;
}

/** Id of a person that the caller sees, by id or handle. */
export function selectPersonId(sql: Sql, idOrHandle: string) {
  return sql<{ id: string }[]>`
    select p.id from public.profiles p
    where p.id::text = ${idOrHandle.toLowerCase()} or p.handle = ${idOrHandle.toLowerCase()}
    limit 1`;
}

/** Counts views, as far as they count. */
export function countViews(sql: Sql, views: readonly { viewer: string; post: string }[]) {
  return sql`
    select private.count_views(${views.map(({ viewer }) => viewer)}::uuid[],
      ${views.map(({ post }) => post)}::uuid[])`;
}

/** Takes a post that is due and acts as its author from then on; undefined when none is. */
export async function beginPublication(sql: Sql): Promise<string | undefined> {
  const [row] = await sql<{ id: string | null }[]>`select private.begin_publication() as id`;
  return row?.id ?? undefined;
}

/** Makes a scheduled post a draft again. */
export async function giveUpPublication(sql: Sql, id: string): Promise<void> {
  await sql`select private.give_up_publication(${id}::uuid)`;
}

/** Tells of polls that have closed. */
export async function closePolls(sql: Sql, limit: number): Promise<void> {
  await sql`select private.close_polls(${limit})`;
}
