/**
 * @module What a post is worth to one reader: a product of factors, each raised to the weight that
 * the reader gave it. docs/FEED.md has the formula in words.
 */
import type { FeedPreference } from "../settings/mod.ts";
import type { FeedReason } from "./schemas.ts";
import type { FeedbackFactors } from "./feedback_rules.ts";

/** What ranking looks at. */
export interface Candidate {
  readonly post_id: string;
  readonly author_id: string;
  readonly created_at: string;
  readonly source: "following" | "own" | "hashtag" | "discovery";
  readonly hashtags: readonly string[];
  readonly reactions: number;
  readonly comments: number;
  /** Points for what the reader has lately done with the author's posts. */
  readonly affinity: number;
}

/** A candidate with its score. */
export type Ranked = Candidate & {
  readonly score: number;
  readonly code: FeedReason["code"];
};

/** Everything about the reader that plays a part. */
export interface Taste {
  readonly preference: FeedPreference;
  /** Points of hashtags that the reader has lately responded to. */
  readonly interests: ReadonlyMap<string, number>;
  readonly feedback: FeedbackFactors;
}

/** How much a factor counts under an algorithm; the reader's weights multiply these. */
interface Emphasis {
  readonly halfLifeHours: number;
  readonly engagement: number;
  readonly affinity: number;
  readonly relevance: number;
  /** People whom the reader chose come first. */
  readonly source: number;
}

const EMPHASIS: Readonly<Record<FeedPreference["algorithm"], Emphasis>> = {
  hybrid: { halfLifeHours: 12, engagement: 1, affinity: 1, relevance: 1, source: 1 },
  personalized: { halfLifeHours: 24, engagement: 0.25, affinity: 2, relevance: 2, source: 1 },
  trending: { halfLifeHours: 4, engagement: 2, affinity: 0, relevance: 0, source: 0 },
  // Ordered by time and not by score: SQL does it.
  newest: { halfLifeHours: 12, engagement: 0, affinity: 0, relevance: 0, source: 0 },
};
/** Reactions that an answer is worth. */
const COMMENT_WEIGHT = 3;
const SOURCE_WEIGHT = { following: 1, own: 0.8, hashtag: 0.7, discovery: 0.5 } as const;
/** What is left of the score of an author's next posts, at most and at least. */
const REPEAT_SHARE = 0.5;
const REPEAT_FLOOR = 0.25;
/** Reactions from which a post counts as popular. */
const POPULAR_FROM = 3;
/** Affinity from which the feed says that it plays a part. */
const AFFINITY_FROM = 3;
/** Lowered or raised by this much, the feed says so. */
const LOWERED_BELOW = 0.75;
const PREFERRED_ABOVE = 1;
const HOUR_MS = 3_600_000;

/** What the topics of a post weigh: the least liked counts, otherwise the most liked. */
function topicWeight(hashtags: readonly string[], topics: FeedPreference["topics"]): number {
  const weights = hashtags.flatMap((tag) => Object.hasOwn(topics, tag) ? [topics[tag] ?? 1] : []);
  const least = Math.min(1, ...weights);
  return least < 1 ? least : Math.max(1, ...weights);
}

/** What the reader has said of author and topics; zero or less is never recommended. */
export function wishFor(candidate: Candidate, { preference }: Taste): number {
  const author = preference.authors[candidate.author_id] ?? 1;
  const topic = topicWeight(candidate.hashtags, preference.topics);
  return author <= 0 || topic <= 0 ? 0 : author * topic;
}

/** Scores one post, which is the author's `repeat`-th; zero when it is not to be recommended. */
export function scoreOf(candidate: Candidate, now: Date, taste: Taste, repeat = 0): number {
  const { algorithm, weights } = taste.preference;
  const emphasis = EMPHASIS[algorithm];
  const wish = wishFor(candidate, taste) * taste.feedback.of(candidate);
  const ageHours = Math.max(0, now.getTime() - Date.parse(candidate.created_at)) / HOUR_MS;
  const points = candidate.hashtags.reduce((sum, tag) => sum + (taste.interests.get(tag) ?? 0), 0);
  // Very old posts would all score zero; the floor keeps them apart by what else is known.
  const recency = Math.max(0.5 ** (ageHours / emphasis.halfLifeHours), Number.EPSILON);
  const engagement = 1 + Math.log1p(candidate.reactions + COMMENT_WEIGHT * candidate.comments);
  const affinity = 1 + Math.log1p(candidate.affinity);
  const relevance = 1 + Math.log1p(points);
  const variety = REPEAT_FLOOR + (1 - REPEAT_FLOOR) * REPEAT_SHARE ** repeat;
  return wish * recency ** weights.recency *
    engagement ** (weights.engagement * emphasis.engagement) *
    affinity ** (weights.affinity * emphasis.affinity) *
    relevance ** (weights.relevance * emphasis.relevance) *
    variety ** weights.diversity *
    SOURCE_WEIGHT[candidate.source] ** emphasis.source;
}

/** Why a post stands where it stands. */
export function reasonCodeFor(candidate: Candidate, taste: Taste): FeedReason["code"] {
  const { source, reactions, comments, affinity } = candidate;
  if (source === "own") return "own";
  const wish = wishFor(candidate, taste) * taste.feedback.of(candidate);
  if (wish < LOWERED_BELOW) return "lowered";
  if (wish > PREFERRED_ABOVE) return "preferred";
  if (affinity >= AFFINITY_FROM) return "affinity";
  if (source === "following" || source === "hashtag") return source;
  if (candidate.hashtags.some((tag) => taste.interests.has(tag))) return "topic";
  return reactions + comments >= POPULAR_FROM ? "popular" : "recent";
}

/** What the reader is told. The name is filled in when it is read: people change it, and leave. */
const DETAILS: Readonly<Record<FeedReason["code"], (handle: string) => string>> = {
  own: () => "You wrote this",
  lowered: () => "Lower than it would be: you asked for less like this",
  preferred: () => "Higher than it would be: you asked for more like this",
  affinity: (handle) => `You often respond to @${handle}`,
  following: (handle) => `You follow @${handle}`,
  shared: (handle) => `@${handle} shared this`,
  hashtag: () => "You follow one of its hashtags",
  topic: () => "You respond to this topic",
  popular: () => "Many people respond to this",
  recent: (handle) => `New from @${handle}`,
};

/** Says why a post stands where it stands. */
export function describeReason(code: FeedReason["code"], handle: string): FeedReason {
  return { code, detail: DETAILS[code](handle) };
}

/** Best first; of equals the newer. */
function byScore(a: Ranked, b: Ranked): number {
  if (a.score !== b.score) return b.score - a.score;
  return a.post_id < b.post_id ? 1 : -1;
}

/** Each post once, by the strongest of the ways in which it came. */
function uniqueOf(candidates: readonly Candidate[]): Map<string, Candidate> {
  const unique = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const known = unique.get(candidate.post_id);
    if (known !== undefined && SOURCE_WEIGHT[known.source] >= SOURCE_WEIGHT[candidate.source]) {
      continue;
    }
    unique.set(candidate.post_id, candidate);
  }
  return unique;
}

/** Scores candidates, each post once, best first; without what is not to be recommended. */
export function rank(candidates: readonly Candidate[], now: Date, taste: Taste): Ranked[] {
  const unique = uniqueOf(candidates);
  const alone = [...unique.values()]
    .map((candidate) => ({
      ...candidate,
      score: scoreOf(candidate, now, taste),
      code: reasonCodeFor(candidate, taste),
    }))
    .filter(({ score }) => score > 0)
    .sort(byScore);
  const seen = new Map<string, number>();
  return alone.map((candidate) => {
    const repeat = seen.get(candidate.author_id) ?? 0;
    seen.set(candidate.author_id, repeat + 1);
    return repeat === 0
      ? candidate
      : { ...candidate, score: scoreOf(candidate, now, taste, repeat) };
  }).sort(byScore);
}
