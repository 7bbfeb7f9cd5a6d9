/** @module Statements of comments. They run as the caller: policies say what is there. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { CommentSort, Post } from "./schemas.ts";

/** A comment with its place among the answers to its parent. */
export interface CommentRow {
  readonly id: string;
  readonly parent_id: string;
  /** What the order goes by, as text. */
  readonly key: string;
  readonly post: Post;
}

function order(sql: Sql, sort: CommentSort) {
  switch (sort) {
    case "best":
      return sql`r.rank desc, r.post_id desc`;
    case "newest":
      return sql`p.created_at desc, p.id desc`;
    case "oldest":
      return sql`p.created_at, p.id`;
  }
}

function past(sql: Sql, sort: CommentSort, after: readonly CursorValue[] | undefined) {
  if (after === undefined) return sql``;
  const [key, id] = after.map(String);
  switch (sort) {
    case "best":
      return sql`and (r.rank, r.post_id) < (${key ?? null}::float8, ${id ?? null}::uuid)`;
    case "newest":
      return sql`and (p.created_at, p.id) < (${key ?? null}::timestamptz, ${id ?? null}::uuid)`;
    case "oldest":
      return sql`and (p.created_at, p.id) > (${key ?? null}::timestamptz, ${id ?? null}::uuid)`;
  }
}

/** A post as it is shown: of a deleted one, while answers that the caller sees hang on it. */
export function selectShown(sql: Sql, id: string) {
  return sql<{ id: string }[]>`
    select p.id from public.posts p
    where p.id = ${id} and (p.deleted_at is null or private.has_visible_answer(p.id))`;
}

/**
 * Direct answers to each of some posts, in order, so many of each. What is left of a deleted one
 * keeps its place while something that the caller sees hangs below.
 */
export function selectAnswers(
  sql: Sql,
  parentIds: readonly string[],
  sort: CommentSort,
  limit: number,
  after?: readonly CursorValue[],
) {
  const [source, parent, key] = sort === "best"
    ? [
      sql`private.comment_ranks r join public.posts p on p.id = r.post_id`,
      sql`r.parent_id`,
      sql`r.rank`,
    ]
    : [sql`public.posts p`, sql`p.parent_id`, sql`p.created_at`];
  return sql<CommentRow[]>`
    with page as materialized (
      select a.id, b.id as parent_id, a.key, b.n, a.m
      from unnest(${[...parentIds]}::uuid[]) with ordinality as b (id, n)
      cross join lateral (
        select p.id, ${key}::text as key, row_number() over (order by ${order(sql, sort)}) as m
        from ${source}
        where ${parent} = b.id and (p.deleted_at is null or private.has_visible_answer(p.id))
          ${past(sql, sort, after)}
        order by ${order(sql, sort)} limit ${limit}) a
    )
    select page.id, page.parent_id, page.key, v.post
    from page join private.present_posts(array(select id from page)) v on v.id = page.id
    order by page.n, page.m`;
}
