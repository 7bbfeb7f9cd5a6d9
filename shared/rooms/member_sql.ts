/** @module Statements on members of rooms and on invites. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type {
  BannedPerson,
  Invitation,
  MadeInvite,
  NewInvite,
  RoomInvite,
  RoomLogEntry,
  RoomMute,
  RoomSettings,
  RoomSettingsChange,
} from "./member_schemas.ts";

/** Somebody in a room. */
export interface MemberAt {
  readonly roomId: string;
  readonly userId: string;
}

function keyOf(after: readonly CursorValue[] | undefined): string | null {
  return after === undefined ? null : after[0] as string;
}

/** Mutes a member and tells until when. */
export function muteMember(sql: Sql, { roomId, userId }: MemberAt, mute: RoomMute) {
  return sql<{ muted_until: string }[]>`
    select private.mute_member(${roomId}::uuid, ${userId}::uuid, ${mute.until ?? null}::timestamptz,
      ${mute.reason ?? null}) as muted_until`;
}

/** Ends a mute. */
export function unmuteMember(sql: Sql, { roomId, userId }: MemberAt) {
  return sql`select private.unmute_member(${roomId}::uuid, ${userId}::uuid)`;
}

/** Puts a member out. */
export function kickMember(sql: Sql, { roomId, userId }: MemberAt) {
  return sql`select private.kick_member(${roomId}::uuid, ${userId}::uuid)`;
}

/** Bans somebody. */
export function banMember(sql: Sql, { roomId, userId }: MemberAt, reason: string | undefined) {
  return sql`select private.ban_member(${roomId}::uuid, ${userId}::uuid, ${reason ?? null})`;
}

/** Lifts a ban. */
export function unbanMember(sql: Sql, { roomId, userId }: MemberAt) {
  return sql`select private.unban_member(${roomId}::uuid, ${userId}::uuid)`;
}

/** Gives a member another role. */
export function setRole(sql: Sql, { roomId, userId }: MemberAt, role: string) {
  return sql`select private.set_member_role(${roomId}::uuid, ${userId}::uuid, ${role})`;
}

/** Hands a room over. */
export function transferRoom(sql: Sql, { roomId, userId }: MemberAt) {
  return sql`select private.transfer_room(${roomId}::uuid, ${userId}::uuid)`;
}

/** Archives a room or opens it again. */
export function setArchived(sql: Sql, roomId: string, archived: boolean) {
  return sql`select private.set_room_archived(${roomId}::uuid, ${archived})`;
}

/** Who is banned. */
export function selectBans(
  sql: Sql,
  roomId: string,
  after: readonly CursorValue[] | undefined,
  limit: number,
) {
  return sql<{ id: string; ban: BannedPerson }[]>`
    select id, ban from private.room_bans(${roomId}::uuid, ${keyOf(after)}::uuid, ${limit}::int)`;
}

/** What was done, the newest first. */
export function selectLog(
  sql: Sql,
  roomId: string,
  before: readonly CursorValue[] | undefined,
  limit: number,
) {
  return sql<{ id: string; entry: RoomLogEntry }[]>`
    select id, entry
    from private.room_log_page(${roomId}::uuid, ${keyOf(before)}::uuid, ${limit}::int)`;
}

/** One member as the caller may see them. */
export function selectMember(sql: Sql, { roomId, userId }: MemberAt) {
  return sql<{ id: string; joined_at: string }[]>`
    select m.profile_id as id, m.joined_at from public.room_members m
    where m.room_id = ${roomId} and m.profile_id = ${userId}`;
}

/** Makes an invite. */
export function insertInvite(sql: Sql, roomId: string, invite: NewInvite) {
  return sql<{ invite: Omit<MadeInvite, "url"> }[]>`
    select private.create_invite(${roomId}::uuid, ${invite.user_ids}::uuid[],
      ${invite.max_uses ?? null}::int, ${invite.expires_at ?? null}::timestamptz) as invite`;
}

/** Open invites, the newest first. */
export function selectInvites(
  sql: Sql,
  roomId: string,
  before: readonly CursorValue[] | undefined,
  limit: number,
) {
  return sql<{ id: string; invite: RoomInvite }[]>`
    select id, invite
    from private.room_invites_page(${roomId}::uuid, ${keyOf(before)}::uuid, ${limit}::int)`;
}

/** To what a token invites. */
export function selectInvitation(sql: Sql, token: string) {
  return sql<{ invitation: Invitation }[]>`select private.read_invite(${token}) as invitation`;
}

/** Comes in by an invite. */
export function acceptInvite(sql: Sql, token: string) {
  return sql<{ room_id: string }[]>`select private.accept_invite(${token}) as room_id`;
}

/** Ends or declines an invite. */
export function revokeInvite(sql: Sql, id: string) {
  return sql`select private.revoke_invite(${id}::uuid)`;
}

/** What one sweep of old messages came to. */
export interface Swept {
  readonly swept: number;
  readonly after_room: string | null;
  readonly is_done: boolean;
}

/** Deletes old messages, as many as said; tells how many, and after which room to go on. */
export function sweepMessages(sql: Sql, limit: number, afterRoom: string | null) {
  return sql<Swept[]>`
    select s.swept, s.after_room, s.is_done
    from private.sweep_room_messages(${limit}::int, ${afterRoom}::uuid) s`;
}

/** What the caller has chosen for a room. */
export function selectRoomSettings(sql: Sql, roomId: string) {
  return sql<{ settings: RoomSettings }[]>`
    select private.my_room_settings(${roomId}::uuid) as settings`;
}

/** Changes what the caller has chosen for a room. */
export function updateRoomSettings(
  sql: Sql,
  roomId: string,
  changes: RoomSettingsChange["privacy"],
) {
  return sql<{ settings: RoomSettings }[]>`
    select private.set_room_settings(${roomId}::uuid, ${JSON.stringify(changes)}::text::jsonb)
      as settings`;
}
