/** @module Use cases of message requests. */
import type { Page } from "../core/cursor.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { Person } from "../platform/postgres.ts";
import { performOnRoom } from "./member_service.ts";
import type { MessageRequest } from "./request_schemas.ts";
import { answerRequest, selectRequests } from "./request_sql.ts";
import type { Room } from "./schemas.ts";
import type { RoomsDeps } from "./service.ts";

/** Lists conversations that strangers have begun, the newest first. */
export async function listRequests(
  deps: RoomsDeps,
  viewer: Person,
  query: ListQuery,
): Promise<Page<MessageRequest>> {
  const scope = { list: "message-requests", viewer: viewer.userId };
  const before = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.read(viewer, (sql) => selectRequests(sql, before, query.limit + 1));
  const page = deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [row.asked_at, row.id],
  });
  return { ...page, items: page.items.map((row) => row.request) };
}

/** Makes the conversation one like any other. */
export function acceptRequest(deps: RoomsDeps, viewer: Person, roomId: string): Promise<Room> {
  return performOnRoom(deps, viewer, roomId, (sql) => answerRequest(sql, roomId, true));
}

/** Sets the conversation aside; its sender learns nothing. */
export async function declineRequest(
  deps: RoomsDeps,
  viewer: Person,
  roomId: string,
): Promise<{ room_id: string }> {
  await deps.db.asViewer(viewer, async (sql) => {
    await answerRequest(sql, roomId, false);
  });
  return { room_id: roomId };
}
