/** @module What people do with posts besides writing: share, keep, follow hashtags. */
import type { Page } from "../core/cursor.ts";
import { AppError, invalidField } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type Person, type Sql, type Viewer, viewerKey } from "../platform/postgres.ts";
import { type Post, selectPostsById } from "../posts/mod.ts";
import type { FollowedHashtag, Mention } from "./schemas.ts";
import {
  deleteBookmark,
  deleteHashtagFollow,
  deleteShare,
  insertBookmark,
  insertHashtagFollow,
  insertShare,
  type PlacedPost,
  selectBookmarks,
  selectHashtagFollow,
  selectHashtagFollows,
  selectMentions,
  selectTag,
  selectTagged,
} from "./sql.ts";

/** What interactions need of the outside. */
export type InteractionsDeps = Pick<AppDeps, "db" | "cursors">;

async function requirePost(sql: Sql, id: string): Promise<Post> {
  const [row] = await selectPostsById(sql, [id]);
  if (row === undefined) throw new AppError("not-found", "The post does not exist");
  return row.post;
}

/** Does something with a post that the caller sees, and shows it as it is then. */
function actOn(
  deps: InteractionsDeps,
  viewer: Person,
  id: string,
  act: (sql: Sql, id: string) => PromiseLike<unknown>,
): Promise<Post> {
  return deps.db.asViewer(viewer, async (sql) => {
    await requirePost(sql, id);
    await act(sql, id);
    return await requirePost(sql, id);
  });
}

/** Takes something back, also from a post that the caller does not see any more. */
async function undo(
  deps: InteractionsDeps,
  viewer: Person,
  id: string,
  take: (sql: Sql, id: string) => PromiseLike<{ readonly count: number }>,
): Promise<void> {
  await deps.db.asViewer(viewer, async (sql) => {
    const taken = await take(sql, id);
    if (taken.count === 0) await requirePost(sql, id);
  });
}

/** Passes a post on to those who follow the caller. Only what everybody may see is shared. */
export function sharePost(deps: InteractionsDeps, viewer: Person, id: string): Promise<Post> {
  return actOn(deps, viewer, id, insertShare);
}

/** Takes a share back. */
export function unsharePost(deps: InteractionsDeps, viewer: Person, id: string): Promise<void> {
  return undo(deps, viewer, id, deleteShare);
}

/** Keeps a post for later. */
export function keepPost(deps: InteractionsDeps, viewer: Person, id: string): Promise<Post> {
  return actOn(deps, viewer, id, insertBookmark);
}

/** Keeps a post no longer. */
export function dropPost(deps: InteractionsDeps, viewer: Person, id: string): Promise<void> {
  return undo(deps, viewer, id, deleteBookmark);
}

function keyOf(row: PlacedPost): readonly string[] {
  return [row.at, row.id];
}

/** Lists the caller's bookmarks, the latest first. */
export async function listBookmarks(
  deps: InteractionsDeps,
  viewer: Person,
  { limit, cursor }: ListQuery,
): Promise<Page<Post>> {
  const scope = { list: "bookmarks", viewer: viewer.userId };
  const after = deps.cursors.open(scope, cursor);
  const rows = await deps.db.read(viewer, (sql) => selectBookmarks(sql, after, limit + 1));
  const page = deps.cursors.page(scope, rows, { limit, keyOf });
  return { ...page, items: page.items.map(({ post }) => post) };
}

/** Lists posts with a hashtag, newest first; of what is no hashtag there are none. */
export async function listTagged(
  deps: InteractionsDeps,
  viewer: Viewer,
  tag: string,
  { limit, cursor }: ListQuery,
): Promise<Page<Post>> {
  const scope = { list: `hashtag:${tag}`, viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, cursor);
  const rows = await deps.db.read(viewer, (sql) => selectTagged(sql, tag, after, limit + 1));
  const page = deps.cursors.page(scope, rows, { limit, keyOf });
  return { ...page, items: page.items.map(({ post }) => post) };
}

/** Follows a hashtag: posts with it come into the feed. */
export function followHashtag(
  deps: InteractionsDeps,
  viewer: Person,
  text: string,
): Promise<FollowedHashtag> {
  return deps.db.asViewer(viewer, async (sql) => {
    const [named] = await selectTag(sql, text);
    if (typeof named?.tag !== "string") throw invalidField("tag", "Not a hashtag");
    await insertHashtagFollow(sql, named.tag);
    const [followed] = await selectHashtagFollow(sql, named.tag);
    if (followed === undefined) throw new Error("A followed hashtag was not kept");
    return followed;
  });
}

/** Follows a hashtag no longer. */
export async function unfollowHashtag(
  deps: InteractionsDeps,
  viewer: Person,
  tag: string,
): Promise<void> {
  await deps.db.asViewer(viewer, (sql) => deleteHashtagFollow(sql, tag));
}

/** Lists the hashtags that the caller follows, the latest first. */
export async function listHashtags(
  deps: InteractionsDeps,
  viewer: Person,
  { limit, cursor }: ListQuery,
): Promise<Page<FollowedHashtag>> {
  const scope = { list: "followed-hashtags", viewer: viewer.userId };
  const after = deps.cursors.open(scope, cursor);
  const rows = await deps.db.read(viewer, (sql) => selectHashtagFollows(sql, after, limit + 1));
  return deps.cursors.page(scope, rows, { limit, keyOf: (row) => [row.followed_at, row.tag] });
}

/** Lists posts and messages that mention the caller, newest first. */
export async function listMentions(
  deps: InteractionsDeps,
  viewer: Person,
  { limit, cursor }: ListQuery,
): Promise<Page<Mention>> {
  const scope = { list: "mentions", viewer: viewer.userId };
  const after = deps.cursors.open(scope, cursor);
  const rows = await deps.db.read(viewer, (sql) => selectMentions(sql, after, limit + 1));
  const page = deps.cursors.page(scope, rows, {
    limit,
    keyOf: (row) => [row.created_at, row.id],
  });
  return { ...page, items: page.items.map(({ id: _, ...mention }) => mention) };
}
