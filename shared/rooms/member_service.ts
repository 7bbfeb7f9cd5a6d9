/** @module Use cases of members, measures and invites. */
import type { ListQuery } from "../core/shapes.ts";
import type { Person, Sql } from "../platform/postgres.ts";
import type {
  Invitation,
  MadeInvite,
  NewInvite,
  RoomMute,
  RoomSettings,
  RoomSettingsChange,
} from "./member_schemas.ts";
import * as members from "./member_sql.ts";
import type { MemberAt } from "./member_sql.ts";
import type { Room } from "./schemas.ts";
import type { AppDeps } from "../platform/deps.ts";
import { requireRoom, type RoomsDeps } from "./service.ts";

/** What invites need: links name the site. */
export type InvitesDeps = RoomsDeps & Pick<AppDeps, "config">;

/** Mutes a member; tells until when. */
export function muteMember(
  deps: RoomsDeps,
  viewer: Person,
  at: MemberAt,
  mute: RoomMute,
): Promise<{ muted_until: string }> {
  return deps.db.asViewer(viewer, async (sql) => {
    const [row] = await members.muteMember(sql, at, mute);
    return { muted_until: row?.muted_until ?? "" };
  });
}

/** What the caller has chosen for a room they are in. */
export async function readRoomSettings(
  deps: RoomsDeps,
  viewer: Person,
  roomId: string,
): Promise<RoomSettings> {
  const [row] = await deps.db.asViewer(viewer, (sql) => members.selectRoomSettings(sql, roomId));
  return required(row);
}

/** Changes what the caller has chosen for a room they are in. */
export async function changeRoomSettings(
  deps: RoomsDeps,
  viewer: Person,
  roomId: string,
  { privacy }: RoomSettingsChange,
): Promise<RoomSettings> {
  const [row] = await deps.db.asViewer(
    viewer,
    (sql) => members.updateRoomSettings(sql, roomId, privacy),
  );
  return required(row);
}

function required(row: { readonly settings: RoomSettings } | undefined): RoomSettings {
  if (row === undefined) throw new Error("the settings of the room came without a row");
  return row.settings;
}

/** Runs one command of the database as the caller. */
export async function perform(
  deps: RoomsDeps,
  viewer: Person,
  command: (sql: Sql) => PromiseLike<unknown>,
): Promise<void> {
  await deps.db.asViewer(viewer, async (sql) => {
    await command(sql);
  });
}

/** Runs one command on a room and gives the room after it. */
export function performOnRoom(
  deps: RoomsDeps,
  viewer: Person,
  roomId: string,
  command: (sql: Sql) => PromiseLike<unknown>,
): Promise<Room> {
  return deps.db.asViewer(viewer, async (sql) => {
    await command(sql);
    return await requireRoom(sql, roomId);
  });
}

interface IdRow {
  readonly id: string;
}

type ReadPage<Row> = (
  sql: Sql,
  roomId: string,
  after: Parameters<typeof members.selectBans>[2],
  limit: number,
) => PromiseLike<Row[]>;

async function readPage<Row extends IdRow>(
  deps: RoomsDeps,
  viewer: Person,
  { list, roomId, query, select }: {
    list: string;
    roomId: string;
    query: ListQuery;
    select: ReadPage<Row>;
  },
) {
  const scope = { list: `rooms/${roomId}/${list}`, viewer: viewer.userId };
  const after = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.asViewer(
    viewer,
    async (sql) => [...await select(sql, roomId, after, query.limit + 1)],
  );
  return deps.cursors.page(scope, rows, { limit: query.limit, keyOf: (row) => [row.id] });
}

/** Lists who is banned. */
export async function listBans(deps: RoomsDeps, viewer: Person, roomId: string, query: ListQuery) {
  const select = members.selectBans;
  const page = await readPage(deps, viewer, { list: "bans", roomId, query, select });
  return { ...page, items: page.items.map((row) => row.ban) };
}

/** Lists what those who keep order did. */
export async function listLog(deps: RoomsDeps, viewer: Person, roomId: string, query: ListQuery) {
  const select = members.selectLog;
  const page = await readPage(deps, viewer, { list: "log", roomId, query, select });
  return { ...page, items: page.items.map((row) => row.entry) };
}

/** Lists open invites. */
export async function listInvites(
  deps: RoomsDeps,
  viewer: Person,
  roomId: string,
  query: ListQuery,
) {
  const select = members.selectInvites;
  const page = await readPage(deps, viewer, { list: "invites", roomId, query, select });
  return { ...page, items: page.items.map((row) => row.invite) };
}

/** Makes an invite; its secret is in this answer only. */
export function createInvite(
  deps: InvitesDeps,
  viewer: Person,
  roomId: string,
  input: NewInvite,
): Promise<MadeInvite> {
  return deps.db.asViewer(viewer, async (sql) => {
    const [row] = await members.insertInvite(sql, roomId, input);
    if (row === undefined) throw new Error("The invite was not made");
    return { ...row.invite, url: inviteUrl(deps, row.invite.token) };
  });
}

/** The link by which whoever has the token comes in. */
export function inviteUrl({ config }: Pick<InvitesDeps, "config">, token: string): string {
  const base = (config.env.SITE_URL ?? config.publicUrl).replace(/\/+$/, "");
  return `${base}/invites/${token}`;
}

/** Reads to what a token invites. */
export function readInvite(deps: RoomsDeps, viewer: Person, token: string): Promise<Invitation> {
  return deps.db.asViewer(viewer, async (sql) => {
    const [row] = await members.selectInvitation(sql, token);
    if (row === undefined) throw new Error("The invite was not read");
    return row.invitation;
  });
}

/** Comes in by an invite. */
export function acceptInvite(deps: RoomsDeps, viewer: Person, token: string): Promise<Room> {
  return deps.db.asViewer(viewer, async (sql) => {
    const [row] = await members.acceptInvite(sql, token);
    return await requireRoom(sql, row?.room_id ?? "");
  });
}
