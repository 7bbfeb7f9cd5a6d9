/** @module Shapes of feedback on feeds. */
import { z } from "zod";
import { Id, Time } from "../core/shapes.ts";
import { ProfileSummary } from "../profiles/schemas.ts";

const TOPIC_LENGTH_MAX = 100;

const Kind = z.enum([
  "less_like_this",
  "hide_post",
  "not_interested_author",
  "not_interested_topic",
]);

/** Feedback on one post, named by itself or by the impression in which it was seen. */
export const GiveFeedback = z.strictObject({
  kind: Kind,
  impression_id: Id.optional(),
  post_id: Id.optional(),
  /** One of the post's hashtags; without it all of them. */
  topic: z.string().toLowerCase().min(1).max(TOPIC_LENGTH_MAX).optional(),
})
  .refine(
    ({ impression_id, post_id }) => (impression_id === undefined) !== (post_id === undefined),
    {
      path: ["post_id"],
      message: "Either impression_id or post_id",
    },
  )
  .refine(({ kind, topic }) => topic === undefined || kind === "not_interested_topic", {
    path: ["topic"],
    message: "Only with not_interested_topic",
  });
/** Feedback on one post. */
export type GiveFeedback = z.output<typeof GiveFeedback>;

/** What somebody has said, and what it does. */
export const Feedback = z.object({
  id: Id,
  kind: Kind,
  post_id: Id.nullable(),
  author: ProfileSummary.nullable(),
  topics: z.array(z.string()),
  created_at: Time,
  /** What it does to the feed now, in words. */
  effect: z.string(),
}).meta({ id: "Feedback" });
/** What somebody has said. */
export type Feedback = z.output<typeof Feedback>;

/** What a dismissal answers. */
export const Dismissal = z.object({ id: Id, dismissed: z.literal(true) });
