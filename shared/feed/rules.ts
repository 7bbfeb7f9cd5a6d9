/**
 * @module How a feed is ordered: score = recency x engagement x affinity x source, then no author
 * twice in a row and at most two posts of one author among any ten, where others are left.
 */
import type { FeedReason } from "./schemas.ts";

/** What ranking looks at. */
export interface Candidate {
  readonly post_id: string;
  readonly author_id: string;
  readonly handle: string;
  readonly created_at: string;
  readonly source: "following" | "own" | "hashtag" | "discovery";
  readonly reactions: number;
  readonly comments: number;
  /** Points for what the reader has lately done with the author's posts. */
  readonly affinity: number;
}

/** A candidate with its score. */
export type Ranked = Candidate & { readonly score: number };

/** Hours after which a post counts half. */
const HALF_LIFE_HOURS = 12;
/** Reactions that an answer is worth. */
const COMMENT_WEIGHT = 3;
/** How much the source counts: people whom the reader chose come first. */
const SOURCE_WEIGHT = { following: 1, own: 0.8, hashtag: 0.7, discovery: 0.5 } as const;
/** Reactions from which a post counts as popular. */
const POPULAR_FROM = 3;
/** Affinity from which the feed says that it plays a part. */
const AFFINITY_FROM = 3;
/** Places among which one author has at most {@linkcode AUTHOR_MAX}. */
const AUTHOR_WINDOW = 10;
const AUTHOR_MAX = 2;
const HOUR_MS = 3_600_000;

/** Scores one post; always above zero and finite. */
export function scoreOf(candidate: Candidate, now: Date): number {
  const ageHours = Math.max(0, now.getTime() - Date.parse(candidate.created_at)) / HOUR_MS;
  const recency = 0.5 ** (ageHours / HALF_LIFE_HOURS);
  const engagement = 1 +
    Math.log1p(candidate.reactions + COMMENT_WEIGHT * candidate.comments);
  const affinity = 1 + Math.log1p(candidate.affinity);
  // Very old posts would all score zero; the floor keeps them apart by what else is known.
  return Math.max(recency, Number.EPSILON) * engagement * affinity *
    SOURCE_WEIGHT[candidate.source];
}

/** Why a post stands where it stands. */
export function reasonCodeFor(candidate: Candidate): FeedReason["code"] {
  const { source, reactions, comments, affinity } = candidate;
  if (source === "own") return "own";
  if (affinity >= AFFINITY_FROM) return "affinity";
  if (source === "following" || source === "hashtag") return source;
  return reactions + comments >= POPULAR_FROM ? "popular" : "recent";
}

/** What the reader is told. The name is filled in when it is read: people change it, and leave. */
const DETAILS: Readonly<Record<FeedReason["code"], (handle: string) => string>> = {
  own: () => "You wrote this",
  affinity: (handle) => `You often respond to @${handle}`,
  following: (handle) => `You follow @${handle}`,
  shared: (handle) => `@${handle} shared this`,
  hashtag: () => "You follow one of its hashtags",
  popular: () => "Many people respond to this",
  recent: (handle) => `New from @${handle}`,
};

/** Says why a post stands where it stands. */
export function describeReason(code: FeedReason["code"], handle: string): FeedReason {
  return { code, detail: DETAILS[code](handle) };
}

function byScore(a: Ranked, b: Ranked): number {
  if (a.score !== b.score) return b.score - a.score;
  return a.post_id < b.post_id ? 1 : -1;
}

function fits(candidate: Ranked, placed: readonly Ranked[]): boolean {
  const recent = placed.slice(-(AUTHOR_WINDOW - 1));
  return recent.at(-1)?.author_id !== candidate.author_id &&
    recent.filter(({ author_id }) => author_id === candidate.author_id).length < AUTHOR_MAX;
}

function isApart(candidate: Ranked, placed: readonly Ranked[]): boolean {
  return placed.at(-1)?.author_id !== candidate.author_id;
}

/** Best first, but for variety: the best that fits takes each place. */
function arrange(ranked: readonly Ranked[]): Ranked[] {
  const left = [...ranked];
  const placed: Ranked[] = [];
  while (left.length > 0) {
    const fitting = left.findIndex((candidate) => fits(candidate, placed));
    const apart = left.findIndex((candidate) => isApart(candidate, placed));
    const [next] = left.splice(fitting >= 0 ? fitting : Math.max(apart, 0), 1);
    if (next !== undefined) placed.push(next);
  }
  return placed;
}

/** Orders candidates, at most `limit` of them. Each post stands once. */
export function rank(candidates: readonly Candidate[], now: Date, limit: number): Ranked[] {
  const unique = new Map(candidates.map((candidate) => [candidate.post_id, candidate]));
  const ranked = [...unique.values()]
    .map((candidate) => ({ ...candidate, score: scoreOf(candidate, now) }))
    .sort(byScore);
  return arrange(ranked.slice(0, limit));
}
