/** @module Tells members how much is unread, after the message has been committed. */
import { z } from "zod";
import type { Consumer } from "../outbox/mod.ts";
import { announceUnread } from "./message_parts_sql.ts";

const MessagePayload = z.object({ released: z.boolean().default(false) });

/** Kept out of the write: while that runs, the room takes no other message. */
export const unreadConsumer: Consumer = {
  name: "unread",
  isShared: true,
  topics: ["message.created"],
  async handle(_deps, event, sql) {
    await announceUnread(sql, event.subject_id, MessagePayload.parse(event.payload).released);
  },
};
