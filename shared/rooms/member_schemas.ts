/** @module Shapes of what is done to members of rooms, and of invites. */
import { z } from "zod";
import { Id, Time } from "../core/shapes.ts";
import { ProfileSummary } from "../profiles/schemas.ts";
import { ROOM_LIMITS, RoomRole } from "./schemas.ts";

/** Path of a person in a room. */
export const MemberParams = z.object({ id: Id, user_id: Id });

/** A new role. */
export const RoleChange = z.object({ role: RoomRole });

const Reason = z.string().trim().min(1).max(ROOM_LIMITS.reason);

/** Until when somebody is muted; without an end until it is lifted. */
export const RoomMute = z.object({ until: Time.optional(), reason: Reason.optional() });
/** Until when somebody is muted. */
export type RoomMute = z.output<typeof RoomMute>;

/** The end of a mute. */
export const Muted = z.object({ muted_until: Time }).meta({ id: "Muted" });

/** Why somebody is banned. */
export const RoomBan = z.object({ reason: Reason.optional() });

/** Somebody who may not come back. */
export const BannedPerson = z.object({
  ...ProfileSummary.shape,
  banned_at: Time.nullable(),
  reason: z.string().nullable(),
}).meta({ id: "BannedPerson" });
/** Somebody who may not come back. */
export type BannedPerson = z.output<typeof BannedPerson>;

const OwnChoice = z.boolean().nullable();

/** What a member keeps to themselves in a room; null is as in the settings of the account. */
const RoomPrivacy = z.strictObject({
  private_receipts: OwnChoice,
  hide_typing: OwnChoice,
  hide_presence: OwnChoice,
}).meta({ id: "RoomPrivacy" });

/** What a member has chosen for one room. */
export const RoomSettings = z.object({ privacy: RoomPrivacy }).meta({ id: "RoomSettings" });
/** What a member has chosen for one room. */
export type RoomSettings = z.output<typeof RoomSettings>;

/** Changes of what a member has chosen for one room. */
export const RoomSettingsChange = z.object({ privacy: RoomPrivacy.partial() });
/** Changes of what a member has chosen for one room. */
export type RoomSettingsChange = z.output<typeof RoomSettingsChange>;

/** Who is to own the room. */
export const Transfer = z.object({ user_id: Id });

/** What somebody who keeps order did. */
export const RoomLogEntry = z.object({
  id: Id,
  at: Time,
  action: z.enum([
    "mute",
    "unmute",
    "kick",
    "ban",
    "unban",
    "role",
    "transfer",
    "archive",
    "unarchive",
    "update",
    "invite",
    "revoke_invite",
  ]),
  actor: ProfileSummary.nullable(),
  user: ProfileSummary.nullable(),
  details: z.record(z.string(), z.unknown()),
}).meta({ id: "RoomLogEntry" });
/** What somebody who keeps order did. */
export type RoomLogEntry = z.output<typeof RoomLogEntry>;

/** A new invite: a link, or for the people named only. */
export const NewInvite = z.object({
  user_ids: z.array(Id).max(ROOM_LIMITS.people).default([]),
  max_uses: z.number().int().min(1).max(ROOM_LIMITS.inviteUses).optional(),
  expires_at: Time.optional(),
});
/** A new invite. */
export type NewInvite = z.output<typeof NewInvite>;

/** A way into a room. */
export const RoomInvite = z.object({
  id: Id,
  room_id: Id,
  created_by: ProfileSummary,
  created_at: Time,
  is_personal: z.boolean(),
  /** Those named who have not come yet. */
  people: z.array(ProfileSummary),
  max_uses: z.number().int().nullable(),
  uses: z.number().int(),
  expires_at: Time.nullable(),
}).meta({ id: "RoomInvite" });
/** A way into a room. */
export type RoomInvite = z.output<typeof RoomInvite>;

/** A new invite with its secret, which is shown this once. */
export const MadeInvite = RoomInvite.extend({ token: z.string(), url: z.url() })
  .meta({ id: "MadeInvite" });
/** A new invite with its secret. */
export type MadeInvite = z.output<typeof MadeInvite>;

/** Path of an invite by its secret; whom it names may use its id. */
export const TokenParams = z.object({ token: z.string().regex(/^[0-9a-f-]{36,64}$/) });

/** To what one is invited. */
export const Invitation = z.object({
  room: z.object({ id: Id, name: z.string(), member_count: z.number().int() }),
  inviter: ProfileSummary,
  expires_at: Time.nullable(),
}).meta({ id: "Invitation" });
/** To what one is invited. */
export type Invitation = z.output<typeof Invitation>;
