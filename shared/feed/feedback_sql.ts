/** @module Statements about feedback on feeds. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { ProfileSummary } from "../profiles/mod.ts";
import type { FeedbackEntry, FeedbackKind } from "./feedback_rules.ts";

/** A row as it is listed. */
export type FeedbackRow = FeedbackEntry & {
  readonly id: string;
  readonly author: ProfileSummary | null;
};

/** What feedback is about. */
export interface FeedbackPost {
  readonly id: string;
  readonly author_id: string;
  readonly hashtags: readonly string[];
}

/** Everything that the viewer has said. */
export function selectEntries(sql: Sql) {
  return sql<FeedbackEntry[]>`
    select e.kind, e.post_id, e.author_id, e.topics, e.created_at from private.feed_feedback e
    where e.profile_id = (select auth.uid())`;
}

/** The post of that impression, or with that id, if the viewer may see it. */
export function selectFeedbackPost(sql: Sql, id: string) {
  return sql<FeedbackPost[]>`
    select p.id, p.author_id, p.hashtags from public.posts p
    where p.id = coalesce(private.impression_post(${id}::uuid), ${id}::uuid)
      and p.status = 'published' and p.deleted_at is null`;
}

/** Keeps what was said; no row when it was said before. */
export function insertFeedback(sql: Sql, kind: FeedbackKind, post: FeedbackPost, topics: string[]) {
  const aboutPost = kind === "less_like_this" || kind === "hide_post";
  const aboutAuthor = kind === "less_like_this" || kind === "not_interested_author";
  return sql<{ id: string }[]>`
    insert into private.feed_feedback (kind, post_id, author_id, topics)
    values (${kind}, ${aboutPost ? post.id : null}::uuid,
      ${aboutAuthor ? post.author_id : null}::uuid, ${topics}::text[])
    on conflict on constraint feed_feedback_said_once do nothing
    returning id`;
}

function listed(sql: Sql) {
  return sql`
  select e.id, e.kind, e.post_id, e.author_id, e.topics, e.created_at,
    case when e.author_id is not null then private.profile_summary(e.author_id) end as author
  from private.feed_feedback e`;
}

/** The row that says this. */
export function selectSaid(sql: Sql, kind: FeedbackKind, post: FeedbackPost, topics: string[]) {
  return sql<FeedbackRow[]>`
    ${listed(sql)}
    where e.profile_id = (select auth.uid()) and e.kind = ${kind} and e.topics = ${topics}::text[]
      and (e.post_id is null or e.post_id = ${post.id})
      and (e.author_id is null or e.author_id = ${post.author_id})
    order by e.id desc limit 1`;
}

/** What the viewer has said, newest first. */
export function selectFeedback(
  sql: Sql,
  after: readonly CursorValue[] | undefined,
  limit: number,
) {
  const [createdAt = null, id = null] = after ?? [];
  return sql<FeedbackRow[]>`
    ${listed(sql)}
    where e.profile_id = (select auth.uid())
      ${after === undefined ? sql`` : sql`and (e.created_at, e.id) < (${createdAt}, ${id})`}
    order by e.created_at desc, e.id desc limit ${limit}`;
}

/** Takes back what was said; no row when there is none. */
export function deleteFeedback(sql: Sql, id: string) {
  return sql<{ id: string }[]>`
    delete from private.feed_feedback e
    where e.id = ${id} and e.profile_id = (select auth.uid()) returning e.id`;
}
