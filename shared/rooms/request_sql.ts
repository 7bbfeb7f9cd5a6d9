/** @module Statements on message requests. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { MessageRequest } from "./request_schemas.ts";

/** A request with the key of its list. */
export interface MessageRequestRow {
  readonly id: string;
  readonly asked_at: string;
  readonly request: MessageRequest;
}

/** What waits for the caller, the newest first. */
export function selectRequests(
  sql: Sql,
  before: readonly CursorValue[] | undefined,
  limit: number,
) {
  const [askedAt = null, roomId = null] = before ?? [];
  return sql<MessageRequestRow[]>`
    with page as materialized (
      select * from private.message_requests_page(
        ${askedAt}::timestamptz, ${roomId}::uuid, ${limit}::int))
    select page.id, page.asked_at, jsonb_build_object(
      'id', page.id, 'from', private.profile_summary(page.from_id),
      'room', place.room, 'message', shown.message,
      'created_at', page.asked_at) as request
    from page
    join private.present_messages(array(select page.message_id from page)) shown
      on shown.id = page.message_id
    join private.present_rooms(array(select page.id from page)) place on place.id = page.id
    order by page.asked_at desc, page.id desc`;
}

/** Accepts a request, or sets it aside. */
export function answerRequest(sql: Sql, roomId: string, accept: boolean) {
  return sql`select private.answer_message_request(${roomId}::uuid, ${accept})`;
}
