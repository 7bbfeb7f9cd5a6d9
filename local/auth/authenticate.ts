/** @module Who makes a call: the bearer token, and the person and session behind it. */
import { isIP } from "node:net";
import { type TokenClaims, verifyToken } from "../jwt.ts";
import type { AuthApp, Call } from "./context.ts";
import { AuthError } from "./errors.ts";
import { findSession, type SessionRow } from "./tokens.ts";
import { findUser, type UserRow } from "./users.ts";

/** A signed-in caller. */
export interface Caller {
  readonly claims: TokenClaims;
  readonly user: UserRow;
  /** Absent for tokens that were made outside of this service. */
  readonly session: SessionRow | undefined;
}

const BEARER = /^[Bb]earer (\S+)$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ADMIN_ROLES: readonly string[] = ["service_role", "supabase_admin"];

/** Whether a text is a UUID. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

async function readClaims(app: AuthApp, call: Call): Promise<TokenClaims> {
  const token = BEARER.exec(call.request.headers.get("authorization") ?? "")?.[1];
  if (token === undefined) {
    throw new AuthError(401, "no_authorization", "This endpoint requires a Bearer token");
  }
  try {
    return await verifyToken(token, app.jwt);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AuthError(
      403,
      "bad_jwt",
      `invalid JWT: unable to parse or verify signature, ${why}`,
      { cause },
    );
  }
}

/** The signed-in caller. @throws 401 or 403 when there is none */
export async function requireCaller(app: AuthApp, call: Call): Promise<Caller> {
  const claims = await readClaims(app, call);
  if (claims.sub === undefined || claims.sub === "") {
    throw new AuthError(403, "bad_jwt", "invalid claim: missing sub claim");
  }
  if (!isUuid(claims.sub)) {
    throw new AuthError(400, "bad_jwt", "invalid claim: sub claim must be a UUID");
  }
  const user = await findUser(app.sql, claims.sub);
  if (user === undefined) {
    throw new AuthError(403, "user_not_found", "User from sub claim in JWT does not exist");
  }
  const sessionId = claims.session_id ?? "";
  if (sessionId === "") return { claims, user, session: undefined };
  if (!isUuid(sessionId)) {
    throw new AuthError(403, "bad_jwt", "invalid claim: session_id claim must be a UUID");
  }
  const session = await findSession(app.sql, sessionId);
  if (session === undefined) {
    throw new AuthError(
      403,
      "session_not_found",
      "Session from session_id claim in JWT does not exist",
    );
  }
  return { claims, user, session };
}

/** The address that a server with the service key names; nobody else is believed. */
export async function forwardedAddress(app: AuthApp, call: Call): Promise<string | undefined> {
  const address = call.request.headers.get("sb-forwarded-for")?.split(",")[0]?.trim() ?? "";
  if (!isIP(address)) return undefined;
  const claims = await readClaims(app, call).catch(() => undefined);
  return ADMIN_ROLES.includes(claims?.role ?? "") ? address : undefined;
}

/** @throws unless the call is made with the service key */
export async function requireAdmin(app: AuthApp, call: Call): Promise<void> {
  const claims = await readClaims(app, call);
  if (!ADMIN_ROLES.includes(claims.role ?? "")) {
    throw new AuthError(403, "not_admin", "User not allowed");
  }
}
