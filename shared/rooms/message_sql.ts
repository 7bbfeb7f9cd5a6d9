/** @module Statements on messages. */
import type { Sql } from "../platform/postgres.ts";
import type { Message, NewMessage } from "./schemas.ts";

/** From where and in which direction a page of the history goes. */
export interface Window {
  readonly direction: "before" | "after";
  /** Id or position of a message; none is the end of the history. */
  readonly anchor: string | number | undefined;
  /** Whether the anchor itself belongs to the page. */
  readonly inclusive?: boolean;
}

/** A message in the history. */
export interface MessageRow {
  readonly seq: number;
  readonly message: Message;
  readonly first_unread_seq?: number | null;
}

const POSITION = /^\d+$/;

/** Position of the anchor; an id that the caller cannot see is nowhere. */
function positionOf(sql: Sql, roomId: string, anchor: string | number) {
  if (typeof anchor === "number" || POSITION.test(anchor)) return sql`${Number(anchor)}::bigint`;
  return sql`(
    select a.seq from public.messages a where a.id = ${anchor} and a.room_id = ${roomId})`;
}

function bound(sql: Sql, roomId: string, { direction, anchor, inclusive = false }: Window) {
  if (anchor === undefined) return sql`true`;
  const position = positionOf(sql, roomId, anchor);
  if (direction === "before") {
    return inclusive ? sql`m.seq <= ${position}` : sql`m.seq < ${position}`;
  }
  return inclusive ? sql`m.seq >= ${position}` : sql`m.seq > ${position}`;
}

/** Messages of the main history, the nearest to the anchor first. */
export function selectHistory(sql: Sql, roomId: string, window: Window, limit: number) {
  const order = window.direction === "before" ? sql`desc` : sql`asc`;
  return sql<MessageRow[]>`
    with page as materialized (
      select m.id, m.seq from public.messages m
      where m.room_id = ${roomId} and (m.parent_id is null or m.also_in_room)
        and ${bound(sql, roomId, window)}
      order by m.seq ${order} limit ${limit})
    select page.seq, shown.message,
      (select private.first_unread_seq(${roomId}::uuid)) as first_unread_seq
    from private.present_messages(array(select page.id from page)) shown
    join page on page.id = shown.id
    order by page.seq ${order}`;
}

/** Whether the caller sees such a message in the room. */
export function selectMessageExists(sql: Sql, roomId: string, anchor: string | number) {
  return sql<{ found: boolean }[]>`
    select ${positionOf(sql, roomId, anchor)} is not null as found`;
}

/** Messages as the caller may see them. */
export function selectMessage(sql: Sql, roomId: string, id: string) {
  return sql<{ message: Message }[]>`
    select s.message from private.present_messages(array[${id}::uuid]) s
    where s.message ->> 'room_id' = ${roomId}`;
}

/** Writes a message. */
export function insertMessage(sql: Sql, id: string, roomId: string, message: NewMessage) {
  return sql`
    insert into public.messages (id, room_id, body, parent_id, also_in_room, media_ids,
      shared_post_id, story_id)
    values (${id}, ${roomId}, ${message.body}, ${message.parent_id ?? null},
      ${message.also_in_room ?? false}, ${message.media_ids}::uuid[],
      ${message.shared_post_id ?? null}, ${message.story_id ?? null})`;
}

/** Changes what a message says; no row when it cannot be seen or written. */
export function updateBody(sql: Sql, roomId: string, id: string, body: string) {
  return sql<{ id: string }[]>`
    update public.messages set body = ${body}
    where id = ${id} and room_id = ${roomId} returning id`;
}

/** Deletes what a message says; no row when it cannot be seen or written. */
export function softDelete(sql: Sql, roomId: string, id: string) {
  return sql<{ id: string }[]>`
    update public.messages set deleted_at = now()
    where id = ${id} and room_id = ${roomId} returning id`;
}

/** Marks a room read up to a message. */
export function markRoomRead(sql: Sql, roomId: string, messageId: string) {
  return sql<{ unread_count: number }[]>`
    select private.mark_room_read(${roomId}::uuid, ${messageId}::uuid) as unread_count`;
}
