/** @module Shapes of connections. */
import { z } from "zod";
import { Id, Time } from "../core/shapes.ts";

/** Seconds between two heartbeats; a lease outlives two that are missed. */
export const HEARTBEAT_SECONDS = 30;

/** Bounds; the table has the same. */
export const CONNECTION_LIMITS = { device: 200, rooms: 100 } as const;

/** A socket that is about to be opened. */
export const OpenConnection = z.object({
  device: z.string().max(CONNECTION_LIMITS.device).default(""),
});
/** A socket that is about to be opened. */
export type OpenConnection = z.output<typeof OpenConnection>;

/** A sign of life, with the rooms that the socket listens to. */
export const Heartbeat = z.object({
  room_ids: z.array(Id).max(CONNECTION_LIMITS.rooms).optional(),
});
/** A sign of life, with the rooms that the socket listens to. */
export type Heartbeat = z.output<typeof Heartbeat>;

/** One of a person's places for open sockets. */
export const Connection = z.object({
  id: Id,
  expires_at: Time,
  heartbeat_s: z.number().int(),
}).meta({ id: "Connection" });
/** One of a person's places for open sockets. */
export type Connection = z.output<typeof Connection>;
