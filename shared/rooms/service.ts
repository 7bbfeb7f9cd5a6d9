/** @module Use cases of rooms. */
import { AppError } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Person, Sql } from "../platform/postgres.ts";
import type { DiscoverQuery, NewConversation, NewRoom, Room, RoomChanges } from "./schemas.ts";
import * as rooms from "./sql.ts";

/** What rooms need. */
export type RoomsDeps = Pick<AppDeps, "db" | "cursors" | "newId">;

/** The room, or not-found. */
export async function requireRoom(sql: Sql, id: string): Promise<Room> {
  const [row] = await rooms.selectRoom(sql, id);
  if (row?.room) return row.room;
  throw new AppError("not-found", "The room does not exist");
}

/** The room if the caller is in it. Public channels are seen by others, but not looked into. */
export async function requireMembership(sql: Sql, id: string): Promise<Room> {
  const room = await requireRoom(sql, id);
  if (room.viewer.role !== null) return room;
  throw new AppError("not-permitted", "Join the room first");
}

/** Lists the rooms in which the caller is. */
export async function listMyRooms(deps: RoomsDeps, viewer: Person, query: ListQuery) {
  const scope = { list: "rooms", viewer: viewer.userId };
  const before = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.read(
    viewer,
    (sql) => rooms.selectMyRooms(sql, before, query.limit + 1),
  );
  const page = deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [row.active_at, row.id],
  });
  return { ...page, items: page.items.map((row) => row.room) };
}

/** Lists public channels in which the caller is not. */
export async function listPublicChannels(deps: RoomsDeps, viewer: Person, query: DiscoverQuery) {
  const scope = {
    list: `rooms/discover?sort=${query.sort}&q=${query.q ?? ""}`,
    viewer: viewer.userId,
  };
  const before = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.read(
    viewer,
    (sql) => rooms.selectPublicChannels(sql, query, before, query.limit + 1),
  );
  const page = deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [row.rank, row.id],
  });
  return { ...page, items: page.items.map((row) => row.room) };
}

/** Reads one room. */
export async function readRoom(deps: RoomsDeps, viewer: Person, id: string): Promise<Room> {
  const [row] = await deps.db.read(viewer, (sql) => rooms.selectRoom(sql, id));
  if (row?.room) return row.room;
  throw new AppError("not-found", "The room does not exist");
}

/** Makes a room that the caller owns. */
export function createRoom(deps: RoomsDeps, viewer: Person, input: NewRoom): Promise<Room> {
  return deps.db.asViewer(viewer, async (sql) => {
    const [made] = await rooms.insertRoom(sql, input);
    return await requireRoom(sql, made?.id ?? "");
  });
}

/** Changes name, texts or openness of a room. */
export function changeRoom(
  deps: RoomsDeps,
  viewer: Person,
  id: string,
  changes: RoomChanges,
): Promise<Room> {
  return deps.db.asViewer(viewer, async (sql) => {
    await requireRoom(sql, id);
    if (Object.keys(changes).length > 0) {
      const [changed] = await rooms.updateRoom(sql, id, changes);
      if (changed === undefined) {
        throw new AppError("not-permitted", "Owners and admins change a room");
      }
    }
    return await requireRoom(sql, id);
  });
}

/** Deletes a room with everything in it. */
export function removeRoom(deps: RoomsDeps, viewer: Person, id: string): Promise<void> {
  return deps.db.asViewer(viewer, async (sql) => {
    await requireRoom(sql, id);
    const [deleted] = await rooms.deleteRoom(sql, id);
    if (deleted === undefined) throw new AppError("not-permitted", "Owners delete a room");
  });
}

/** Joins a public channel; who is in it already stays so. */
export function joinRoom(deps: RoomsDeps, viewer: Person, id: string): Promise<Room> {
  return deps.db.asViewer(viewer, async (sql) => {
    await rooms.joinRoom(sql, id);
    return await requireRoom(sql, id);
  });
}

/** Leaves a room. */
export function leaveRoom(
  deps: RoomsDeps,
  viewer: Person,
  id: string,
): Promise<{ room_id: string }> {
  return deps.db.asViewer(viewer, async (sql) => {
    await rooms.leaveRoom(sql, id);
    return { room_id: id };
  });
}

/** Finds or makes the conversation with one person; with several, makes a group. */
export function openConversation(
  deps: RoomsDeps,
  viewer: Person,
  input: NewConversation,
): Promise<{ room: Room; isNew: boolean }> {
  // Naming oneself too says the same; naming nobody else is refused below.
  const named = new Set(input.user_ids.map((id) => id.toLowerCase()));
  if (named.size > 1) named.delete(viewer.userId);
  const others = [...named];
  const [first = "", ...more] = others;
  return deps.db.asViewer(viewer, async (sql) => {
    const [earlier] = await rooms.selectDirectRoom(sql, first);
    const [opened] = more.length === 0
      ? await rooms.openDirectRoom(sql, first)
      : await rooms.openGroup(sql, others);
    const room = await requireRoom(sql, opened?.id ?? "");
    return { room, isNew: room.id !== earlier?.id };
  });
}

/** Lists the members of a room for its members. */
export function listMembers(deps: RoomsDeps, viewer: Person, id: string, query: ListQuery) {
  const scope = { list: `rooms/${id}/members`, viewer: viewer.userId };
  const after = deps.cursors.open(scope, query.cursor);
  return deps.db.asViewer(viewer, async (sql) => {
    await requireMembership(sql, id);
    const rows = await rooms.selectMembers(sql, id, after, query.limit + 1);
    const page = deps.cursors.page(scope, rows, {
      limit: query.limit,
      keyOf: (row) => [row.joined_at, row.id],
    });
    return { ...page, items: page.items.map((row) => row.member) };
  });
}
