/** @module Shapes of feeds. */
import { z } from "zod";
import { Id } from "../core/shapes.ts";
import { Post } from "../posts/schemas.ts";

/** Why a post stands in a feed. */
export const FeedReason = z.object({
  code: z.enum([
    "following",
    "own",
    "shared",
    "hashtag",
    "affinity",
    "topic",
    "popular",
    "recent",
    "preferred",
    "lowered",
  ]),
  detail: z.string(),
}).meta({ id: "FeedReason" });
/** Why a post stands in a feed. */
export type FeedReason = z.output<typeof FeedReason>;

/** One place in a feed. */
export const FeedItem = z.object({
  impression_id: Id,
  post: Post,
  score: z.number(),
  reason: FeedReason,
}).meta({ id: "FeedItem" });
/** One place in a feed. */
export type FeedItem = z.output<typeof FeedItem>;
