/** @module Feeds: the ranked one, kept in snapshots for stable scrolling, and the plain one. */
import type { Page } from "../core/cursor.ts";
import { AppError } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Person } from "../platform/postgres.ts";
import { describeReason, rank, reasonCodeFor } from "./rules.ts";
import type { FeedItem, FeedReason } from "./schemas.ts";
import {
  type FollowingRow,
  insertSnapshot,
  selectCandidates,
  selectFollowing,
  selectSnapshot,
  selectSnapshotItems,
} from "./sql.ts";

/** What feeds need of the outside. */
export type FeedDeps = Pick<AppDeps, "db" | "cursors" | "newId" | "now">;

/** Candidates that are ranked, and places that one order holds. */
const CANDIDATES_MAX = 400;
const SNAPSHOT_MAX = 300;
/** Comes after every post: where the plain feed begins. */
const NEWEST = { time: "infinity", id: "ffffffff-ffff-ffff-ffff-ffffffffffff" } as const;

/** Makes a new order and keeps it. */
async function buildSnapshot(deps: FeedDeps, viewer: Person): Promise<string> {
  return await deps.db.asViewer(viewer, async (sql) => {
    const ranked = rank(await selectCandidates(sql, CANDIDATES_MAX), deps.now(), SNAPSHOT_MAX);
    const [kept] = await insertSnapshot(
      sql,
      ranked.map((candidate) => ({
        impression_id: deps.newId(),
        post_id: candidate.post_id,
        score: candidate.score,
        code: reasonCodeFor(candidate),
      })),
    );
    if (kept === undefined) throw new Error("A snapshot was not kept");
    return kept.id;
  });
}

async function requireSnapshot(deps: FeedDeps, viewer: Person, id: string): Promise<string> {
  const [found] = await deps.db.read(viewer, (sql) => selectSnapshot(sql, id));
  if (found?.is_kept === true) return id;
  throw new AppError("malformed-request", "The cursor has expired: begin with a new first page");
}

/**
 * Reads the ranked feed. The first page makes an order; the cursor walks that same order, whatever
 * is written meanwhile. What has become invisible since is left out.
 */
export async function readFeed(
  deps: FeedDeps,
  viewer: Person,
  query: ListQuery,
): Promise<Page<FeedItem>> {
  const scope = { list: "feed", viewer: viewer.userId };
  const after = deps.cursors.open(scope, query.cursor);
  const offset = Number(after?.[1] ?? 0);
  const snapshot = after === undefined
    ? await buildSnapshot(deps, viewer)
    : await requireSnapshot(deps, viewer, String(after[0]));
  const rows = await deps.db.read(
    viewer,
    (sql) => selectSnapshotItems(sql, snapshot, offset, query.limit + 1),
  );
  const page = deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [snapshot, row.n],
  });
  return {
    ...page,
    items: page.items.map(({ item, post }) => ({
      impression_id: item.impression_id,
      post,
      score: item.score,
      reason: describeReason(item.code, post.author.handle),
    })),
  };
}

function describeFollowing({ is_own, sharer, post }: FollowingRow): FeedReason {
  if (sharer !== null) return describeReason("shared", sharer);
  return describeReason(is_own ? "own" : "following", post.author.handle);
}

/**
 * Reads what followed people and the reader wrote and shared, newest first. The score is the time.
 * Of a post that several have shared the newest place counts; the others are left out.
 */
export async function readFollowing(
  deps: FeedDeps,
  viewer: Person,
  query: ListQuery,
): Promise<Page<FeedItem>> {
  const scope = { list: "feed/following", viewer: viewer.userId };
  const [time, id] = deps.cursors.open(scope, query.cursor) ?? [NEWEST.time, NEWEST.id];
  const rows = await deps.db.read(
    viewer,
    (sql) => selectFollowing(sql, String(time), String(id), query.limit + 1),
  );
  const page = deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [row.created_at, row.id],
  });
  return {
    ...page,
    items: page.items.filter(({ is_repeat }) => !is_repeat).map((row) => ({
      impression_id: deps.newId(),
      post: row.post,
      score: Date.parse(row.created_at),
      reason: describeFollowing(row),
    })),
  };
}
