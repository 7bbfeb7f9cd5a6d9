/** @module Makes tokens, stores them with their person and sends them out. */
import { type AuthApp, type Call, type Db } from "./context.ts";
import { deliver, type EmailAction } from "./emails.ts";
import { AuthError } from "./errors.ts";
import {
  generateOtp,
  hashToken,
  PKCE_PREFIX,
  storeToken,
  type TokenType,
} from "./one_time_tokens.ts";
import { redirectTarget } from "./redirects.ts";
import { updateUser, type UserPatch, type UserRow } from "./users.ts";

/** Mails that carry one token to the person's own address. */
export type SingleMail = Exclude<EmailAction, "email_change">;

interface Kind {
  readonly type: TokenType;
  readonly failure: string;
  sentAt(user: UserRow): Date | null;
  patch(hash: string, now: Date): UserPatch;
}

function recoveryPatch(hash: string, now: Date): UserPatch {
  return { recovery_token: hash, recovery_sent_at: now };
}

const KINDS: Readonly<Record<SingleMail, Kind>> = {
  signup: {
    type: "confirmation_token",
    failure: "Error sending confirmation email",
    sentAt: (user) => user.confirmation_sent_at,
    patch: (hash, now) => ({ confirmation_token: hash, confirmation_sent_at: now }),
  },
  invite: {
    type: "confirmation_token",
    failure: "Error sending invite email",
    sentAt: () => null,
    patch: (hash, now) => ({
      confirmation_token: hash,
      confirmation_sent_at: now,
      invited_at: now,
    }),
  },
  recovery: {
    type: "recovery_token",
    failure: "Error sending recovery email",
    sentAt: (user) => user.recovery_sent_at,
    patch: recoveryPatch,
  },
  magiclink: {
    type: "recovery_token",
    failure: "Error sending magic link email",
    sentAt: (user) => user.recovery_sent_at,
    patch: recoveryPatch,
  },
  reauthentication: {
    type: "reauthentication_token",
    failure: "Error sending reauthentication email",
    sentAt: (user) => user.reauthentication_sent_at,
    patch: (hash, now) => ({ reauthentication_token: hash, reauthentication_sent_at: now }),
  },
};

function checkFrequency(app: AuthApp, sentAt: Date | null): void {
  if (sentAt === null) return;
  const left = sentAt.getTime() + app.settings.maxEmailFrequencySeconds * 1000 - Date.now();
  if (left <= 0) return;
  throw new AuthError(
    429,
    "over_email_send_rate_limit",
    `For security purposes, you can only request this after ${Math.floor(left / 1000)} seconds.`,
  );
}

/** A token that has been stored. */
export interface IssuedToken {
  readonly user: UserRow;
  readonly otp: string;
  readonly hash: string;
}

/** Makes and stores a token without sending it. */
export async function issueToken(
  app: AuthApp,
  tx: Db,
  user: UserRow,
  mail: SingleMail,
  pkce: boolean,
): Promise<IssuedToken> {
  const kind = KINDS[mail];
  const address = user.email ?? "";
  const otp = generateOtp(app.settings.otpLength);
  const hash = (pkce ? PKCE_PREFIX : "") + hashToken(address, otp);
  const changed = await updateUser(tx, user.id, kind.patch(hash, new Date()));
  await storeToken(tx, {
    userId: user.id,
    type: kind.type,
    hash,
    relatesTo: address,
    lifetimeSeconds: app.settings.otpExpirySeconds,
  });
  return { user: changed, otp, hash };
}

/** Sends a token to the person's own address. */
export async function sendToken(
  app: AuthApp,
  call: Call,
  tx: Db,
  user: UserRow,
  mail: SingleMail,
  pkce: boolean,
): Promise<UserRow> {
  const kind = KINDS[mail];
  checkFrequency(app, kind.sentAt(user));
  const issued = await issueToken(app, tx, user, mail, pkce);
  await deliver(app, tx, issued.user, [{
    action: mail,
    to: user.email ?? "",
    otp: issued.otp,
    tokenHash: issued.hash,
    redirectTo: redirectTarget(app, call),
  }], kind.failure);
  return issued.user;
}

/** Sends the tokens of a change of address: to the new one, and to the present one when asked. */
export async function sendEmailChange(
  app: AuthApp,
  call: Call,
  tx: Db,
  user: UserRow,
  email: string,
  pkce: boolean,
): Promise<UserRow> {
  checkFrequency(app, user.email_change_sent_at);
  const redirectTo = redirectTarget(app, call);
  const prefix = pkce ? PKCE_PREFIX : "";
  const lifetimeSeconds = app.settings.otpExpirySeconds;
  const both = app.settings.doubleConfirmEmailChange && (user.email ?? "") !== "";
  const targets: { to: string; type: TokenType }[] = [
    { to: email, type: "email_change_token_new" },
    ...(both ? [{ to: user.email ?? "", type: "email_change_token_current" as const }] : []),
  ];
  const tokens = targets.map(({ to, type }) => {
    const otp = generateOtp(app.settings.otpLength);
    return { to, type, otp, hash: prefix + hashToken(to, otp) };
  });
  const hashOf = (type: TokenType) => tokens.find((token) => token.type === type)?.hash ?? "";
  const changed = await updateUser(tx, user.id, {
    email_change: email,
    email_change_token_new: hashOf("email_change_token_new"),
    email_change_token_current: hashOf("email_change_token_current"),
    email_change_confirm_status: 0,
    email_change_sent_at: new Date(),
  });
  for (const { to, type, hash } of tokens) {
    await storeToken(tx, { userId: user.id, type, hash, relatesTo: to, lifetimeSeconds });
  }
  const deliveries = tokens.map(({ to, otp, hash }) => ({
    action: "email_change" as const,
    to,
    otp,
    tokenHash: hash,
    redirectTo,
  }));
  await deliver(app, tx, changed, deliveries, "Error sending email change email");
  return changed;
}
