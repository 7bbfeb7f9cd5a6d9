/** @module Tells followers who are there that their feed has something new. */
import { z } from "zod";
import type { Consumer } from "../outbox/mod.ts";
import { tellFeeds } from "./sql.ts";

/** Followers whom one batch looks at. */
const TOLD_AT_ONCE = 1_000;

const Continuation = z.object({ after: z.uuid().optional() });

/** One event is one batch, which has the next one called: a popular author holds up nobody. */
export const feedConsumer: Consumer = {
  name: "feed",
  isShared: true,
  topics: ["content.created", "content.shared", "feed.available"],
  async handle(_deps, { subject_id: post, actor_id: actor, payload }, sql) {
    if (actor === null) return;
    const { after } = Continuation.parse(payload);
    await tellFeeds(sql, { post, actor, after: after ?? null, limit: TOLD_AT_ONCE });
  },
};
