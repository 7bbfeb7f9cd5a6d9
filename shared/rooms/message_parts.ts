/** @module Use cases of history, reactions, pins and receipts of messages. */
import { AppError } from "../core/errors.ts";
import type { Person } from "../platform/postgres.ts";
import * as parts from "./message_parts_sql.ts";
import type { MessageVersion, Receipt } from "./message_schemas.ts";
import { requireMessage } from "./message_service.ts";
import type { Message } from "./schemas.ts";
import { requireMembership, type RoomsDeps } from "./service.ts";

/** Where a message is. */
export interface MessagePlace {
  readonly roomId: string;
  readonly id: string;
}

/** Reads what a message said before. */
export function readHistory(
  deps: RoomsDeps,
  viewer: Person,
  at: MessagePlace,
): Promise<{ items: MessageVersion[] }> {
  return deps.db.asViewer(viewer, async (sql) => {
    await requireMessage(sql, at.roomId, at.id);
    return { items: [...await parts.selectVersions(sql, at.id)] };
  });
}

/** Gives a message an emoji. */
export function react(
  deps: RoomsDeps,
  viewer: Person,
  at: MessagePlace,
  emoji: string,
): Promise<Message> {
  return deps.db.asViewer(viewer, async (sql) => {
    const { deleted_at } = await requireMessage(sql, at.roomId, at.id);
    if (deleted_at !== null) throw new AppError("not-found", "The message was deleted");
    await parts.insertReaction(sql, at.id, emoji);
    return await requireMessage(sql, at.roomId, at.id);
  });
}

/** Takes an emoji back; told twice, it is gone. */
export function takeBack(
  deps: RoomsDeps,
  viewer: Person,
  at: MessagePlace,
  emoji: string,
): Promise<void> {
  return deps.db.asViewer(viewer, async (sql) => {
    await requireMessage(sql, at.roomId, at.id);
    await parts.deleteReaction(sql, at.id, emoji);
  });
}

/** Holds a message up in its room. */
export function pin(deps: RoomsDeps, viewer: Person, at: MessagePlace): Promise<Message> {
  return deps.db.asViewer(viewer, async (sql) => {
    await requireMessage(sql, at.roomId, at.id);
    await parts.pinMessage(sql, at.roomId, at.id);
    return await requireMessage(sql, at.roomId, at.id);
  });
}

/** Takes a message down; told twice, it is down. */
export function unpin(deps: RoomsDeps, viewer: Person, at: MessagePlace): Promise<void> {
  return deps.db.asViewer(viewer, async (sql) => {
    await requireMessage(sql, at.roomId, at.id);
    await parts.unpinMessage(sql, at.roomId, at.id);
  });
}

/** Lists what a room holds up. */
export function listPins(
  deps: RoomsDeps,
  viewer: Person,
  roomId: string,
): Promise<{ items: Message[]; next_cursor: null }> {
  return deps.db.asViewer(viewer, async (sql) => {
    await requireMembership(sql, roomId);
    const rows = await parts.selectPins(sql, roomId);
    return { items: rows.map((row) => row.message), next_cursor: null };
  });
}

/** Marks what was said up to a message as come or read. */
export function markMessage(
  deps: RoomsDeps,
  viewer: Person,
  id: string,
  status: "delivered" | "read",
): Promise<{ unread_count: number }> {
  return deps.db.asViewer(viewer, async (sql) => {
    const [row] = await parts.markMessage(sql, id, status);
    return { unread_count: row?.unread_count ?? 0 };
  });
}

/** Reads how far a message has come; in direct conversations only. */
export function listReceipts(
  deps: RoomsDeps,
  viewer: Person,
  id: string,
): Promise<{ items: Receipt[] }> {
  return deps.db.asViewer(viewer, async (sql) => {
    const [row] = await parts.selectRoomKind(sql, id);
    if (row === undefined) throw new AppError("not-found", "The message does not exist");
    if (row.kind !== "direct") {
      throw new AppError("not-permitted", "Receipts are kept in direct conversations only");
    }
    return { items: [...await parts.selectReceipts(sql, id)] };
  });
}
