/** @module Statements on what belongs to messages. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { MessageVersion, Receipt, ThreadLevel } from "./message_schemas.ts";
import type { MessageRow } from "./message_sql.ts";
import type { Message } from "./schemas.ts";

/** Answers in a thread, in the order in which they were given. */
export function selectReplies(
  sql: Sql,
  rootId: string,
  after: readonly CursorValue[] | undefined,
  limit: number,
) {
  return sql<MessageRow[]>`
    with page as materialized (
      select m.id, m.seq from public.messages m
      where m.parent_id = ${rootId}
        and ${after === undefined ? sql`true` : sql`m.seq > ${Number(after[0])}::bigint`}
      order by m.seq limit ${limit})
    select page.seq, shown.message
    from private.present_messages(array(select page.id from page)) shown
    join page on page.id = shown.id
    order by page.seq`;
}

/** What the caller is told of a thread. */
export function selectThreadLevel(sql: Sql, rootId: string) {
  return sql<{ level: ThreadLevel }[]>`
    select t.level from private.thread_members t
    where t.message_id = ${rootId} and t.profile_id = (select auth.uid())`;
}

/** Sets what the caller is told of the thread of a message. */
export function followThread(sql: Sql, roomId: string, id: string, level: ThreadLevel) {
  return sql`select private.follow_thread(${roomId}::uuid, ${id}::uuid, ${level})`;
}

/** What a message said before, the last first; they are few. */
export function selectVersions(sql: Sql, id: string) {
  return sql<MessageVersion[]>`
    select v.body, v.changed_at as edited_at, private.profile_summary(v.changed_by) as edited_by
    from private.message_versions v where v.message_id = ${id}
    order by v.changed_at desc, v.id desc`;
}

/** Gives a message an emoji of the caller. */
export function insertReaction(sql: Sql, id: string, emoji: string) {
  return sql`
    insert into public.message_reactions (message_id, emoji) values (${id}, ${emoji})
    on conflict do nothing`;
}

/** Takes the caller's emoji back. */
export function deleteReaction(sql: Sql, id: string, emoji: string) {
  return sql`
    delete from public.message_reactions
    where message_id = ${id} and emoji = ${emoji} and profile_id = (select auth.uid())`;
}

/** Holds a message up. */
export function pinMessage(sql: Sql, roomId: string, id: string) {
  return sql`select private.pin_message(${roomId}::uuid, ${id}::uuid)`;
}

/** Takes a message down. */
export function unpinMessage(sql: Sql, roomId: string, id: string) {
  return sql`select private.unpin_message(${roomId}::uuid, ${id}::uuid)`;
}

/** The pinned messages of a room. */
export function selectPins(sql: Sql, roomId: string) {
  return sql<{ message: Message }[]>`
    with pins as materialized (
      select p.message_id, p.pinned_at from private.message_pins p where p.room_id = ${roomId})
    select shown.message
    from private.present_messages(array(select p.message_id from pins p)) shown
    join pins on pins.message_id = shown.id
    order by pins.pinned_at desc`;
}

/** Marks what came up to a message. */
export function markMessage(sql: Sql, id: string, status: "delivered" | "read") {
  return sql<{ unread_count: number }[]>`
    select private.mark_message(${id}::uuid, ${status}) as unread_count`;
}

/** In what kind of room a message is that the caller sees. */
export function selectRoomKind(sql: Sql, id: string) {
  return sql<{ kind: string }[]>`
    select r.kind from public.messages m join public.rooms r on r.id = m.room_id
    where m.id = ${id}`;
}

/** How far a message has come, as the caller may know. */
export function selectReceipts(sql: Sql, id: string) {
  return sql<Receipt[]>`
    select private.profile_summary(c.profile_id) as user, c.status, c.at
    from public.message_receipts c where c.message_id = ${id} order by c.profile_id`;
}

/** Tells members how much is unread since a message. */
export function announceUnread(sql: Sql, id: string, isReleased: boolean) {
  return sql`select private.announce_unread(${id}::uuid, ${isReleased})`;
}
