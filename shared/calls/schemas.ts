/** @module Shapes of calls. */
import { z } from "zod";
import { Id, Time } from "../core/shapes.ts";
import { ProfileSummary } from "../profiles/schemas.ts";

/** A call to be started. */
export const StartCall = z.object({ kind: z.enum(["audio", "video"]) });
/** A call to be started. */
export type StartCall = z.output<typeof StartCall>;

/** Somebody who is or was in a call, or has declined it. */
export const CallParticipant = z.object({
  ...ProfileSummary.shape,
  state: z.enum(["joined", "left", "declined"]),
  joined_at: Time.nullable(),
  left_at: Time.nullable(),
}).meta({ id: "CallParticipant" });

/** A call as the person asking may see it. */
export const Call = z.object({
  id: Id,
  topic: z.string(),
  room_id: Id,
  kind: z.enum(["audio", "video"]),
  state: z.enum(["ringing", "active", "ended", "missed", "declined"]),
  started_by: ProfileSummary.nullable(),
  participants: z.array(CallParticipant),
  started_at: Time,
  answered_at: Time.nullable(),
  ended_at: Time.nullable(),
  duration_s: z.number().int().nullable(),
  livekit: z.object({ url: z.string(), token: z.string() }).nullable(),
}).meta({ id: "Call" });
/** A call as the person asking may see it. */
export type Call = z.output<typeof Call>;

/** Servers that help two devices find each other, as RTCPeerConnection takes them. */
export const IceServers = z.object({
  ice_servers: z.array(z.object({
    urls: z.array(z.string()),
    username: z.string().optional(),
    credential: z.string().optional(),
  })),
  expires_at: Time,
}).meta({ id: "IceServers" });
/** Servers that help two devices find each other. */
export type IceServers = z.output<typeof IceServers>;
