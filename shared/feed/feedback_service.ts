/** @module Feedback on feeds: giving it, seeing what was said, taking it back. */
import type { Page } from "../core/cursor.ts";
import { AppError, invalidField } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import { dismissSuggestion } from "../graph/mod.ts";
import type { Person, Sql } from "../platform/postgres.ts";
import { describeEffect, type FeedbackKind } from "./feedback_rules.ts";
import type { Feedback, GiveFeedback } from "./feedback_schemas.ts";
import {
  deleteFeedback,
  type FeedbackPost,
  type FeedbackRow,
  insertFeedback,
  selectFeedback,
  selectFeedbackPost,
  selectSaid,
} from "./feedback_sql.ts";
import type { FeedDeps } from "./service.ts";

function present(row: FeedbackRow, now: Date): Feedback {
  const { author_id: _, ...shown } = row;
  return { ...shown, topics: [...row.topics], effect: describeEffect(row, now) };
}

/** What of the post's hashtags is meant. */
function topicsOf(kind: FeedbackKind, post: FeedbackPost, topic: string | undefined): string[] {
  if (kind === "less_like_this") return [...post.hashtags];
  if (kind !== "not_interested_topic") return [];
  const meant = topic === undefined ? [...post.hashtags] : [topic];
  if (meant.length === 0 || !meant.every((tag) => post.hashtags.includes(tag))) {
    throw invalidField("topic", "The post has no such hashtag");
  }
  return meant;
}

/** Keeps what a person says of a post; what they said before is answered as it is. */
export async function giveFeedback(
  deps: FeedDeps,
  viewer: Person,
  { kind, impression_id, post_id, topic }: GiveFeedback,
): Promise<{ feedback: Feedback; isNew: boolean }> {
  const id = impression_id ?? post_id ?? "";
  return await deps.db.asViewer(viewer, async (sql) => {
    const [post] = await selectFeedbackPost(sql, id);
    if (post === undefined) throw new AppError("not-found", "There is no such post");
    if (post.author_id === viewer.userId) throw invalidField("post_id", "It is your own");
    const topics = topicsOf(kind, post, topic);
    const kept = await insertFeedback(sql, kind, post, topics);
    const [row] = await selectSaid(sql, kind, post, topics);
    if (row === undefined) throw new Error("Feedback was not kept");
    return { feedback: present(row, deps.now()), isNew: kept.length > 0 };
  });
}

/** Lists what the viewer has said, newest first. */
export async function listFeedback(
  deps: FeedDeps,
  viewer: Person,
  query: ListQuery,
): Promise<Page<Feedback>> {
  const scope = { list: "feed/feedback", viewer: viewer.userId };
  const after = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.read(viewer, (sql) => selectFeedback(sql, after, query.limit + 1));
  const page = deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [row.created_at, row.id],
  });
  return { ...page, items: page.items.map((row) => present(row, deps.now())) };
}

/** Takes back what was said. */
export async function withdrawFeedback(deps: FeedDeps, viewer: Person, id: string) {
  const gone = await deps.db.asViewer(viewer, (sql) => deleteFeedback(sql, id));
  if (gone.length === 0) throw new AppError("not-found", "You have said no such thing");
}

async function hidePost(sql: Sql, viewer: Person, id: string): Promise<boolean> {
  const [post] = await selectFeedbackPost(sql, id);
  if (post === undefined || post.author_id === viewer.userId) return false;
  await insertFeedback(sql, "hide_post", post, []);
  return true;
}

/** Has a recommendation shown no more: a post by its impression or itself, or a person. */
export async function dismissRecommendation(deps: FeedDeps, viewer: Person, id: string) {
  const wasPost = await deps.db.asViewer(viewer, (sql) => hidePost(sql, viewer, id));
  if (!wasPost) await dismissSuggestion(deps, viewer, id);
  return { id, dismissed: true as const };
}
