/** @module Accounts and sessions, through the platform's auth service. */
import { decodeJwt } from "jose";
import { z } from "zod";
import { AppError, invalidField } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { AppDeps } from "../platform/deps.ts";
import { ANONYMOUS, type Person, viewerKey } from "../platform/postgres.ts";
import { handleTaken, readProfile } from "../profiles/mod.ts";
import { deviceName, readRefusal } from "./rules.ts";
import {
  type Account,
  type Refresh,
  Session,
  type SignedIn,
  type SignedUp,
  type SignIn,
  type SignUp,
} from "./schemas.ts";
import {
  deactivateAccount,
  endSession,
  selectAccount,
  selectHandleProblem,
  selectLog,
  selectSessions,
} from "./sql.ts";

/** What accounts need. */
export type AccountsDeps = Pick<AppDeps, "db" | "cursors" | "platform">;

/** Who calls, for the auth service's own limits and its list of devices. */
export interface Device {
  readonly address: string;
  readonly userAgent: string;
}

/** Text by which the database tells that somebody has the handle. */
const TAKEN = "This handle is taken";

const RefusalBody = z.object({
  error_code: z.string().optional(),
  code: z.union([z.string(), z.number()]).optional(),
  msg: z.string().optional(),
  message: z.string().optional(),
  error_description: z.string().optional(),
});

/** Reads why the auth service refused; `fields` are the route's names of its fields. */
export async function readFailure(
  response: Response,
  fields?: Readonly<Record<string, string>>,
): Promise<{ code: string | undefined; error: AppError }> {
  const parsed = RefusalBody.safeParse(await response.json().catch(() => ({})));
  const body = parsed.success ? parsed.data : {};
  const code = body.error_code ?? (typeof body.code === "string" ? body.code : undefined);
  const message = body.msg ?? body.message ?? body.error_description ?? "Refused";
  return { code, error: readRefusal({ status: response.status, code, message }, fields) };
}

/** Tells the auth service on whose behalf it is called. */
export function headersOf(device: Device): Record<string, string> {
  return { "user-agent": device.userAgent, "sb-forwarded-for": device.address };
}

/** The person whom a session that was just opened belongs to. */
function personOf(session: Session): Person {
  const claims = decodeJwt(session.access_token);
  const { sub, session_id: sessionId } = claims;
  if (sub === undefined || typeof sessionId !== "string") {
    throw new AppError("upstream-failed", "The auth service gave a token without a session");
  }
  // Whoever is banned may still come in, for what is left to them.
  return { kind: "person", userId: sub, sessionId, claims, openTo: "banned" };
}

/** The person and session of an answer that opens one. */
async function enter(deps: AccountsDeps, answer: unknown): Promise<SignedIn> {
  const parsed = Session.safeParse(answer);
  if (!parsed.success) {
    throw new AppError("upstream-failed", "The auth service gave no session");
  }
  const session = parsed.data;
  return { user: await readProfile(deps, personOf(session), "me"), session };
}

/** Reads the session that the auth service has opened. */
export async function signedIn(
  deps: AccountsDeps,
  response: Response,
  fields?: Readonly<Record<string, string>>,
): Promise<SignedIn> {
  if (!response.ok) throw (await readFailure(response, fields)).error;
  return await enter(deps, await response.json());
}

async function requireFreeHandle(deps: AccountsDeps, handle: string): Promise<void> {
  const [row] = await deps.db.read(ANONYMOUS, (sql) => selectHandleProblem(sql, handle));
  const problem = row?.problem ?? null;
  if (problem === null) return;
  throw problem === TAKEN ? handleTaken() : invalidField("handle", problem);
}

/** Said to everybody where addresses must be confirmed, so that nobody learns which exist. */
const CONFIRM_FIRST: SignedUp = { user: null, session: null };

/** How often a sign-up that somebody else's got in the way of is tried again. */
const RACES_MAX = 3;

/** Makes an account with a profile; signs the person in unless the address must be confirmed. */
export async function signUp(
  deps: AccountsDeps,
  input: SignUp,
  device: Device,
): Promise<SignedUp> {
  await requireFreeHandle(deps, input.handle);
  const { email, password, handle, display_name = handle } = input;
  const send = () =>
    deps.platform.call({
      method: "POST",
      path: "/auth/v1/signup",
      headers: headersOf(device),
      body: { email, password, data: { handle, display_name } },
    });
  let response = await send();
  for (let again = 0; again < RACES_MAX && response.status >= 500; again++) {
    // Somebody may have been faster with the handle or the address; the service calls that a
    // failure of its own, and says what it is when it is asked again.
    await response.body?.cancel();
    await requireFreeHandle(deps, handle);
    response = await send();
  }
  if (!response.ok) {
    const { code, error } = await readFailure(response);
    // A mail too many means that the address waits for its confirmation: as good as a new one.
    if (code === "over_email_send_rate_limit") return CONFIRM_FIRST;
    // The loser of a race learns of it by the field, whatever the service called it.
    await requireFreeHandle(deps, handle);
    throw error;
  }
  const answer: unknown = await response.json();
  return Session.safeParse(answer).success ? await enter(deps, answer) : CONFIRM_FIRST;
}

/** Opens a session with a password. */
export async function signIn(deps: AccountsDeps, input: SignIn, device: Device) {
  return await signedIn(
    deps,
    await deps.platform.call({
      method: "POST",
      path: "/auth/v1/token?grant_type=password",
      headers: headersOf(device),
      body: input,
    }),
  );
}

/** Swaps a refresh token for new tokens. */
export async function refreshSession(deps: AccountsDeps, input: Refresh, device: Device) {
  return await signedIn(
    deps,
    await deps.platform.call({
      method: "POST",
      path: "/auth/v1/token?grant_type=refresh_token",
      headers: headersOf(device),
      body: input,
    }),
  );
}

/** Ends the session of a token, or every session of its person. */
export async function signOut(
  deps: AccountsDeps,
  token: string,
  scope: "local" | "global",
): Promise<void> {
  const response = await deps.platform.call({
    method: "POST",
    path: `/auth/v1/logout?scope=${scope}`,
    token,
  });
  if (!response.ok) throw (await readFailure(response)).error;
  await response.body?.cancel();
}

/** Reads the viewer's own account. */
export async function readAccount(deps: AccountsDeps, viewer: Person): Promise<Account> {
  const [row] = await deps.db.read(viewer, selectAccount);
  const account = row?.account ?? null;
  if (account === null) throw new AppError("not-found", "The account does not exist any more");
  return account;
}

/** Lists the viewer's sessions. */
export async function listSessions(deps: AccountsDeps, viewer: Person, query: ListQuery) {
  const scope = { list: "sessions", viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.read(viewer, (sql) => selectSessions(sql, after, query.limit + 1));
  const page = deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [row.created_at, row.id],
  });
  const items = page.items.map((row) => ({
    ...row,
    current: row.id === viewer.sessionId,
    device: deviceName(row.user_agent),
  }));
  return { ...page, items };
}

/** Lists what happened to the viewer's account. */
export async function listLog(deps: AccountsDeps, viewer: Person, query: ListQuery) {
  const scope = { list: "auth_log", viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.read(viewer, (sql) => selectLog(sql, after, query.limit + 1));
  const page = deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [row.created_at, row.id],
  });
  const items = page.items.map(({ user_agent: userAgent, ...row }) => ({
    ...row,
    current: row.session_id === viewer.sessionId,
    device: userAgent === null ? null : deviceName(userAgent),
  }));
  return { ...page, items };
}

/** Ends one of the viewer's sessions, on whatever device. */
export async function closeSession(deps: AccountsDeps, viewer: Person, id: string): Promise<void> {
  const [row] = await deps.db.asViewer(viewer, (sql) => endSession(sql, id));
  if (row?.ended !== true) throw new AppError("not-found", "The session does not exist");
}

/** Hides the viewer's account and ends all sessions; signing in again undoes it. */
export async function deactivate(deps: AccountsDeps, viewer: Person): Promise<void> {
  await deps.db.asViewer(viewer, deactivateAccount);
}
