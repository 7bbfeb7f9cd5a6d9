/** @module Shapes of what belongs to messages: threads, history, reactions, pins and receipts. */
import { z } from "zod";
import { Id, Time } from "../core/shapes.ts";
import { ProfileSummary } from "../profiles/schemas.ts";
import { Message, MessageParams, NewMessage } from "./schemas.ts";

/** Longest emoji in code units: families with skins are long. */
const EMOJI_LENGTH_MAX = 64;

/** A message by its id alone. */
export const MessageIdParams = z.object({ mid: Id });

/** An answer in a thread. */
export const NewReply = NewMessage.omit({ parent_id: true });
/** An answer in a thread. */
export type NewReply = z.output<typeof NewReply>;

/** What one is told of a thread. */
export const ThreadLevel = z.enum(["all", "mentions", "none"]);
/** What one is told of a thread. */
export type ThreadLevel = z.output<typeof ThreadLevel>;

/** What one wants to be told of a thread. */
export const Subscription = z.object({ level: ThreadLevel }).meta({ id: "ThreadSubscription" });

/** A message and the answers to it. */
export const Thread = z.object({
  root: Message,
  items: z.array(Message),
  next_cursor: z.string().nullable(),
  /** What the caller is told of it; null when they do not follow it. */
  level: ThreadLevel.nullable(),
}).meta({ id: "Thread" });
/** A message and the answers to it. */
export type Thread = z.output<typeof Thread>;

/** What a message said before. */
export const MessageVersion = z.object({
  body: z.string(),
  edited_at: Time,
  edited_by: ProfileSummary.nullable(),
}).meta({ id: "MessageVersion" });
/** What a message said before. */
export type MessageVersion = z.output<typeof MessageVersion>;

/** All that is kept of what a message said. */
export const MessageHistory = z.object({ items: z.array(MessageVersion) })
  .meta({ id: "MessageHistory" });

/** An emoji for a message. */
export const NewReaction = z.object({ emoji: z.string().min(1).max(EMOJI_LENGTH_MAX) });

/** Path of a reaction. */
export const ReactionParams = MessageParams.extend({
  emoji: z.string().min(1).max(EMOJI_LENGTH_MAX),
});

/** The pinned messages of a room. */
export const Pins = z.object({ items: z.array(Message), next_cursor: z.null() })
  .meta({ id: "Pins" });

/** How far a message has come to one person. */
export const Receipt = z.object({
  user: ProfileSummary,
  status: z.enum(["delivered", "read"]),
  at: Time,
}).meta({ id: "Receipt" });
/** How far a message has come to one person. */
export type Receipt = z.output<typeof Receipt>;

/** How far a message has come. */
export const Receipts = z.object({ items: z.array(Receipt) }).meta({ id: "Receipts" });
