/** @module Use cases of messages. */
import { AppError, invalidField } from "../core/errors.ts";
import type { Page } from "../core/cursor.ts";
import type { Person, Sql } from "../platform/postgres.ts";
import { prepareText } from "../text/mod.ts";
import * as messages from "./message_sql.ts";
import type { MessageRow, Window } from "./message_sql.ts";
import type { HistoryQuery, Message, MessageChanges, MessagePage, NewMessage } from "./schemas.ts";
import { spokenText } from "./command_rules.ts";
import { requireMembership, requireRoom, type RoomsDeps } from "./service.ts";

/** A message, and whether this request made it. */
export interface Written {
  readonly message: Message;
  readonly isNew: boolean;
}

interface HistoryRequest {
  readonly deps: RoomsDeps;
  readonly viewer: Person;
  readonly roomId: string;
  readonly limit: number;
}

const ANCHORS = ["before", "after", "around"] as const;

function scopeOf({ roomId, viewer }: HistoryRequest) {
  return { list: `rooms/${roomId}/messages`, viewer: viewer.userId };
}

/** Cursor to what lies beyond a row. */
function cursorPast(request: HistoryRequest, direction: Window["direction"], row?: MessageRow) {
  if (row === undefined) return null;
  return request.deps.cursors.seal(scopeOf(request), [direction, row.seq]);
}

/** What the cursor or the one anchor says; `around` is put together of two windows. */
function windowOf(request: HistoryRequest, query: HistoryQuery): Window {
  const named = ANCHORS.filter((name) => query[name] !== undefined);
  if (named.length + (query.cursor === undefined ? 0 : 1) > 1) {
    throw invalidField(named.at(-1) ?? "cursor", "Name one of before, after, around and cursor");
  }
  const [direction, seq] = request.deps.cursors.open(scopeOf(request), query.cursor) ?? [];
  if (seq !== undefined) {
    return { direction: direction === "after" ? "after" : "before", anchor: Number(seq) };
  }
  return query.after === undefined
    ? { direction: "before", anchor: query.before }
    : { direction: "after", anchor: query.after };
}

/** An empty page is right only for a member and an anchor that is there. */
async function explainNothing(
  sql: Sql,
  roomId: string,
  anchor: string | number | undefined,
): Promise<void> {
  await requireMembership(sql, roomId);
  if (anchor === undefined) return;
  const [row] = await messages.selectMessageExists(sql, roomId, anchor);
  if (row?.found !== true) throw new AppError("not-found", "No such message in this room");
}

async function readEmptyState({ deps, viewer, roomId }: HistoryRequest) {
  const room = await deps.db.asViewer(viewer, (sql) => requireRoom(sql, roomId));
  return room.empty_state;
}

async function readOneWay(request: HistoryRequest, window: Window): Promise<MessagePage> {
  const { deps, viewer, roomId, limit } = request;
  const rows = await deps.db.read(
    viewer,
    (sql) => messages.selectHistory(sql, roomId, window, limit + 1),
  );
  if (rows.length === 0) {
    await deps.db.asViewer(viewer, (sql) => explainNothing(sql, roomId, window.anchor));
  }
  const shown = rows.slice(0, limit);
  const back = window.direction === "before" ? "after" : "before";
  const items = shown.map((row) => row.message);
  // Where nobody has spoken yet, the page says what to show; rooms in use are not asked again.
  const isQuiet = window.anchor === undefined && items.every(({ kind }) => kind !== "user");
  return {
    items: window.direction === "before" ? items.reverse() : items,
    empty_state: isQuiet ? await readEmptyState(request) : null,
    first_unread_seq: rows[0]?.first_unread_seq ?? null,
    next_cursor: rows.length > limit ? cursorPast(request, window.direction, shown.at(-1)) : null,
    prev_cursor: window.anchor === undefined ? null : cursorPast(request, back, shown[0]),
  };
}

/** The anchor stands in the middle: the newer half goes on, the older half goes back. */
function readAround(request: HistoryRequest, anchor: string): Promise<MessagePage> {
  const { deps, viewer, roomId, limit } = request;
  return deps.db.asViewer(viewer, async (sql) => {
    const newer = await messages.selectHistory(
      sql,
      roomId,
      { direction: "after", anchor, inclusive: true },
      limit + 1,
    );
    const older = await messages.selectHistory(
      sql,
      roomId,
      { direction: "before", anchor },
      limit + 1,
    );
    if (newer.length + older.length === 0) await explainNothing(sql, roomId, anchor);
    // Where one side is short, the other fills the page.
    const half = Math.ceil(limit / 2);
    const newerCount = Math.max(half, limit - older.length);
    const olderCount = limit - Math.min(newerCount, newer.length);
    const shown = [...older.slice(0, olderCount).reverse(), ...newer.slice(0, newerCount)];
    return {
      items: shown.map((row) => row.message),
      empty_state: null,
      first_unread_seq: shown[0]?.first_unread_seq ?? null,
      next_cursor: newer.length > newerCount ? cursorPast(request, "after", shown.at(-1)) : null,
      prev_cursor: older.length > olderCount ? cursorPast(request, "before", shown[0]) : null,
    };
  });
}

/** Reads a part of a room's history. */
export function listMessages(
  deps: RoomsDeps,
  viewer: Person,
  roomId: string,
  query: HistoryQuery,
): Promise<MessagePage & Page<Message>> {
  const request = { deps, viewer, roomId, limit: query.limit };
  const window = windowOf(request, query);
  return query.around === undefined
    ? readOneWay(request, window)
    : readAround(request, query.around);
}

/** The message, or not-found. */
export async function requireMessage(sql: Sql, roomId: string, id: string): Promise<Message> {
  const [row] = await messages.selectMessage(sql, roomId, id);
  if (row === undefined) throw new AppError("not-found", "The message does not exist");
  return row.message;
}

/** The caller's own message of that id, written by an earlier attempt. */
async function findWritten(sql: Sql, viewer: Person, roomId: string, id: string) {
  const [row] = await messages.selectMessage(sql, roomId, id);
  return row?.message.author.id === viewer.userId ? row.message : undefined;
}

/**
 * Writes a message; a repetition with the same id gives the message that is there. `complete` makes
 * what belongs to a message that is not there yet, in the same transaction.
 */
export async function writeMessage(
  deps: RoomsDeps,
  viewer: Person,
  roomId: string,
  input: NewMessage,
  complete?: (sql: Sql) => Promise<Partial<NewMessage>>,
): Promise<Written> {
  const id = input.id ?? deps.newId();
  try {
    return await deps.db.asViewer(viewer, async (sql) => {
      const earlier = input.id && await findWritten(sql, viewer, roomId, input.id);
      if (earlier) return { message: earlier, isNew: false };
      const message = { ...input, ...await complete?.(sql) };
      await prepareText(sql, spokenText(message.body));
      await messages.insertMessage(sql, id, roomId, message);
      return { message: await requireMessage(sql, roomId, id), isNew: true };
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.problem !== "conflict") throw error;
    // Another attempt was faster, or the id is somebody else's.
    const earlier = await deps.db.asViewer(
      viewer,
      (sql) => findWritten(sql, viewer, roomId, id),
    );
    if (earlier === undefined) throw error;
    return { message: earlier, isNew: false };
  }
}

/** Changes what the caller's own message says. */
export function changeMessage(
  deps: RoomsDeps,
  viewer: Person,
  at: { roomId: string; id: string },
  changes: MessageChanges,
): Promise<Message> {
  return deps.db.asViewer(viewer, async (sql) => {
    await requireMessage(sql, at.roomId, at.id);
    await prepareText(sql, changes.body);
    const [changed] = await messages.updateBody(sql, at.roomId, at.id, changes.body);
    if (changed === undefined) {
      throw new AppError("not-permitted", "Only the author edits a message");
    }
    return await requireMessage(sql, at.roomId, at.id);
  });
}

/** Deletes a message: its place in the history stays, what it said does not. */
export function removeMessage(
  deps: RoomsDeps,
  viewer: Person,
  at: { roomId: string; id: string },
): Promise<void> {
  return deps.db.asViewer(viewer, async (sql) => {
    const message = await requireMessage(sql, at.roomId, at.id);
    if (message.deleted_at !== null) return;
    const [deleted] = await messages.softDelete(sql, at.roomId, at.id);
    if (deleted === undefined) {
      throw new AppError("not-permitted", "Authors and moderators delete a message");
    }
  });
}

/** Marks a room read up to a message. */
export function readUpTo(
  deps: RoomsDeps,
  viewer: Person,
  roomId: string,
  messageId: string,
): Promise<{ unread_count: number }> {
  return deps.db.asViewer(viewer, async (sql) => {
    const [row] = await messages.markRoomRead(sql, roomId, messageId);
    return { unread_count: row?.unread_count ?? 0 };
  });
}
