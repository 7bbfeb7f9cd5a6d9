/** @module Use cases of calls. */
import { AppError } from "../core/errors.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Person, Sql } from "../platform/postgres.ts";
import { iceServersFor } from "./ice.ts";
import { callServerOf, readReport, signCallToken } from "./livekit.ts";
import type { Call, IceServers, StartCall } from "./schemas.ts";
import * as calls from "./sql.ts";

/** What calls need. */
export type CallsDeps = Pick<AppDeps, "db" | "config" | "now">;

async function requireCall(sql: Sql, id: string): Promise<calls.CallRow> {
  const [row] = await calls.selectCall(sql, id);
  if (row?.call) return row.call;
  throw new AppError("not-found", "The call does not exist");
}

function isInCall(call: Call, viewer: Person): boolean {
  return call.participants.some(({ id, state }) => id === viewer.userId && state === "joined");
}

/** Adds the way to the call server, for those who need it. */
async function present(deps: CallsDeps, viewer: Person, row: calls.CallRow): Promise<Call> {
  const { uses_server, ...call } = row;
  const server = callServerOf(deps.config);
  const me = call.participants.find(({ id }) => id === viewer.userId);
  if (!uses_server || server === undefined || me === undefined) return call;
  const livekit = await signCallToken(server, call, { id: me.id, name: me.display_name });
  return { ...call, livekit };
}

/** Starts a call in a room, with the person in it. */
export async function startCall(
  deps: CallsDeps,
  viewer: Person,
  roomId: string,
  input: StartCall,
): Promise<Call> {
  const row = await deps.db.asViewer(viewer, async (sql) => {
    const [started] = await calls.startCall(sql, roomId, input.kind);
    return await requireCall(sql, started?.id ?? "");
  });
  return await present(deps, viewer, row);
}

/** Reads a call of one's rooms. */
export async function readCall(deps: CallsDeps, viewer: Person, id: string): Promise<Call> {
  const row = await deps.db.asViewer(viewer, (sql) => requireCall(sql, id));
  return await present(deps, viewer, row);
}

async function change(
  deps: CallsDeps,
  viewer: Person,
  id: string,
  statement: (sql: Sql) => Promise<unknown>,
): Promise<Call> {
  const row = await deps.db.asViewer(viewer, async (sql) => {
    await statement(sql);
    return await requireCall(sql, id);
  });
  return await present(deps, viewer, row);
}

/** Joins a call; the first who does answers it. */
export function joinCall(deps: CallsDeps, viewer: Person, id: string): Promise<Call> {
  const hasServer = callServerOf(deps.config) !== undefined;
  return change(deps, viewer, id, async (sql) => {
    await calls.joinCall(sql, id, hasServer);
  });
}

/** Leaves a call, or declines one that rings. */
export function leaveCall(deps: CallsDeps, viewer: Person, id: string): Promise<Call> {
  return change(deps, viewer, id, async (sql) => {
    await calls.leaveCall(sql, id);
  });
}

/** Ends a call for everybody. */
export function endCall(deps: CallsDeps, viewer: Person, id: string): Promise<Call> {
  return change(deps, viewer, id, async (sql) => {
    await calls.endCall(sql, id);
  });
}

/** Gives those in a call the servers by which their devices find each other. */
export async function readIceServers(
  deps: CallsDeps,
  viewer: Person,
  id: string,
): Promise<IceServers> {
  const call = await deps.db.asViewer(viewer, (sql) => requireCall(sql, id));
  if (!isInCall(call, viewer)) throw new AppError("not-permitted", "Join the call first");
  return await iceServersFor(deps.config, viewer.userId, deps.now());
}

/** Takes in what the call server reports. */
export async function takeReport(
  deps: Pick<AppDeps, "db" | "config">,
  body: string,
  authorization: string | undefined,
): Promise<void> {
  const server = callServerOf(deps.config);
  if (server === undefined) throw new AppError("not-configured", "LIVEKIT_URL is not set");
  const lost = await readReport(server, body, authorization);
  if (lost === undefined) return;
  await deps.db.asService("the call server speaks for nobody", async (sql) => {
    await calls.dropParticipant(sql, lost.callId, lost.profileId, lost.at);
  });
}
