/** @module Feeds: the ranked one, kept in snapshots for stable scrolling, and those by time. */
import type { CursorScope, CursorValue, Page } from "../core/cursor.ts";
import { AppError } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Person, Sql } from "../platform/postgres.ts";
import { completePreference, type FeedPreference, selectPreference } from "../settings/mod.ts";
import { arrange } from "./arrange_rules.ts";
import { feedbackFactors } from "./feedback_rules.ts";
import { selectEntries } from "./feedback_sql.ts";
import { describeReason, rank } from "./rules.ts";
import type { FeedItem, FeedReason } from "./schemas.ts";
import {
  insertSnapshot,
  type Place,
  type PlaceRow,
  selectCandidates,
  selectFollowing,
  selectFreshItems,
  selectInterests,
  selectNewest,
  selectSnapshot,
  selectSnapshotItems,
  type TimedRow,
} from "./sql.ts";

/** What feeds need of the outside. */
export type FeedDeps = Pick<
  AppDeps,
  "config" | "db" | "cursors" | "newId" | "now" | "metrics"
>;

/** Candidates that are ranked, and places that one order holds. */
const CANDIDATES_MAX = 400;
const SNAPSHOT_MAX = 300;
/** Comes after every post: where lists by time begin. */
const NEWEST: Place = { time: "infinity", id: "ffffffff-ffff-ffff-ffff-ffffffffffff" };
/** Begins cursors of the feed by time; others begin with the id of an order. */
const BY_TIME = "newest";

type PreferenceRows = readonly Awaited<ReturnType<typeof selectPreference>>[number][];

function completed(deps: FeedDeps, [row]: PreferenceRows): FeedPreference {
  return completePreference(row?.feed ?? {}, deps.config.env.RECOMMENDATION_ALGO);
}

async function preferenceOf(deps: FeedDeps, sql: Sql): Promise<FeedPreference> {
  return completed(deps, await selectPreference(sql));
}

/** Counts a page by what ordered it. */
function countPage(deps: FeedDeps, algorithm: string, page: Page<FeedItem>): Page<FeedItem> {
  deps.metrics.count("social_feed_requests_total", [algorithm]);
  return page;
}

/** Counts a page of a ranked feed, and what it puts before somebody. */
function countRanked(deps: FeedDeps, algorithm: string, page: Page<FeedItem>): Page<FeedItem> {
  deps.metrics.count("social_recommendation_impressions_total", [], page.items.length);
  return countPage(deps, algorithm, page);
}

/** Ranks what there is, keeps the order, and reads its first page. */
async function buildPage(
  deps: FeedDeps,
  sql: Sql,
  preference: FeedPreference,
  limit: number,
): Promise<readonly PlaceRow[]> {
  const [candidates, interests, entries] = await Promise.all([
    selectCandidates(sql, CANDIDATES_MAX),
    selectInterests(sql),
    selectEntries(sql),
  ]);
  const now = deps.now();
  const ranked = rank(candidates, now, {
    preference,
    interests: new Map(interests.map(({ tag, points }) => [tag, points])),
    feedback: feedbackFactors(entries, now),
  });
  const id = deps.newId();
  const items = arrange(ranked, preference.mix, SNAPSHOT_MAX).map(({ post_id, score, code }) => ({
    impression_id: deps.newId(),
    post_id,
    score,
    code,
  }));
  const [, rows] = await Promise.all([
    insertSnapshot(sql, id, deps.config.env.RECOMMENDATION_ALGO, items),
    selectSnapshotItems(sql, id, 0, limit),
  ]);
  return rows;
}

/** Places of an order, and the algorithm that their reader prefers. */
interface Places {
  readonly rows: readonly PlaceRow[];
  readonly algorithm: string;
}

/** Reads further places of an order. */
async function readOn(
  deps: FeedDeps,
  viewer: Person,
  after: readonly CursorValue[],
  limit: number,
): Promise<Places> {
  const [id, offset] = [String(after[0]), Number(after[1])];
  const [rows, preferred] = await deps.db.readAll(
    viewer,
    (sql) => [selectSnapshotItems(sql, id, offset, limit), selectPreference(sql)],
  );
  const places = { rows, algorithm: completed(deps, preferred).algorithm };
  if (rows.length > 0) return places;
  const [found] = await deps.db.read(viewer, (sql) => selectSnapshot(sql, id));
  if (found?.is_kept === true) return places;
  throw new AppError("malformed-request", "The cursor has expired: begin with a new first page");
}

/** Reads the first places of the last order, if it still holds: the cache of the feed. */
async function readFresh(deps: FeedDeps, viewer: Person, limit: number): Promise<Places> {
  const { FEED_CACHE_TTL: seconds, RECOMMENDATION_ALGO: fallback } = deps.config.env;
  if (seconds === 0) return { rows: [], algorithm: fallback };
  const count = (outcome: string) => deps.metrics.count("cache_requests_total", ["feed", outcome]);
  try {
    const [rows, preferred] = await deps.db.readAll(
      viewer,
      (sql) => [selectFreshItems(sql, seconds, fallback, limit), selectPreference(sql)],
    );
    count(rows.length > 0 ? "hit" : "miss");
    return { rows, algorithm: completed(deps, preferred).algorithm };
  } catch (error) {
    count("error");
    throw error;
  }
}

function pageOfPlaces(
  deps: FeedDeps,
  scope: CursorScope,
  rows: readonly PlaceRow[],
  limit: number,
): Page<FeedItem> {
  const page = deps.cursors.page(scope, rows, {
    limit,
    keyOf: (row) => [row.snapshot_id, row.n],
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

function describeTimed({ source, sharer, post }: TimedRow): FeedReason {
  if (sharer !== null) return describeReason("shared", sharer);
  return describeReason(source === "discovery" ? "recent" : source, post.author.handle);
}

/**
 * Lists by time choose nothing, so nothing of them is kept: the post itself is the impression by
 * which it can be dismissed. The score is the time. Of a post that several have shared the newest
 * place counts; the others are left out.
 */
function pageOfTimes(
  deps: FeedDeps,
  scope: CursorScope,
  rows: readonly TimedRow[],
  limit: number,
  mark: readonly CursorValue[] = [],
): Page<FeedItem> {
  const page = deps.cursors.page(scope, rows, {
    limit,
    keyOf: (row) => [...mark, row.created_at, row.id],
  });
  return {
    ...page,
    items: page.items.filter(({ is_repeat }) => !is_repeat).map((row) => ({
      impression_id: row.post.id,
      post: row.post,
      score: Date.parse(row.created_at),
      reason: describeTimed(row),
    })),
  };
}

/** Makes the first page anew, in the way that the reader prefers. */
async function readFirst(
  deps: FeedDeps,
  viewer: Person,
  scope: CursorScope,
  limit: number,
): Promise<Page<FeedItem>> {
  return await deps.db.asViewer(viewer, async (sql) => {
    const preference = await preferenceOf(deps, sql);
    if (preference.algorithm !== "newest") {
      const rows = await buildPage(deps, sql, preference, limit + 1);
      return countRanked(
        deps,
        preference.algorithm,
        pageOfPlaces(deps, scope, rows, limit),
      );
    }
    const rows = await selectNewest(sql, NEWEST, limit + 1, sidesOf(preference));
    return countPage(deps, "newest", pageOfTimes(deps, scope, rows, limit, [BY_TIME]));
  });
}

function sidesOf({ mix }: FeedPreference) {
  return { followed: mix.following > 0, others: mix.discovery > 0 };
}

/**
 * Reads the feed as the reader prefers it. The first page makes an order, or takes the last one
 * while it holds; the cursor walks that same order, whatever is written meanwhile. What has become
 * invisible or unwanted since is left out.
 */
export async function readFeed(
  deps: FeedDeps,
  viewer: Person,
  { limit, cursor }: ListQuery,
): Promise<Page<FeedItem>> {
  const scope = { list: "feed", viewer: viewer.userId };
  const after = deps.cursors.open(scope, cursor);
  if (after?.[0] === BY_TIME) {
    const before = { time: String(after[1]), id: String(after[2]) };
    const rows = await deps.db.asViewer(
      viewer,
      async (sql) =>
        await selectNewest(sql, before, limit + 1, sidesOf(await preferenceOf(deps, sql))),
    );
    return countPage(deps, "newest", pageOfTimes(deps, scope, rows, limit, [BY_TIME]));
  }
  const { rows, algorithm } = after === undefined
    ? await readFresh(deps, viewer, limit + 1)
    : await readOn(deps, viewer, after, limit + 1);
  return after === undefined && rows.length === 0
    ? await readFirst(deps, viewer, scope, limit)
    : countRanked(deps, algorithm, pageOfPlaces(deps, scope, rows, limit));
}

/** Reads what followed people and the reader wrote and shared, newest first. */
export async function readFollowing(
  deps: FeedDeps,
  viewer: Person,
  { limit, cursor }: ListQuery,
): Promise<Page<FeedItem>> {
  const scope = { list: "feed/following", viewer: viewer.userId };
  const after = deps.cursors.open(scope, cursor);
  const before = after === undefined ? NEWEST : { time: String(after[0]), id: String(after[1]) };
  const rows = await deps.db.read(viewer, (sql) => selectFollowing(sql, before, limit + 1));
  return countPage(deps, "following", pageOfTimes(deps, scope, rows, limit));
}
