/** @module Shapes of signing up, signing in and sessions. */
import { z } from "zod";
import { Id, Time } from "../core/shapes.ts";
import { Handle, Profile, PROFILE_LIMITS } from "../profiles/schemas.ts";

/** Longest password: what the platform's hash takes, in bytes. */
const PASSWORD_BYTES_MAX = 72;
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
  display_name: z.string().trim().min(1).max(PROFILE_LIMITS.displayName).optional(),
});
/** What a new account needs. */
export type SignUp = z.output<typeof SignUp>;

/** Proof of who one is. */
export const SignIn = z.object({ email: Email, password: Password });
/** Proof of who one is. */
export type SignIn = z.output<typeof SignIn>;

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

/** What stands against an account: nothing, or a measure and its end (null: without one). */
export const Standing = z.object({
  state: z.enum(["active", "suspended", "banned", "deactivated", "deleting"]),
  suspended_until: Time.nullable(),
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
  user_agent: z.string().nullable(),
}).meta({ id: "SessionInfo" });

/** What was ended. */
export const SignedOut = z.object({ ended: z.enum(["session", "all-sessions"]) });
