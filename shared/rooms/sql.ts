/** @module Statements on rooms and their members. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { DiscoverQuery, NewRoom, Room, RoomChanges, RoomMember } from "./schemas.ts";

/** A room with the keys of its lists. */
export interface RoomRow {
  readonly id: string;
  readonly active_at: string;
  readonly created_at: string;
  readonly room: Room;
}

/** A member with the key of the list. */
export interface MemberRow {
  readonly id: string;
  readonly joined_at: string;
  readonly member: RoomMember;
}

/** The room as the caller may see it; null when not. */
export function selectRoom(sql: Sql, id: string) {
  return sql<{ room: Room | null }[]>`select private.present_room(${id}::uuid) as room`;
}

/** The caller's rooms, the liveliest first. */
export function selectMyRooms(
  sql: Sql,
  before: readonly CursorValue[] | undefined,
  limit: number,
) {
  return sql<RoomRow[]>`
    with page as materialized (
      select r.id, r.created_at, coalesce(r.last_message_at, r.created_at) as active_at
      from public.rooms r
      where r.id = any (array(select private.my_room_ids()))
        and r.id not in (select private.my_set_aside_room_ids()) and ${
    before === undefined ? sql`true` : sql`(coalesce(r.last_message_at, r.created_at), r.id)
      < (${before[0] as string}, ${before[1] as string})`
  }
      order by active_at desc, r.id desc limit ${limit})
    select page.*, shown.room
    from private.present_rooms(array(select page.id from page)) shown
    join page on page.id = shown.id
    order by page.active_at desc, page.id desc`;
}

/** A public channel with the key of its list. */
export interface ChannelRow {
  readonly id: string;
  readonly rank: string;
  readonly room: Room;
}

/** Public channels in which the caller is not: by age, or by members as last counted. */
export function selectPublicChannels(
  sql: Sql,
  { q: text, sort }: Pick<DiscoverQuery, "q" | "sort">,
  before: readonly CursorValue[] | undefined,
  limit: number,
) {
  const pattern = `%${(text ?? "").replaceAll(/[\\%_]/g, "\\$&")}%`;
  const rank = sort === "newest" ? sql`r.created_at` : sql`coalesce(c.value, 0)`;
  const type = sort === "newest" ? sql`timestamptz` : sql`bigint`;
  return sql<ChannelRow[]>`
    with page as materialized (
      select r.id, ${rank} as rank from public.rooms r
      ${
    sort === "newest"
      ? sql``
      : sql`left join private.counters c on c.subject_id = r.id and c.kind = 'members'`
  }
      where r.kind = 'channel' and not r.is_private and r.archived_at is null
        and r.id <> all (array(select private.my_room_ids()))
        and ${
    text === undefined
      ? sql`true`
      : sql`(r.name ilike ${pattern} or r.description ilike ${pattern})`
  }
        and ${
    before === undefined
      ? sql`true`
      : sql`(${rank}, r.id) < (${before[0] as string}::${type}, ${before[1] as string})`
  }
      order by rank desc, r.id desc limit ${limit})
    select page.id, page.rank, shown.room
    from private.present_rooms(array(select page.id from page)) shown
    join page on page.id = shown.id
    order by page.rank desc, page.id desc`;
}

/** Makes a room that the caller owns. */
export function insertRoom(sql: Sql, room: NewRoom) {
  return sql<{ id: string }[]>`
    select private.create_room(${room.name}, ${room.kind}, ${room.is_private ?? null}::boolean,
      ${room.description}, ${room.guidelines}) as id`;
}

/** Changes a room; no row when the caller may not. */
export function updateRoom(sql: Sql, id: string, changes: RoomChanges) {
  return sql<{ id: string }[]>`
    update public.rooms set ${sql(changes as Record<string, string | number | boolean | null>)}
    where id = ${id} returning id`;
}

/** Deletes a room; no row when the caller may not. */
export function deleteRoom(sql: Sql, id: string) {
  return sql<{ id: string }[]>`delete from public.rooms where id = ${id} returning id`;
}

/** Makes the caller a member of a public channel. */
export function joinRoom(sql: Sql, id: string) {
  return sql`select private.join_room(${id}::uuid)`;
}

/** Takes the caller out of a room. */
export function leaveRoom(sql: Sql, id: string) {
  return sql`select private.leave_room(${id}::uuid)`;
}

/** The caller's conversation with one person, if they have one. */
export function selectDirectRoom(sql: Sql, userId: string) {
  return sql<{ id: string }[]>`
    select r.id from public.rooms r where r.direct_key =
      least((select auth.uid()), ${userId}::uuid) || ':'
        || greatest((select auth.uid()), ${userId}::uuid)`;
}

/** The caller's conversation with one person, made when there is none. */
export function openDirectRoom(sql: Sql, userId: string) {
  return sql<{ id: string }[]>`select private.open_direct_room(${userId}::uuid) as id`;
}

/** A new group of the caller with several people. */
export function openGroup(sql: Sql, userIds: readonly string[]) {
  return sql<{ id: string }[]>`select private.open_group(${[...userIds]}::uuid[]) as id`;
}

/** Members of a room in the order in which they joined. */
export function selectMembers(
  sql: Sql,
  roomId: string,
  after: readonly CursorValue[] | undefined,
  limit: number,
) {
  return sql<MemberRow[]>`
    select page.profile_id as id, page.joined_at,
      private.profile_summary(page.profile_id) || jsonb_build_object(
        'role', page.role, 'joined_at', page.joined_at,
        'muted_until', private.shown_mute(${roomId}::uuid, page.profile_id)) as member
    from (
      select m.* from public.room_members m
      where m.room_id = ${roomId} and not m.banned and ${
    after === undefined
      ? sql`true`
      : sql`(m.joined_at, m.profile_id) > (${after[0] as string}, ${after[1] as string})`
  }
      order by m.joined_at, m.profile_id limit ${limit}) page
    order by page.joined_at, page.profile_id`;
}
