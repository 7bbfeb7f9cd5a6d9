/** @module Comments below a post, a page of each branch. */
import { invalidField } from "../core/errors.ts";
import { type Viewer, viewerKey } from "../platform/postgres.ts";
import { type CommentRow, selectAnswers, selectShown } from "./comment_sql.ts";
import type { Comment, CommentBranch, CommentSort, CommentsQuery } from "./schemas.ts";
import { absent, type PostsDeps } from "./service.ts";

/** Answers of each branch that are sent along, one number for each level below the first. */
const BRANCH_WIDTHS = [3, 2, 1] as const;
/** Comments of the first level when answers below them are sent along: 400 in all at most. */
const NESTED_LIMIT_MAX = 25;

interface Thread {
  readonly deps: PostsDeps;
  readonly viewer: Viewer;
  readonly sort: CommentSort;
}

/** Whoever asks for a branch alone goes on with the cursor that came with its first answers. */
function scopeOf({ viewer, sort }: Thread, parentId: string) {
  return { list: `comments:${parentId}:${sort}`, viewer: viewerKey(viewer) };
}

function branchOf(
  thread: Thread,
  parentId: string,
  rows: readonly CommentRow[],
  limit: number,
): CommentBranch {
  const page = thread.deps.cursors.page(scopeOf(thread, parentId), rows, {
    limit,
    keyOf: (row) => [row.key, row.id],
  });
  return { ...page, items: page.items.map(({ post }) => post) };
}

async function addAnswers(
  thread: Thread,
  comments: readonly Comment[],
  widths: readonly number[],
): Promise<Comment[]> {
  const [width, ...deeper] = widths;
  if (width === undefined || comments.length === 0) return [...comments];
  const ids = comments.map(({ id }) => id);
  const rows = await thread.deps.db.read(
    thread.viewer,
    (sql) => selectAnswers(sql, ids, thread.sort, width + 1),
  );
  const byParent = Map.groupBy(rows, (row) => row.parent_id);
  const branches = ids.map((id) => branchOf(thread, id, byParent.get(id) ?? [], width));
  const below = await addAnswers(thread, branches.flatMap(({ items }) => items), deeper);
  let from = 0;
  return comments.map((comment, at) => {
    const { items = [], next_cursor = null } = branches[at] ?? {};
    const replies = { items: below.slice(from, from + items.length), next_cursor };
    from += items.length;
    return { ...comment, replies };
  });
}

/** Lists the answers to a post; with a depth, the first answers to each along with it. */
export async function listComments(
  deps: PostsDeps,
  viewer: Viewer,
  postId: string,
  query: CommentsQuery,
): Promise<CommentBranch> {
  const { sort, depth, limit } = query;
  if (depth > 1 && limit > NESTED_LIMIT_MAX) {
    throw invalidField("limit", `At most ${NESTED_LIMIT_MAX} with a depth of more than 1`);
  }
  const thread = { deps, viewer, sort };
  const after = deps.cursors.open(scopeOf(thread, postId), query.cursor);
  const [[post], rows] = await deps.db.readAll(viewer, (sql) => [
    selectShown(sql, postId),
    selectAnswers(sql, [postId], sort, limit + 1, after),
  ]);
  if (post === undefined) throw absent();
  const page = branchOf(thread, postId, rows, limit);
  const items = await addAnswers(thread, page.items, BRANCH_WIDTHS.slice(0, depth - 1));
  return { ...page, items };
}
