/** @module Shapes of message requests: what strangers write first. */
import { z } from "zod";
import { Id, Time } from "../core/shapes.ts";
import { ProfileSummary } from "../profiles/schemas.ts";
import { Message, Room } from "./schemas.ts";

/** A conversation that waits until one wants it. */
export const MessageRequest = z.object({
  /** Of the room. */
  id: Id,
  from: ProfileSummary,
  room: Room,
  /** The newest one. */
  message: Message,
  created_at: Time,
}).meta({ id: "MessageRequest" });
/** A conversation that waits until one wants it. */
export type MessageRequest = z.output<typeof MessageRequest>;

/** The conversation that was set aside. */
export const DeclinedRequest = z.object({ room_id: Id }).meta({ id: "DeclinedRequest" });
