/** @module GET and POST /verify: redeems the tokens that e-mails carry. */
import type { TransactionSql } from "postgres";
import { z } from "zod";
import { audit } from "./audit.ts";
import {
  type AuthApp,
  type Call,
  type Db,
  inTransaction,
  parseBody,
  textField,
} from "./context.ts";
import { normalizeEmail } from "./email_address.ts";
import { AuthError, invalid, unsupported } from "./errors.ts";
import { type AuthMethod, issueAuthCode } from "./flow_state.ts";
import { listIdentities, setIdentityEmail, updateIdentityData } from "./identities.ts";
import {
  clearTokens,
  findUserByToken,
  hashToken,
  isTokenExpired,
  isTokenValid,
  PKCE_PREFIX,
  type TokenType,
} from "./one_time_tokens.ts";
import { hashPassword, randomPassword } from "./passwords.ts";
import { redirect, redirectTarget } from "./redirects.ts";
import { openSession, type TokenAnswer } from "./tokens.ts";
import {
  AUDIENCE,
  confirmEmail,
  findUserByEmail,
  isBanned,
  refreshProviders,
  updateUser,
  type UserRow,
} from "./users.ts";

const VERIFY_BODY = z.object({
  type: textField,
  token: textField,
  token_hash: textField,
  email: textField,
  phone: textField,
  redirect_to: textField,
});

const ONE_OF_TWO =
  "Confirmation link accepted. Please proceed to confirm link sent to the other email";

/** Types of verification, without the umbrella type `email`. */
type Type = "email_change" | "invite" | "magiclink" | "recovery" | "signup";

interface Redeemed {
  readonly user: UserRow;
  readonly type: Type;
  /** The stored form of the token. */
  readonly hash: string;
}

const TOKEN_TYPES: Readonly<Record<Type | "email", readonly TokenType[]>> = {
  email: ["confirmation_token", "recovery_token"],
  signup: ["confirmation_token"],
  invite: ["confirmation_token"],
  recovery: ["recovery_token"],
  magiclink: ["recovery_token"],
  email_change: ["email_change_token_current", "email_change_token_new"],
};

/** Names of the flows that links can end. */
const FLOW_METHODS: Readonly<Record<Type, AuthMethod>> = {
  signup: "email/signup",
  invite: "invite",
  recovery: "recovery",
  magiclink: "magiclink",
  email_change: "email_change",
};

function isType(type: string): type is Type | "email" {
  return Object.hasOwn(TOKEN_TYPES, type);
}

function checkType(type: string): Type | "email" {
  if (type === "") throw invalid("Verify requires a verification type");
  if (type === "sms" || type === "phone_change") throw unsupported("Verification by phone");
  if (!isType(type)) throw invalid("Invalid email verification type");
  return type;
}

function sentAt(user: UserRow, type: Type): Date | null {
  if (type === "email_change") return user.email_change_sent_at;
  return type === "signup" || type === "invite" ? user.confirmation_sent_at : user.recovery_sent_at;
}

function checkBan(user: UserRow): void {
  if (isBanned(user)) throw new AuthError(403, "user_banned", "User is banned");
}

/** Redeems the hash that a link carries. */
async function byHash(
  app: AuthApp,
  tx: Db,
  asked: Type | "email",
  hash: string,
): Promise<Redeemed> {
  const expired = () => new AuthError(403, "otp_expired", "Email link is invalid or has expired");
  const found = await findUserByToken(tx, hash, TOKEN_TYPES[asked]);
  if (found === undefined) throw expired();
  checkBan(found.user);
  const umbrella = found.type === "recovery_token" ? "magiclink" : "signup";
  const type = asked === "email" ? umbrella : asked;
  if (isTokenExpired(sentAt(found.user, type), app.settings.otpExpirySeconds)) throw expired();
  return { user: found.user, type, hash };
}

async function findForEmailChange(
  db: Db,
  email: string,
  hash: string,
): Promise<UserRow | undefined> {
  const hashes = [hash, PKCE_PREFIX + hash];
  const [row] = await db<UserRow[]>`
    select * from auth.users where aud = ${AUDIENCE} and is_sso_user = false and (
      (lower(email) = ${email} and email_change_token_current in ${db(hashes)})
      or (lower(email_change) = ${email} and email_change_token_new in ${db(hashes)})
    ) limit 1
  `;
  return row;
}

/** Redeems the code that a person has typed in next to an address. */
async function byCode(
  app: AuthApp,
  tx: Db,
  asked: Type | "email",
  email: string,
  code: string,
): Promise<Redeemed> {
  const expired = () => new AuthError(403, "otp_expired", "Token has expired or is invalid");
  const hash = hashToken(email, code);
  const user = asked === "email_change"
    ? await findForEmailChange(tx, email, hash)
    : await findUserByEmail(tx, email);
  if (user === undefined) throw expired();
  checkBan(user);
  const lifetime = app.settings.otpExpirySeconds;
  const isSignup = isTokenValid(
    hash,
    user.confirmation_token,
    user.confirmation_sent_at,
    lifetime,
  );
  const isRecovery = isTokenValid(hash, user.recovery_token, user.recovery_sent_at, lifetime);
  const isChange = isTokenValid(
    hash,
    user.email_change_token_current,
    user.email_change_sent_at,
    lifetime,
  ) || isTokenValid(hash, user.email_change_token_new, user.email_change_sent_at, lifetime);
  const types: Record<Type | "email", Type | undefined> = {
    email: isSignup ? "signup" : isRecovery ? "magiclink" : undefined,
    signup: isSignup ? "signup" : undefined,
    invite: isSignup ? "invite" : undefined,
    recovery: isRecovery ? "recovery" : undefined,
    magiclink: isRecovery ? "magiclink" : undefined,
    email_change: isChange ? "email_change" : undefined,
  };
  const type = types[asked];
  if (type === undefined) throw expired();
  return { user, type, hash };
}

async function confirmSignup(tx: Db, user: UserRow, password: string): Promise<UserRow> {
  // The invited choose their password later; until then nobody knows it.
  const needsPassword = user.invited_at !== null && (user.encrypted_password ?? "") === "";
  const ready = needsPassword
    ? await updateUser(tx, user.id, { encrypted_password: password })
    : user;
  await audit(tx, ready, "user_signedup");
  const confirmed = await confirmEmail(tx, ready);
  for (const identity of await listIdentities(tx, user.id)) {
    if (identity.email !== null && identity.email === confirmed.email) {
      await updateIdentityData(tx, identity.id, { email_verified: true });
    }
  }
  return confirmed;
}

async function confirmRecovery(tx: Db, user: UserRow): Promise<UserRow> {
  await clearTokens(tx, user.id);
  const spent = await updateUser(tx, user.id, { recovery_token: "" });
  if (spent.email_confirmed_at !== null) {
    await audit(tx, spent, "login");
    return spent;
  }
  await audit(tx, spent, "user_signedup");
  return await confirmEmail(tx, spent);
}

/** Gives a person the new address. */
export async function completeEmailChange(tx: Db, user: UserRow): Promise<UserRow> {
  await audit(tx, user, "user_modified");
  const email = user.email_change ?? "";
  await setIdentityEmail(tx, user.id, email, true);
  await clearTokens(tx, user.id);
  const changed = await updateUser(tx, user.id, {
    email,
    email_change: "",
    email_change_token_current: "",
    email_change_token_new: "",
    email_change_confirm_status: 0,
    is_anonymous: false,
  });
  return changed.email_confirmed_at === null ? await confirmEmail(tx, changed) : changed;
}

/** Takes one of the two consents to a change of address. */
async function consentToChange(tx: Db, redeemed: Redeemed): Promise<void> {
  const { user, hash } = redeemed;
  const isCurrent = [hash, PKCE_PREFIX + hash].includes(user.email_change_token_current ?? "");
  await clearTokens(
    tx,
    user.id,
    isCurrent ? "email_change_token_current" : "email_change_token_new",
  );
  await updateUser(tx, user.id, {
    email_change_confirm_status: 1,
    ...(isCurrent ? { email_change_token_current: "" } : { email_change_token_new: "" }),
  });
}

/** Does what the token was for. Undefined when another consent is still missing. */
async function complete(
  app: AuthApp,
  tx: Db,
  redeemed: Redeemed,
  password: string,
): Promise<UserRow | undefined> {
  let user: UserRow;
  if (redeemed.type === "email_change") {
    const needsBoth = app.settings.emailConfirmations && app.settings.doubleConfirmEmailChange &&
      redeemed.user.email_change_confirm_status === 0 && (redeemed.user.email ?? "") !== "";
    if (needsBoth) {
      await consentToChange(tx, redeemed);
      return undefined;
    }
    user = await completeEmailChange(tx, redeemed.user);
  } else if (redeemed.type === "signup" || redeemed.type === "invite") {
    user = await confirmSignup(tx, redeemed.user, password);
  } else {
    user = await confirmRecovery(tx, redeemed.user);
  }
  return await refreshProviders(tx, user);
}

/** A hash for those who are invited without a password; made before the transaction. */
async function spareHash(app: AuthApp, type: Type | "email"): Promise<string> {
  return type === "invite" || type === "signup" || type === "email"
    ? await hashPassword(app, randomPassword())
    : "";
}

/** POST /verify */
export async function verifyPost(app: AuthApp, call: Call): Promise<Response> {
  app.limits.take("verify", call.ip);
  const body = parseBody(call, VERIFY_BODY);
  const type = checkType(body.type);
  if ((body.token === "") === (body.token_hash === "")) {
    throw invalid("Verify requires either a token or a token hash");
  }
  if (body.token_hash !== "" && (body.email || body.phone || body.redirect_to)) {
    throw invalid("Only the token_hash and type should be provided");
  }
  if (body.token !== "" && body.email === "") {
    throw invalid("Only an email address or phone number should be provided on verify");
  }
  const email = body.token === "" ? "" : normalizeEmail(body.email);
  const password = await spareHash(app, type);
  const answer = await inTransaction(app, async (tx): Promise<TokenAnswer | undefined> => {
    const redeemed = body.token === ""
      ? await byHash(app, tx, type, body.token_hash)
      : await byCode(app, tx, type, email, body.token);
    const user = await complete(app, tx, redeemed, password);
    return user && await openSession(app, call, tx, user, "otp");
  });
  return Response.json(answer ?? { msg: ONE_OF_TWO, code: "200" });
}

const OAUTH_NAMES: Readonly<Record<number, string>> = {
  400: "invalid_request",
  401: "unauthorized_client",
  403: "access_denied",
  500: "server_error",
  503: "temporarily_unavailable",
};

/** The redirect that tells an error, in the fragment and, for PKCE, in the query. */
function errorLocation(target: string, error: AuthError, pkce: boolean): string {
  const url = new URL(target);
  const told = new URLSearchParams();
  const name = OAUTH_NAMES[error.status];
  if (name !== undefined) told.set("error", name);
  told.set("error_code", error.code ?? "unknown");
  told.set("error_description", error.message);
  if (pkce) told.forEach((value, key) => url.searchParams.set(key, value));
  url.hash = told.toString();
  return url.href;
}

/** The redirect that hands a session over. */
export function sessionLocation(target: string, answer: TokenAnswer, more: URLSearchParams) {
  const fragment = new URLSearchParams(more);
  fragment.set("access_token", answer.access_token);
  fragment.set("token_type", answer.token_type);
  fragment.set("expires_in", String(answer.expires_in));
  fragment.set("expires_at", String(answer.expires_at));
  fragment.set("refresh_token", answer.refresh_token);
  return `${target.split("#", 1)[0]}#${fragment}`;
}

async function follow(
  app: AuthApp,
  call: Call,
  tx: TransactionSql,
  link: { type: Type | "email"; token: string; target: string; password: string },
): Promise<string> {
  const pkce = link.token.startsWith(PKCE_PREFIX);
  const redeemed = await byHash(app, tx, link.type, link.token);
  const user = await complete(app, tx, redeemed, link.password);
  if (user === undefined) {
    const url = new URL(link.target);
    const message = new URLSearchParams({ message: ONE_OF_TWO });
    if (pkce) url.searchParams.set("message", ONE_OF_TWO);
    url.hash = message.toString();
    return url.href;
  }
  if (!pkce) {
    const answer = await openSession(app, call, tx, user, "otp");
    return sessionLocation(link.target, answer, new URLSearchParams({ type: redeemed.type }));
  }
  const url = new URL(link.target);
  url.searchParams.set("code", await issueAuthCode(tx, user.id, FLOW_METHODS[redeemed.type]));
  return url.href;
}

/** GET /verify */
export async function verifyGet(app: AuthApp, call: Call): Promise<Response> {
  app.limits.take("verify", call.ip);
  const token = call.url.searchParams.get("token") ?? "";
  const type = checkType(call.url.searchParams.get("type") ?? "");
  if (token === "") throw invalid("Verify requires a token or a token hash");
  const target = redirectTarget(app, call);
  const password = await spareHash(app, type);
  try {
    const location = await inTransaction(
      app,
      (tx) => follow(app, call, tx, { type, token, target, password }),
    );
    return redirect(303, location);
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    return redirect(303, errorLocation(target, error, token.startsWith(PKCE_PREFIX)));
  }
}
