/** @module Shapes of interactions. */
import { z } from "zod";
import { Time } from "../core/shapes.ts";
import { Post } from "../posts/schemas.ts";
import { Message } from "../rooms/schemas.ts";

/** Longest hashtag in UTF-16 units, its sign included. */
const TAG_MAX = 201;

/** A hashtag in a path, with or without its sign. */
export const TagParams = z.object({ tag: z.string().min(1).max(TAG_MAX) });

/** A hashtag that one follows. */
export const FollowedHashtag = z.object({ tag: z.string(), followed_at: Time })
  .meta({ id: "FollowedHashtag" });
/** A hashtag that one follows. */
export type FollowedHashtag = z.output<typeof FollowedHashtag>;

/** A post or message that mentions the person asking. */
export const Mention = z.object({
  type: z.enum(["post", "message"]),
  created_at: Time,
  post: Post.nullable(),
  message: Message.nullable(),
}).meta({ id: "Mention" });
/** A post or message that mentions the person asking. */
export type Mention = z.output<typeof Mention>;
