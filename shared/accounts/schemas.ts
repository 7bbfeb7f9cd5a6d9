/** @module Shapes of signing up, signing in and sessions. */
import { z } from "zod";
import { Id, Time } from "../core/shapes.ts";
import { DisplayName, Handle, Profile } from "../profiles/schemas.ts";

/** Longest password: what the platform's hash takes, in bytes. */
const PASSWORD_BYTES_MAX = 72;
/** What the platform is set to as well; asked here so that a mail's token is not spent in vain. */
const PASSWORD_BYTES_MIN = 8;
const EMAIL_LENGTH_MAX = 254;
const TOKEN_LENGTH_MAX = 255;

const Email = z.string().trim().pipe(z.email().max(EMAIL_LENGTH_MAX));
const Password = z.string().min(1).refine(
  (text) => new TextEncoder().encode(text).byteLength <= PASSWORD_BYTES_MAX,
  `At most ${PASSWORD_BYTES_MAX} bytes`,
);

/** What a new account needs. How strong a password must be is the platform's setting. */
export const SignUp = z.object({
  email: Email,
  password: Password,
  handle: Handle,
  display_name: DisplayName.optional(),
});
/** What a new account needs. */
export type SignUp = z.output<typeof SignUp>;

/** Proof of who one is. */
export const SignIn = z.object({ email: Email, password: Password });
/** Proof of who one is. */
export type SignIn = z.output<typeof SignIn>;

/** Present and new password. */
export const PasswordChange = z.object({ current_password: Password, new_password: Password });
/** Present and new password. */
export type PasswordChange = z.output<typeof PasswordChange>;

/** Where a mail is asked to. */
export const MailRequest = z.object({ email: Email });
/** Where a mail is asked to. */
export type MailRequest = z.output<typeof MailRequest>;

/** What the link of a mail holds. */
const MailToken = z.string().trim().min(1).max(TOKEN_LENGTH_MAX);

const NewPassword = Password.refine(
  (text) => new TextEncoder().encode(text).byteLength >= PASSWORD_BYTES_MIN,
  `Password should be at least ${PASSWORD_BYTES_MIN} characters.`,
);

/** New password, and the proof that one may set it. */
export const PasswordReset = z.object({ token: MailToken, new_password: NewPassword });
/** New password, and the proof that one may set it. */
export type PasswordReset = z.output<typeof PasswordReset>;

/** Proof that an e-mail address is one's own. */
export const EmailProof = z.object({ token: MailToken });
/** Proof that an e-mail address is one's own. */
export type EmailProof = z.output<typeof EmailProof>;

/** Proof that a session is one's own. */
export const Refresh = z.object({ refresh_token: z.string().min(1).max(TOKEN_LENGTH_MAX) });
/** Proof that a session is one's own. */
export type Refresh = z.output<typeof Refresh>;

/** Tokens of a session, as the platform's own client has them. */
export const Session = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  token_type: z.string(),
  expires_in: z.number().int(),
  expires_at: z.number().int(),
}).meta({ id: "Session" });
/** Tokens of a session. */
export type Session = z.output<typeof Session>;

/** A person who has just come in. */
export const SignedIn = z.object({ user: Profile, session: Session }).meta({ id: "SignedIn" });
/** A person who has just come in. */
export type SignedIn = z.output<typeof SignedIn>;

/** A new account; nothing yet (202) where the e-mail address must be confirmed first. */
export const SignedUp = z.object({ user: Profile.nullable(), session: Session.nullable() })
  .meta({ id: "SignedUp" });
/** A new account. */
export type SignedUp = z.output<typeof SignedUp>;

/** What stands against an account: nothing, or a measure and its end (null: without one). */
export const Standing = z.object({
  state: z.enum(["active", "suspended", "banned", "deactivated", "deleting"]),
  suspended_until: Time.nullable(),
  muted: z.boolean(),
  muted_until: Time.nullable(),
  banned_until: Time.nullable(),
  deletion_due_at: Time.nullable(),
  reason: z.string().nullable(),
}).meta({ id: "Standing" });

/** One's own account: the profile, and what only oneself sees. */
export const Account = z.object({
  ...Profile.shape,
  email: z.string().nullable(),
  roles: z.array(z.string()),
  permissions: z.array(z.string()),
  standing: Standing,
}).meta({ id: "Account" });
/** One's own account. */
export type Account = z.output<typeof Account>;

/** A device on which one is signed in. */
export const SessionInfo = z.object({
  id: Id,
  current: z.boolean(),
  created_at: Time,
  last_used_at: Time,
  device: z.string(),
  ip: z.string().nullable(),
  user_agent: z.string().nullable(),
}).meta({ id: "SessionInfo" });

/** What was ended. */
export const SignedOut = z.object({ ended: z.enum(["session", "all-sessions", "other-sessions"]) });

/** Said the same way whether anybody has the address. */
export const MailSent = z.object({ accepted: z.literal(true) });

/** Something that happened to one's account. */
export const AuthLogEntry = z.object({
  id: Id,
  kind: z.enum([
    "signup",
    "sign_in",
    "sign_out",
    "session_revoked",
    "session_expired",
    "token_reuse",
    "mfa_passed",
    "password_changed",
    "password_reset_requested",
    "email_confirmed",
    "email_changed",
    "identity_linked",
    "identity_unlinked",
  ]),
  session_id: Id.nullable(),
  current: z.boolean(),
  device: z.string().nullable(),
  ip: z.string().nullable(),
  created_at: Time,
}).meta({ id: "AuthLogEntry" });
