/** @module Passwords and e-mail addresses: changed, forgotten, confirmed. */
import { AppError, invalidField } from "../core/errors.ts";
import { takeLimit } from "../http/limits.ts";
import { runInBackground } from "../platform/background.ts";
import type { AppDeps } from "../platform/deps.ts";
import { ANONYMOUS, type Person } from "../platform/postgres.ts";
import type { EmailProof, PasswordChange, PasswordReset, SignedIn } from "./schemas.ts";
import {
  type AccountsDeps,
  type Device,
  headersOf,
  readFailure,
  signedIn,
  signOut,
} from "./service.ts";
import { selectPasswordProblem, selectWasUsed } from "./sql.ts";

/** What passwords need. */
export type PasswordDeps = AccountsDeps & Pick<AppDeps, "config" | "log">;

const USED_BEFORE = "Choose a password that you have not used lately";
/** This product's name of the field that the auth service calls `password`. */
const FIELDS = { password: "new_password" };

/** Stores a password on behalf of a session; the auth service ends all other ones. */
async function storePassword(deps: PasswordDeps, token: string, password: string) {
  const response = await deps.platform.call({
    method: "PUT",
    path: "/auth/v1/user",
    token,
    body: { password },
  });
  if (!response.ok) throw (await readFailure(response, FIELDS)).error;
  await response.body?.cancel();
}

/** Changes the viewer's password. */
export async function changePassword(
  deps: PasswordDeps,
  viewer: Person,
  input: PasswordChange,
  token: string,
): Promise<void> {
  const { current_password: present, new_password: next } = input;
  const [row] = await deps.db.read(viewer, (sql) => selectPasswordProblem(sql, present, next));
  if (row?.problem === "none") {
    throw invalidField("current_password", "This account has no password; reset it to set one");
  }
  if (row?.problem === "wrong") {
    const message = "The current password is wrong";
    const errors = [{ path: "current_password", message }];
    throw new AppError("not-authenticated", message, { errors });
  }
  if (row?.problem === "used") throw invalidField("new_password", USED_BEFORE);
  await storePassword(deps, token, next);
}

async function sendMail(
  deps: PasswordDeps,
  what: { readonly path: string; readonly body: Readonly<Record<string, string>> },
  email: string,
  device: Device,
): Promise<void> {
  const recipient = { viewer: ANONYMOUS, address: email.toLowerCase() };
  const { allowed } = await takeLimit(deps, "mail_recipient", recipient);
  if (!allowed) return;
  const { SITE_URL: site } = deps.config.env;
  const query = site === undefined ? "" : `?${new URLSearchParams({ redirect_to: site })}`;
  const response = await deps.platform.call({
    method: "POST",
    path: `/auth/v1/${what.path}${query}`,
    headers: headersOf(device),
    body: { ...what.body, email },
  });
  await response.body?.cancel();
  if (!response.ok) deps.log.warn("mail not sent", { mail: what.path, status: response.status });
}

/**
 * Sends a mail to the address if somebody has it. Neither the answer nor its time tells: the work
 * begins when the answer is on its way.
 */
export function requestMail(
  deps: PasswordDeps,
  mail: "recovery" | "signup",
  email: string,
  device: Device,
): void {
  const what = mail === "recovery"
    ? { path: "recover", body: {} }
    : { path: "resend", body: { type: "signup" } };
  runInBackground(
    sendMail(deps, what, email, device).catch((error) => deps.log.warn("mail not sent", { error })),
  );
}

async function redeem(
  deps: PasswordDeps,
  type: "recovery" | "signup",
  token: string,
  device: Device,
): Promise<SignedIn> {
  const { allowed } = await takeLimit(deps, "token_use", { viewer: ANONYMOUS, address: token });
  if (!allowed) throw invalidField("token", "This token has just been used; ask for a new one");
  const response = await deps.platform.call({
    method: "POST",
    path: "/auth/v1/verify",
    headers: headersOf(device),
    body: { type, token_hash: token },
  });
  return await signedIn(deps, response);
}

/** Sets a password with the token of a mail, which is good once. All other sessions end. */
export async function confirmPassword(
  deps: PasswordDeps,
  input: PasswordReset,
  device: Device,
): Promise<SignedIn> {
  const { token, new_password: next } = input;
  // Asked first: the token is still good when another password is chosen.
  const [row] = await deps.db.asService(
    "whoever holds the token is not signed in",
    (sql) => selectWasUsed(sql, token, next),
  );
  if (row?.used === true) throw invalidField("new_password", USED_BEFORE);
  const entered = await redeem(deps, "recovery", token, device);
  const { access_token: access } = entered.session;
  try {
    await storePassword(deps, access, next);
  } catch (error) {
    await signOut(deps, access, "local");
    throw error;
  }
  return entered;
}

/** Confirms an e-mail address with the token of a mail, and signs its owner in. */
export function confirmEmail(deps: PasswordDeps, input: EmailProof, device: Device) {
  return redeem(deps, "signup", input.token, device);
}
