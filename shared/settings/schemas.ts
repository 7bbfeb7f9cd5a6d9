/** @module Shapes of what a person has chosen. Privacy is a column each, the rest documents. */
import { z } from "zod";
import { Id } from "../core/shapes.ts";

/** Bounds of settings; the tables have the same. */
export const SETTINGS_LIMITS = {
  timeZone: 64,
  /** Authors and topics with a weight of their own, each. */
  weighted: 1_000,
  /** Muted topics and words, each. */
  muted: 200,
  word: 100,
} as const;

const PERCENT_ALL = 100;

/** Whom a person lets do something to them. */
export const Circle = z.enum(["everyone", "following", "followers", "mutual", "nobody"]);

/** What others may do and see. */
export const Privacy = z.strictObject({
  who_can_message: Circle,
  who_can_mention: Circle,
  who_can_invite: Circle,
  hide_followers: z.boolean(),
  hide_following: z.boolean(),
  private_receipts: z.boolean(),
  hide_typing: z.boolean(),
  hide_presence: z.boolean(),
  link_previews: z.boolean(),
  analytics_opt_out: z.boolean(),
}).meta({ id: "Privacy" });

/** What a person can be told. */
export const NotificationType = z.enum([
  "follow",
  "follow_request",
  "follow_accepted",
  "like",
  "reaction",
  "comment",
  "reply",
  "mention",
  "share",
  "quote",
  "message",
  "room_invite",
  "room_activity",
  "story_reply",
  "poll_closed",
  "report_decided",
  "moderation_notice",
  "announcement",
]);

/** Ways by which one type of notification comes. */
const Channels = z.strictObject({ in_app: z.boolean(), push: z.boolean(), email: z.boolean() });

const TimeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "A time of day such as 22:00");

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const TimeZone = z.string().max(SETTINGS_LIMITS.timeZone)
  .regex(/^[A-Za-z][\w+/-]+$/, "A time zone such as Europe/Berlin")
  .refine(isTimeZone, "There is no such time zone");

/** When push and e-mail are held back. */
const QuietHours = z.strictObject({ from: TimeOfDay, to: TimeOfDay, time_zone: TimeZone })
  .refine(({ from, to }) => from !== to, {
    path: ["to"],
    message: "Must differ from the beginning",
  });

/** What becomes of first messages from people whom one does not follow. */
const Strangers = z.enum(["allow", "requests", "drop"]);

/** How a person wants to be told of things. */
export const NotificationSettings = z.strictObject({
  types: z.record(NotificationType, Channels),
  quiet_hours: QuietHours.nullable(),
  strangers: Strangers,
}).meta({ id: "NotificationSettings" });

/** Changes to how a person wants to be told; types and channels that are not named stay. */
export const PatchNotificationSettings = z.strictObject({
  types: z.partialRecord(NotificationType, Channels.partial()),
  quiet_hours: QuietHours.nullable(),
  strangers: Strangers,
}).partial();
/** Changes to how a person wants to be told. */
export type PatchNotificationSettings = z.output<typeof PatchNotificationSettings>;

const Share = z.number().min(0).max(PERCENT_ALL);
/** 1 is the default. */
const Slider = z.number().min(0).max(2);
/** -1 hides, 0 never recommends, 1 is neutral. */
const Weight = z.number().min(-1).max(2);
const Topic = z.string().toLowerCase().regex(/^[\p{L}\p{N}_]{1,50}$/u, "A hashtag without its #");
const Word = z.string().trim().min(1).max(SETTINGS_LIMITS.word)
  .regex(/^\P{Cc}*$/u, "Without control characters");

const Mix = z.strictObject({ following: Share, discovery: Share })
  .refine(({ following, discovery }) => following + discovery === PERCENT_ALL, {
    message: "following and discovery add up to 100",
  });
const Weights = z.strictObject({
  recency: Slider,
  engagement: Slider,
  affinity: Slider,
  relevance: Slider,
  diversity: Slider,
});

const Algorithm = z.enum(["hybrid", "personalized", "trending", "newest"]);

/** What a person asks of their feed. */
export const FeedPreference = z.strictObject({
  algorithm: Algorithm,
  mix: Mix,
  weights: Weights,
  authors: z.record(z.string(), Weight),
  topics: z.record(z.string(), Weight),
  muted_topics: z.array(z.string()),
  muted_words: z.array(z.string()),
}).meta({ id: "FeedPreference" });
/** What a person asks of their feed. */
export type FeedPreference = z.output<typeof FeedPreference>;

function atMostWeighted(map: object): boolean {
  return Object.keys(map).length <= SETTINGS_LIMITS.weighted;
}
const TOO_MANY_WEIGHTED = `At most ${SETTINGS_LIMITS.weighted}`;

/** A whole preference, as it is answered: what was exported is imported. */
export const PutFeedPreference = z.strictObject({
  algorithm: Algorithm,
  mix: Mix,
  weights: Weights,
  authors: z.record(Id.toLowerCase(), Weight).refine(atMostWeighted, TOO_MANY_WEIGHTED),
  topics: z.record(Topic, Weight).refine(atMostWeighted, TOO_MANY_WEIGHTED),
  muted_topics: z.array(Topic).max(SETTINGS_LIMITS.muted),
  muted_words: z.array(Word).max(SETTINGS_LIMITS.muted),
});

/** Changes to the feed; null takes the weight of an author or topic back, lists are replaced. */
export const PatchFeedPreference = PutFeedPreference.extend({
  weights: Weights.partial(),
  authors: z.record(Id.toLowerCase(), Weight.nullable()).refine(atMostWeighted, TOO_MANY_WEIGHTED),
  topics: z.record(Topic, Weight.nullable()).refine(atMostWeighted, TOO_MANY_WEIGHTED),
}).partial();
/** Changes to the feed. */
export type PatchFeedPreference = z.output<typeof PatchFeedPreference>;

/** Everything that a person has chosen. */
export const Settings = z.object({
  privacy: Privacy,
  notifications: NotificationSettings,
  feed: FeedPreference,
}).meta({ id: "Settings" });
/** Everything that a person has chosen. */
export type Settings = z.output<typeof Settings>;

/** Changes of settings; what is not named stays. */
export const PatchSettings = z.strictObject({
  privacy: Privacy.partial(),
  notifications: PatchNotificationSettings,
  feed: PatchFeedPreference,
}).partial();
/** Changes of settings. */
export type PatchSettings = z.output<typeof PatchSettings>;
