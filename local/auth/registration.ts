/** @module Stores new people, on behalf of all the endpoints that can make them. */
import type { AuthApp, Db } from "./context.ts";
import { AuthError, internal } from "./errors.ts";
import { beforeUserCreated } from "./hooks.ts";
import { emailIdentityData, findIdentity, type IdentityRow, insertIdentity } from "./identities.ts";
import {
  AUDIENCE,
  insertUser,
  type Metadata,
  type NewUser,
  refreshProviders,
  updateUser,
  type UserRow,
  userView,
} from "./users.ts";

const UNIQUE_VIOLATION = "23505";
const EMAIL_KEY = "users_email_partial_key";

/** Text of the refusal of an address that is taken. */
export const DUPLICATE_EMAIL = "A user with this email address has already been registered";

/** What a person of an e-mail address and a password starts with. */
export function emailUser(email: string, passwordHash: string, data: Metadata): NewUser {
  return {
    id: crypto.randomUUID(),
    email,
    passwordHash,
    appMetadata: { provider: "email", providers: ["email"] },
    userMetadata: data,
  };
}

/** Asks the project's hook, if any. Call it before the transaction that stores the person. */
export async function askBeforeCreation(app: AuthApp, ip: string, user: NewUser): Promise<void> {
  if (app.settings.hooks.beforeUserCreated === undefined) return;
  const now = new Date();
  const draft: UserRow = {
    id: user.id ?? "",
    aud: AUDIENCE,
    role: "",
    email: user.email,
    encrypted_password: null,
    email_confirmed_at: null,
    invited_at: null,
    confirmation_token: "",
    confirmation_sent_at: null,
    recovery_token: "",
    recovery_sent_at: null,
    email_change_token_new: "",
    email_change_token_current: "",
    email_change: "",
    email_change_sent_at: null,
    email_change_confirm_status: 0,
    last_sign_in_at: null,
    raw_app_meta_data: user.appMetadata,
    raw_user_meta_data: user.userMetadata,
    created_at: now,
    updated_at: now,
    phone: null,
    phone_confirmed_at: null,
    confirmed_at: null,
    banned_until: null,
    reauthentication_token: "",
    reauthentication_sent_at: null,
    is_sso_user: false,
    deleted_at: null,
    is_anonymous: user.anonymous ?? false,
  };
  await beforeUserCreated(app, ip, userView(draft, [], []));
}

function isAddressTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === UNIQUE_VIOLATION &&
    "constraint_name" in error && error.constraint_name === EMAIL_KEY;
}

/** Stores a person. What triggers raise becomes the failure that the hosted service tells. */
export async function storeUser(db: Db, user: NewUser): Promise<UserRow> {
  try {
    return await insertUser(db, user);
  } catch (cause) {
    if (isAddressTaken(cause)) {
      // Two sign-ups of one address at once: the later one is a repeated one.
      throw new AuthError(422, "user_already_exists", "User already registered", { cause });
    }
    throw internal("Database error saving new user", cause);
  }
}

/**
 * Keeps only the given identity of a person whose address is not confirmed: nobody may lay claim to
 * an address by signing up with it before its owner does.
 */
export async function dropUnconfirmedIdentities(
  db: Db,
  user: UserRow,
  identity: IdentityRow,
): Promise<UserRow> {
  await db`delete from auth.identities where user_id = ${user.id} and id <> ${identity.id}`;
  const external = identity.provider !== "email" && identity.provider !== "phone";
  const changed = await updateUser(db, user.id, {
    raw_user_meta_data: identity.identity_data,
    ...(external ? { encrypted_password: null } : {}),
  });
  return await refreshProviders(db, changed);
}

/** Makes sure that a person of an address and a password has the identity for it. */
export async function ensureEmailIdentity(
  db: Db,
  user: UserRow,
  data: Metadata,
): Promise<UserRow> {
  if (await findIdentity(db, user.id, "email") !== undefined) return user;
  const identity = await insertIdentity(
    db,
    user.id,
    "email",
    emailIdentityData(user.id, user.email ?? "", false, data),
  );
  return await dropUnconfirmedIdentities(db, user, identity);
}
