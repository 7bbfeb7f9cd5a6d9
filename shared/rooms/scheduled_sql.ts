/** @module Statements on messages that are said later. Row-level security leaves one's own. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { NewMessage } from "./schemas.ts";
import type { ScheduledMessage } from "./scheduled_schemas.ts";

/** Messages of the caller in a room that wait, the next first; one of them when an id is given. */
export function selectScheduled(
  sql: Sql,
  roomId: string,
  filter: { id?: string; after?: readonly CursorValue[] | undefined; limit: number },
) {
  const { id, after, limit } = filter;
  return sql<ScheduledMessage[]>`
    select s.id, s.room_id, s.body, s.parent_id, s.also_in_room, s.shared_post_id,
      private.media_json(s.media_ids) as media, s.publish_at, s.created_at
    from private.scheduled_messages s
    where s.room_id = ${roomId}
      ${id === undefined ? sql`` : sql`and s.id = ${id}`}
      ${
    after === undefined ? sql`` : sql`and (s.publish_at, s.id) >
        (${String(after[0])}::timestamptz, ${String(after[1])}::uuid)`
  }
    order by s.publish_at, s.id limit ${limit}`;
}

/** Keeps a message for later. No row comes back when the id is taken. */
export function insertScheduled(
  sql: Sql,
  at: { id: string; roomId: string; publishAt: string },
  message: NewMessage,
) {
  return sql<{ id: string }[]>`
    insert into private.scheduled_messages
      (id, room_id, body, parent_id, also_in_room, media_ids, shared_post_id, publish_at)
    values (${at.id}, ${at.roomId}, ${message.body}, ${message.parent_id ?? null},
      ${message.also_in_room ?? false}, ${message.media_ids}::uuid[], ${
    message.shared_post_id ?? null
  }, ${at.publishAt})
    on conflict (id) do nothing returning id`;
}

/** Takes a message back before it is said; no row when the caller has none of that id. */
export function deleteScheduled(sql: Sql, roomId: string, id: string) {
  return sql<{ id: string }[]>`
    delete from private.scheduled_messages s
    where s.room_id = ${roomId} and s.id = ${id} returning s.id`;
}

/** Says the message that is due the longest; false when none is due. */
export function sendScheduled(sql: Sql) {
  return sql<{ sent: boolean }[]>`select private.send_scheduled_message() as sent`;
}
