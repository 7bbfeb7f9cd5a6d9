/** @module Shapes of messages that are said later. */
import { z } from "zod";
import { Id, Time } from "../core/shapes.ts";
import { Media } from "../media/schemas.ts";
import { CommandReply } from "./command_schemas.ts";
import { Message, NewMessage } from "./schemas.ts";

/** A message that waits for its time. Nobody but its sender knows of it. */
export const ScheduledMessage = z.object({
  /** The message will have the same. */
  id: Id,
  room_id: Id,
  body: z.string(),
  parent_id: Id.nullable(),
  also_in_room: z.boolean(),
  shared_post_id: Id.nullable(),
  media: z.array(Media),
  publish_at: Time,
  created_at: Time,
}).meta({ id: "ScheduledMessage" });
/** A message that waits for its time. */
export type ScheduledMessage = z.output<typeof ScheduledMessage>;

/** A new message, said at once or at a time within the next year. */
export const NewOrScheduledMessage = NewMessage.extend({ publish_at: Time.optional() });
/** A new message, said at once or later. */
export type NewOrScheduledMessage = z.output<typeof NewOrScheduledMessage>;

/** What was written: a message, with 202 one that waits, or what a command answers. */
export const WrittenMessage = z.union([Message, ScheduledMessage, CommandReply]);
/** What was written in a thread: an answer, or what a command answers. */
export const WrittenReply = z.union([Message, CommandReply]);
