/** @module What people do with posts: read, write, change, delete, answer, react. */
import type { Page } from "../core/cursor.ts";
import { AppError, invalidField } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type Person, type Sql, type Viewer, viewerKey } from "../platform/postgres.ts";
import { prepareText, readText, setPrepared } from "../text/mod.ts";
import {
  type NewPost,
  type Post,
  type PostChanges,
  type PostsQuery,
  type ReactionKind,
  type ReactionState,
} from "./schemas.ts";
import {
  deletePost,
  deleteReaction,
  insertPost,
  type PostRow,
  type PostState,
  selectPersonId,
  selectPost,
  selectPosts,
  selectReactionState,
  selectState,
  updatePost,
  upsertReaction,
} from "./sql.ts";

/** What posts need of the outside. */
export type PostsDeps = Pick<AppDeps, "db" | "cursors" | "newId">;

/** What is not there, and what the viewer does not see: the two look the same. */
export function absent(): AppError {
  return new AppError("not-found", "The post does not exist");
}

function keyOf(row: PostRow): readonly string[] {
  return [row.created_at, row.id];
}

function postsOf(page: Page<PostRow>): Page<Post> {
  return { ...page, items: page.items.map(({ post }) => post) };
}

/** Lists top-level posts that the viewer may see, newest first. */
export async function listPosts(
  deps: PostsDeps,
  viewer: Viewer,
  query: PostsQuery,
): Promise<Page<Post>> {
  const { limit, cursor, ...filter } = query;
  const scope = { list: `posts:${JSON.stringify(filter)}`, viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, cursor);
  const rows = await deps.db.read(viewer, (sql) => selectPosts(sql, filter, after, limit + 1));
  return postsOf(deps.cursors.page(scope, rows, { limit, keyOf }));
}

/** Lists the posts of one person, named by id or handle. */
export async function listPostsOf(
  deps: PostsDeps,
  viewer: Viewer,
  idOrHandle: string,
  query: ListQuery,
): Promise<Page<Post>> {
  const named = idOrHandle === "me" ? viewerKey(viewer) : idOrHandle;
  const [person] = await deps.db.read(viewer, (sql) => selectPersonId(sql, named));
  if (person === undefined) throw new AppError("not-found", "The person does not exist");
  return await listPosts(deps, viewer, { ...query, author: person.id });
}

/** Reads one post. */
export async function readPost(deps: PostsDeps, viewer: Viewer, id: string): Promise<Post> {
  const [row] = await deps.db.read(viewer, (sql) => selectPost(sql, id));
  if (row === undefined) throw absent();
  return row.post;
}

/** Reads back what was just written. */
export async function presentWritten(sql: Sql, id: string): Promise<Post> {
  const [row] = await selectPost(sql, id);
  if (row === undefined) throw absent();
  return row.post;
}

function shownBesides(input: Pick<NewPost, "content_warning" | "poll">): string[] {
  return [input.content_warning ?? "", ...input.poll?.options ?? []];
}

/**
 * Writes a post or, with `parent_id`, a comment. When the client made the id and has sent it
 * before, the post that is there is the answer.
 */
export async function createPost(deps: PostsDeps, viewer: Person, input: NewPost): Promise<Post> {
  if (input.draft === true && input.publish_at !== undefined) {
    throw invalidField("publish_at", "A draft has no time; leave one of the two out");
  }
  const id = input.id ?? deps.newId();
  const text = await readText(deps, viewer, input.body ?? "", shownBesides(input));
  const [, [made], [row]] = await deps.db.write(viewer, (sql) => [
    setPrepared(sql, text),
    insertPost(sql, id, input),
    selectPost(sql, id),
  ]);
  if (made === undefined) {
    const [state] = await deps.db.read(viewer, (sql) => selectState(sql, id));
    if (state?.is_own !== true || state.is_deleted) {
      throw new AppError("conflict", "This id is taken");
    }
  }
  if (row === undefined) throw absent();
  return row.post;
}

/** Writes a post together with what else the author writes in one transaction. */
export async function writePost(sql: Sql, id: string, input: NewPost): Promise<Post> {
  await prepareText(sql, input.body ?? "", shownBesides(input));
  const [made] = await insertPost(sql, id, input);
  if (made === undefined) throw new AppError("conflict", "This id is taken");
  return await presentWritten(sql, id);
}

/** Asserts that the caller sees the post, and that it is their own. */
export async function requireOwn(sql: Sql, id: string): Promise<PostState> {
  const [state] = await selectState(sql, id);
  if (state === undefined || state.is_deleted) throw absent();
  if (!state.is_own) throw new AppError("not-permitted", "This is somebody else's post");
  return state;
}

/** Changes one's own post. */
export function changePost(
  deps: PostsDeps,
  viewer: Person,
  id: string,
  changes: PostChanges,
): Promise<Post> {
  return deps.db.asViewer(viewer, async (sql) => {
    const state = await requireOwn(sql, id);
    const { body = state.body, content_warning = state.content_warning } = changes;
    const options = changes.poll === undefined ? state.poll_options : changes.poll?.options ?? [];
    await prepareText(sql, body, [content_warning ?? "", ...options]);
    const [changed] = await updatePost(sql, id, changes);
    if (changed === undefined) {
      throw new AppError("not-permitted", "A removed post cannot be changed");
    }
    return await presentWritten(sql, id);
  });
}

/** Deletes one's own post. */
export function removePost(deps: PostsDeps, viewer: Person, id: string): Promise<void> {
  return deps.db.asViewer(viewer, async (sql) => {
    await requireOwn(sql, id);
    await deletePost(sql, id);
  });
}

/** Asserts of what was asked first that the caller sees the post, and that it is published. */
function requirePublished(state: PostState | undefined): void {
  if (state === undefined || state.is_deleted || state.status !== "published") throw absent();
}

/** Sets one's reaction, in place of an earlier one. */
export async function react(
  deps: PostsDeps,
  viewer: Person,
  postId: string,
  kind: ReactionKind,
): Promise<ReactionState> {
  const [[before], , [after]] = await deps.db.write(viewer, (sql) => [
    selectState(sql, postId),
    upsertReaction(sql, postId, kind),
    selectReactionState(sql, postId),
  ]);
  requirePublished(before);
  if (after === undefined) throw absent();
  return after;
}

/** Takes back one's reaction; only that kind, when one is named. */
export async function unreact(
  deps: PostsDeps,
  viewer: Person,
  postId: string,
  kind?: ReactionKind,
): Promise<void> {
  const [[before]] = await deps.db.write(viewer, (sql) => [
    selectState(sql, postId),
    deleteReaction(sql, postId, kind),
  ]);
  requirePublished(before);
}
