/** @module Accounts and sessions, through the platform's auth service. */
import { decodeJwt } from "jose";
import { z } from "zod";
import { AppError, invalidField } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { AppDeps } from "../platform/deps.ts";
import { ANONYMOUS, type Person, viewerKey } from "../platform/postgres.ts";
import { handleTaken, readProfile } from "../profiles/mod.ts";
import { readRefusal } from "./rules.ts";
import {
  type Account,
  type Refresh,
  Session,
  type SignedIn,
  type SignIn,
  type SignUp,
} from "./schemas.ts";
import {
  deactivateAccount,
  endSession,
  selectAccount,
  selectHandleProblem,
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

async function refusalOf(response: Response): Promise<AppError> {
  const parsed = RefusalBody.safeParse(await response.json().catch(() => ({})));
  const body = parsed.success ? parsed.data : {};
  const code = body.error_code ?? (typeof body.code === "string" ? body.code : undefined);
  const message = body.msg ?? body.message ?? body.error_description ?? "Refused";
  return readRefusal({ status: response.status, code, message });
}

function headersOf(device: Device): Record<string, string> {
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

async function signedIn(deps: AccountsDeps, response: Response): Promise<SignedIn> {
  if (!response.ok) throw await refusalOf(response);
  const parsed = Session.safeParse(await response.json());
  if (!parsed.success) {
    throw new AppError("not-permitted", "The account is there; confirm the e-mail address first");
  }
  const session = parsed.data;
  return { user: await readProfile(deps, personOf(session), "me"), session };
}

async function requireFreeHandle(deps: AccountsDeps, handle: string): Promise<void> {
  const [row] = await deps.db.read(ANONYMOUS, (sql) => selectHandleProblem(sql, handle));
  const problem = row?.problem ?? null;
  if (problem === null) return;
  throw problem === TAKEN ? handleTaken() : invalidField("handle", problem);
}

/** Makes an account with a profile and signs the person in. */
export async function signUp(
  deps: AccountsDeps,
  input: SignUp,
  device: Device,
): Promise<SignedIn> {
  await requireFreeHandle(deps, input.handle);
  const { email, password, handle, display_name = handle } = input;
  const response = await deps.platform.call({
    method: "POST",
    path: "/auth/v1/signup",
    headers: headersOf(device),
    body: { email, password, data: { handle, display_name } },
  });
  // Somebody may have taken the handle in between; the service calls that a failure of its own.
  if (response.status >= 500) await requireFreeHandle(deps, handle);
  return await signedIn(deps, response);
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
  if (!response.ok) throw await refusalOf(response);
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
  const items = page.items.map((row) => ({ ...row, current: row.id === viewer.sessionId }));
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
