/** @module What happens to a post: it is published, voted on, and was other than it is. */
import type { Page } from "../core/cursor.ts";
import { AppError } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import { type Person, type Viewer, viewerKey } from "../platform/postgres.ts";
import { prepareText } from "../text/mod.ts";
import type { Post, PostVersion } from "./schemas.ts";
import { absent, type PostsDeps, presentWritten, readPost, requireOwn } from "./service.ts";
import { insertVote, publishPost, selectVersions } from "./sql.ts";

/** Publishes a draft or scheduled post of one's own. */
export function publishNow(deps: PostsDeps, viewer: Person, id: string): Promise<Post> {
  return deps.db.asViewer(viewer, async (sql) => {
    const state = await requireOwn(sql, id);
    if (state.status !== "draft" && state.status !== "scheduled") {
      throw new AppError("conflict", "The post is published already");
    }
    await prepareText(sql, state.body, [state.content_warning ?? "", ...state.poll_options]);
    const [published] = await publishPost(sql, id);
    if (published === undefined) throw absent();
    return await presentWritten(sql, id);
  });
}

/** Votes in a poll. A vote is for good. */
export function vote(
  deps: PostsDeps,
  viewer: Person,
  postId: string,
  options: readonly number[],
): Promise<Post> {
  return deps.db.asViewer(viewer, async (sql) => {
    const [voted] = await insertVote(sql, postId, options);
    if (voted === undefined) throw new AppError("conflict", "You have voted already");
    return await presentWritten(sql, postId);
  });
}

/** Lists earlier texts of a post to whoever sees it. */
export async function listVersions(
  deps: PostsDeps,
  viewer: Viewer,
  postId: string,
  query: ListQuery,
): Promise<Page<PostVersion>> {
  const scope = { list: `versions:${postId}`, viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, query.cursor);
  await readPost(deps, viewer, postId);
  const rows = await deps.db.read(
    viewer,
    (sql) => selectVersions(sql, postId, after, query.limit + 1),
  );
  const page = deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [row.edited_at, row.id],
  });
  return { ...page, items: page.items.map(({ id: _id, ...version }) => version) };
}
