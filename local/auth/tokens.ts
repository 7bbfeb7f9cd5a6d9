/** @module Sessions, and the access and refresh tokens that belong to them. */
import type { TransactionSql } from "postgres";
import { signToken, type TokenClaims } from "../jwt.ts";
import { audit } from "./audit.ts";
import { type AuthApp, type Call, type Db, inTransaction } from "./context.ts";
import { AuthError } from "./errors.ts";
import type { AuthMethod } from "./flow_state.ts";
import { customClaims } from "./hooks.ts";
import { AUDIENCE, findUser, INSTANCE_ID, isBanned, loadUserView, type UserRow } from "./users.ts";
import type { Metadata } from "./users.ts";

/** What a client gets when it has signed in. */
export interface TokenAnswer extends Metadata {
  readonly access_token: string;
  readonly token_type: "bearer";
  readonly expires_in: number;
  readonly expires_at: number;
  readonly refresh_token: string;
  readonly user: Metadata;
}

/** A session, as stored. */
export interface SessionRow {
  readonly id: string;
  readonly user_id: string;
  readonly created_at: Date;
  readonly not_after: Date | null;
  readonly aal: string | null;
  readonly factor_id: string | null;
  readonly refreshed_at: Date | null;
}

interface RefreshRow {
  readonly id: string;
  readonly token: string;
  readonly user_id: string;
  readonly session_id: string | null;
  readonly revoked: boolean;
  readonly parent: string | null;
  readonly updated_at: Date;
}

const TOKEN_LENGTH = 12;
const TOKEN_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const LOCK_TIMEOUT = "5s";
const LOCK_NOT_AVAILABLE = "55P03";

function newRefreshToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_LENGTH));
  return Array.from(bytes, (byte) => TOKEN_ALPHABET[byte % TOKEN_ALPHABET.length]).join("");
}

/** Finds a session. */
export async function findSession(db: Db, id: string): Promise<SessionRow | undefined> {
  const [row] = await db<SessionRow[]>`
    select id, user_id, created_at, not_after, aal::text, factor_id,
      refreshed_at at time zone 'utc' as refreshed_at
    from auth.sessions where id = ${id}
  `;
  return row;
}

async function accessToken(
  app: AuthApp,
  tx: Db,
  user: UserRow,
  sessionId: string,
  method: AuthMethod,
): Promise<{ token: string; expiresAt: number }> {
  const methods = await tx<{ method: string; timestamp: number }[]>`
    select authentication_method as method, extract(epoch from updated_at)::int as timestamp
    from auth.mfa_amr_claims where session_id = ${sessionId} order by updated_at
  `;
  const issuedAt = Math.floor(Date.now() / 1000);
  const expiresAt = issuedAt + app.settings.jwtExpirySeconds;
  const claims = {
    iss: app.externalUrl,
    sub: user.id,
    aud: user.aud ?? AUDIENCE,
    exp: expiresAt,
    iat: issuedAt,
    email: user.email ?? "",
    phone: user.phone ?? "",
    app_metadata: user.raw_app_meta_data ?? {},
    user_metadata: user.raw_user_meta_data ?? {},
    role: user.role ?? AUDIENCE,
    aal: methods.some((entry) => entry.method === "totp") ? "aal2" : "aal1",
    amr: methods.map((entry) => ({ method: entry.method, timestamp: entry.timestamp })),
    session_id: sessionId,
    is_anonymous: user.is_anonymous,
  };
  const final = await customClaims(app, tx, claims, method);
  return { token: await signToken(final as TokenClaims, app.jwt), expiresAt };
}

async function answer(
  app: AuthApp,
  tx: Db,
  user: UserRow,
  sessionId: string,
  method: AuthMethod,
  refreshToken: string,
): Promise<TokenAnswer> {
  const access = await accessToken(app, tx, user, sessionId, method);
  return {
    access_token: access.token,
    token_type: "bearer",
    expires_in: app.settings.jwtExpirySeconds,
    expires_at: access.expiresAt,
    refresh_token: refreshToken,
    user: await loadUserView(tx, user),
  };
}

/** Opens a session for a person who has proved who they are. */
export async function openSession(
  app: AuthApp,
  call: Call,
  tx: TransactionSql,
  user: UserRow,
  method: AuthMethod,
): Promise<TokenAnswer> {
  const sessionId = crypto.randomUUID();
  const refreshToken = newRefreshToken();
  const [changed] = await tx<UserRow[]>`
    with session as (
      insert into auth.sessions (id, user_id, created_at, updated_at, aal, user_agent, ip)
      values (${sessionId}, ${user.id}, now(), now(), 'aal1', ${call.userAgent}, ${call.ip})
    ), token as (
      insert into auth.refresh_tokens (
        instance_id, token, user_id, revoked, created_at, updated_at, parent, session_id
      ) values (
        ${INSTANCE_ID}, ${refreshToken}, ${user.id}::text, false, now(), now(), null, ${sessionId}
      )
    ), claim as (
      insert into auth.mfa_amr_claims (
        session_id, created_at, updated_at, authentication_method, id
      ) values (${sessionId}, now(), now(), ${method}, gen_random_uuid())
    )
    update auth.users set last_sign_in_at = now(), updated_at = now()
    where id = ${user.id} returning *
  `;
  if (changed === undefined) throw new Error("the person is gone");
  return await answer(app, tx, changed, sessionId, method, refreshToken);
}

/** Adds a method to a session that is already open, with tokens that say so. */
export async function strengthenSession(
  app: AuthApp,
  tx: TransactionSql,
  user: UserRow,
  sessionId: string,
  factorId: string,
): Promise<TokenAnswer> {
  await tx`
    insert into auth.mfa_amr_claims (session_id, created_at, updated_at, authentication_method, id)
    values (${sessionId}, now(), now(), 'totp', gen_random_uuid())
    on conflict (session_id, authentication_method) do update set updated_at = now()
  `;
  await tx`
    update auth.sessions set aal = 'aal2', factor_id = ${factorId}, updated_at = now()
    where id = ${sessionId}
  `;
  const active = await activeToken(tx, sessionId);
  if (active === undefined) throw refreshTokenNotFound();
  const next = await swap(tx, user, active);
  return await answer(app, tx, user, sessionId, "totp", next);
}

function refreshTokenNotFound(): AuthError {
  return new AuthError(
    400,
    "refresh_token_not_found",
    "Invalid Refresh Token: Refresh Token Not Found",
  );
}

/** The token of a session that has not been used yet. */
async function activeToken(tx: Db, sessionId: string): Promise<RefreshRow | undefined> {
  const [row] = await tx<RefreshRow[]>`
    select * from auth.refresh_tokens
    where session_id = ${sessionId} and revoked is false order by id desc limit 1
  `;
  return row;
}

/** Uses a token up and makes its successor. */
async function swap(tx: Db, user: UserRow, old: RefreshRow): Promise<string> {
  await audit(tx, user, "token_revoked");
  const token = newRefreshToken();
  await tx`
    with spent as (
      update auth.refresh_tokens set revoked = true, updated_at = now() where id = ${old.id}
    )
    insert into auth.refresh_tokens (
      instance_id, token, user_id, revoked, created_at, updated_at, parent, session_id
    ) values (
      ${INSTANCE_ID}, ${token}, ${user.id}::text, false, now(), now(), ${old.token},
      ${old.session_id}
    )
  `;
  return token;
}

function checkValidity(app: AuthApp, session: SessionRow, token: RefreshRow): void {
  const now = Date.now();
  const { timeboxSeconds, inactivityTimeoutSeconds } = app.settings.sessions;
  const expired = (why: string) =>
    new AuthError(400, "session_expired", `Invalid Refresh Token: Session Expired${why}`);
  if (session.not_after !== null && now > session.not_after.getTime()) throw expired("");
  if (timeboxSeconds && now > session.created_at.getTime() + timeboxSeconds * 1000) {
    throw expired("");
  }
  const used = session.refreshed_at ??
    (token.updated_at > session.created_at ? token.updated_at : session.created_at);
  if (inactivityTimeoutSeconds && now > used.getTime() + inactivityTimeoutSeconds * 1000) {
    throw expired(" (Inactivity)");
  }
}

/** The token to answer with when a used one comes again. @throws when that is abuse */
async function reuse(
  app: AuthApp,
  tx: Db,
  user: UserRow,
  token: RefreshRow,
  sessionId: string,
): Promise<string> {
  const active = await activeToken(tx, sessionId);
  // The client has lost the answer to its last exchange: it may have it once more.
  if (active !== undefined && active.parent === token.token) return active.token;
  const until = token.updated_at.getTime() + app.settings.reuseIntervalSeconds * 1000;
  if (Date.now() <= until) return await swap(tx, user, token);
  if (app.settings.refreshTokenRotation) {
    // Whoever holds any token of this family can do no more with it; only a new sign-in helps.
    await tx`
      update auth.refresh_tokens set revoked = true, updated_at = now()
      where session_id = ${sessionId} and revoked is false
    `;
  }
  throw new AuthError(
    400,
    "refresh_token_already_used",
    "Invalid Refresh Token: Already Used",
    { keep: true },
  );
}

async function exchange(
  app: AuthApp,
  call: Call,
  tx: TransactionSql,
  refreshToken: string,
): Promise<TokenAnswer> {
  await tx`select set_config('lock_timeout', ${LOCK_TIMEOUT}, true)`;
  // Exchanges of one session take turns, so that two of them never both rotate.
  const [locked] = await tx<{ id: string }[]>`
    select s.id from auth.sessions s
    where s.id = (select session_id from auth.refresh_tokens where token = ${refreshToken})
    for update
  `;
  const [token] = await tx<RefreshRow[]>`
    select * from auth.refresh_tokens where token = ${refreshToken}
  `;
  if (token === undefined) throw refreshTokenNotFound();
  const user = await findUser(tx, token.user_id);
  if (user === undefined) throw refreshTokenNotFound();
  if (isBanned(user)) {
    throw new AuthError(400, "user_banned", "Invalid Refresh Token: User Banned");
  }
  const session = locked === undefined ? undefined : await findSession(tx, locked.id);
  if (session === undefined) {
    throw new AuthError(
      400,
      "session_not_found",
      "Invalid Refresh Token: No Valid Session Found",
    );
  }
  checkValidity(app, session, token);
  const next = token.revoked
    ? await reuse(app, tx, user, token, session.id)
    : await swap(tx, user, token);
  await audit(tx, user, "token_refreshed");
  await tx`
    update auth.sessions
    set refreshed_at = now() at time zone 'utc', updated_at = now(),
      user_agent = ${call.userAgent}, ip = ${call.ip}
    where id = ${session.id}
  `;
  return await answer(app, tx, user, session.id, "token_refresh", next);
}

/** Exchanges a refresh token. */
export async function refreshSession(
  app: AuthApp,
  call: Call,
  refreshToken: string,
): Promise<TokenAnswer> {
  try {
    return await inTransaction(app, (tx) => exchange(app, call, tx, refreshToken));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === LOCK_NOT_AVAILABLE) {
      throw new AuthError(
        409,
        "conflict",
        "Too many concurrent token refresh requests on the same session or refresh token",
      );
    }
    throw error;
  }
}
