/** @module What stands where a person has chosen nothing. */
import type { FeedPreference } from "./schemas.ts";

/** What is stored of a preference: only what differs from the defaults. */
export type StoredPreference = Partial<Omit<FeedPreference, "weights">> & {
  readonly weights?: Partial<FeedPreference["weights"]>;
};

/** Completes a stored preference; the deployment says how people are served who chose nothing. */
export function completePreference(
  stored: StoredPreference,
  algorithm: FeedPreference["algorithm"],
): FeedPreference {
  return {
    algorithm,
    mix: { following: 70, discovery: 30 },
    authors: {},
    topics: {},
    muted_topics: [],
    muted_words: [],
    ...stored,
    weights: {
      recency: 1,
      engagement: 1,
      affinity: 1,
      relevance: 1,
      diversity: 1,
      ...stored.weights,
    },
  };
}
