/** @module What feedback does to scores, and how that fades. */

/** What people say of a post in their feed. */
export type FeedbackKind =
  | "less_like_this"
  | "hide_post"
  | "not_interested_author"
  | "not_interested_topic";

/** One thing that a reader has said. */
export interface FeedbackEntry {
  readonly kind: FeedbackKind;
  readonly post_id: string | null;
  readonly author_id: string | null;
  readonly topics: readonly string[];
  readonly created_at: string;
}

/** What a post has that feedback can be about. */
export interface FeedbackSubject {
  readonly post_id: string;
  readonly author_id: string;
  readonly hashtags: readonly string[];
}

/** By how much feedback multiplies scores. */
export interface FeedbackFactors {
  /** 1 when nothing was said, 0 when it is not to be shown. */
  of(subject: FeedbackSubject): number;
}

/** What one "less like this" leaves of the author's and of a topic's score while it is new. */
const LESS_OF_AUTHOR = 0.4;
const LESS_OF_TOPIC = 0.7;
/** Days after which a "less like this" counts half. */
const LESS_HALF_LIFE_DAYS = 30;
/** However much was said, so much is left. */
const LESS_FLOOR = 0.05;
/** Days without anything of an author or topic, and days until they are as they were. */
const SILENCE_DAYS = 14;
const RECOVERY_DAYS = 140;
/** What is left right after the silence. */
const RECOVERY_FROM = 0.2;
const DAY_MS = 86_400_000;
const PERCENT = 100;

/** What "not interested" leaves after so many days. */
export function interestAfter(days: number): number {
  if (days < SILENCE_DAYS) return 0;
  const recovered = Math.min(1, (days - SILENCE_DAYS) / RECOVERY_DAYS);
  return RECOVERY_FROM + (1 - RECOVERY_FROM) * recovered;
}

/** How much a "less like this" still counts after so many days. */
export function dislikeAfter(days: number): number {
  return 0.5 ** (days / LESS_HALF_LIFE_DAYS);
}

interface Opinion {
  less: number;
  interest: number;
}

/** Opinions of authors or topics. */
class Opinions {
  readonly #map = new Map<string, Opinion>();

  constructor(private readonly left: number) {}

  of(key: string): Opinion {
    const known = this.#map.get(key) ?? { less: 0, interest: 1 };
    this.#map.set(key, known);
    return known;
  }

  factor(key: string): number {
    const known = this.#map.get(key);
    return known === undefined ? 1 : known.interest * Math.max(LESS_FLOOR, this.left ** known.less);
  }
}

function note(opinion: Opinion, kind: FeedbackKind, days: number): void {
  if (kind === "less_like_this") opinion.less += dislikeAfter(days);
  else opinion.interest = Math.min(opinion.interest, interestAfter(days));
}

/** Sums up what a reader has said. */
export function feedbackFactors(
  entries: readonly FeedbackEntry[],
  now: Date,
): FeedbackFactors {
  const gone = new Set<string>();
  const authors = new Opinions(LESS_OF_AUTHOR);
  const topics = new Opinions(LESS_OF_TOPIC);
  for (const { kind, post_id, author_id, topics: tags, created_at } of entries) {
    const days = Math.max(0, now.getTime() - Date.parse(created_at)) / DAY_MS;
    if (post_id !== null) gone.add(post_id);
    if (kind === "hide_post") continue;
    if (author_id !== null) note(authors.of(author_id), kind, days);
    for (const tag of tags) note(topics.of(tag), kind, days);
  }
  return {
    of({ post_id, author_id, hashtags }) {
      if (gone.has(post_id)) return 0;
      // Of several topics the least wanted counts.
      const topic = Math.min(1, ...hashtags.map((tag) => topics.factor(tag)));
      return authors.factor(author_id) * topic;
    },
  };
}

function percent(factor: number): string {
  return `${Math.round(factor * PERCENT)} %`;
}

/** Says in words what feedback does now. */
export function describeEffect({ kind, topics, created_at }: FeedbackEntry, now: Date): string {
  const days = Math.max(0, now.getTime() - Date.parse(created_at)) / DAY_MS;
  if (kind === "hide_post") return "The post is not in your feeds";
  if (kind === "less_like_this") {
    const author = percent(LESS_OF_AUTHOR ** dislikeAfter(days));
    const topic = percent(LESS_OF_TOPIC ** dislikeAfter(days));
    return `The post is not in your feed; its author counts ${author}` +
      (topics.length > 0 ? `, its topics count ${topic}` : "");
  }
  const what = kind === "not_interested_author" ? "The author" : "The topic";
  const interest = interestAfter(days);
  return interest === 0 ? `${what} is not in your feed` : `${what} counts ${percent(interest)}`;
}
