/** @module Screens and renders what was written past the API, within a second of the write. */
import type { Consumer } from "../outbox/mod.ts";
import { prepareText } from "../text/mod.ts";
import { applyVerdict, type ScreenedType, selectScreeningState } from "./sql.ts";

function typeOf(topic: string): ScreenedType {
  if (topic.startsWith("message.")) return "message";
  return topic.startsWith("story.") ? "story" : "post";
}

/** Screens and renders posts, messages and stories that nobody has screened yet. */
export const moderationConsumer: Consumer = {
  name: "moderation",
  isShared: true,
  topics: [
    "content.created",
    "content.updated",
    "message.created",
    "message.updated",
    "story.created",
  ],
  async handle(_deps, { topic, subject_id: id }, sql) {
    const type = typeOf(topic);
    const state = await selectScreeningState(sql, type, id);
    if (state === undefined || state.screened) return;
    const verdict = await prepareText(sql, state.body, state.besides);
    await applyVerdict(sql, { type, id, body: state.body }, verdict);
  },
};
