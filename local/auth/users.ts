/** @module Rows of `auth.users` and the JSON in which clients see them. */
import type { JSONValue } from "postgres";
import type { Db } from "./context.ts";
import { type Factor, listFactors } from "./factors.ts";
import { type IdentityRow, identityView, listIdentities } from "./identities.ts";

/** A JSON object. */
export type Metadata = Record<string, unknown>;

/** A person, as stored. */
export interface UserRow {
  readonly id: string;
  readonly aud: string | null;
  readonly role: string | null;
  readonly email: string | null;
  readonly encrypted_password: string | null;
  readonly email_confirmed_at: Date | null;
  readonly invited_at: Date | null;
  readonly confirmation_token: string | null;
  readonly confirmation_sent_at: Date | null;
  readonly recovery_token: string | null;
  readonly recovery_sent_at: Date | null;
  readonly email_change_token_new: string | null;
  readonly email_change_token_current: string | null;
  readonly email_change: string | null;
  readonly email_change_sent_at: Date | null;
  readonly email_change_confirm_status: number | null;
  readonly last_sign_in_at: Date | null;
  readonly raw_app_meta_data: Metadata | null;
  readonly raw_user_meta_data: Metadata | null;
  readonly created_at: Date | null;
  readonly updated_at: Date | null;
  readonly phone: string | null;
  readonly phone_confirmed_at: Date | null;
  readonly confirmed_at: Date | null;
  readonly banned_until: Date | null;
  readonly reauthentication_token: string | null;
  readonly reauthentication_sent_at: Date | null;
  readonly is_sso_user: boolean;
  readonly deleted_at: Date | null;
  readonly is_anonymous: boolean;
}

/** Columns that may be changed. */
export type UserPatch = Partial<Omit<UserRow, "id" | "confirmed_at" | "created_at" | "updated_at">>;

/** What a new person starts with. */
export interface NewUser {
  readonly id?: string;
  readonly email: string | null;
  readonly passwordHash: string;
  readonly appMetadata: Metadata;
  readonly userMetadata: Metadata;
  readonly anonymous?: boolean;
}

/** Audience and role of everyone who signs in. */
export const AUDIENCE = "authenticated";
/** The only instance there is. */
export const INSTANCE_ID = "00000000-0000-0000-0000-000000000000";

function json(db: Db, value: Metadata): ReturnType<Db["json"]> {
  return db.json(value as JSONValue);
}

/** Finds a person by id. */
export async function findUser(db: Db, id: string): Promise<UserRow | undefined> {
  const [row] = await db<UserRow[]>`
    select * from auth.users where id = ${id} and instance_id = ${INSTANCE_ID}
  `;
  return row;
}

/** Finds a person by address, without regard to case. */
export async function findUserByEmail(db: Db, email: string): Promise<UserRow | undefined> {
  const [row] = await db<UserRow[]>`
    select * from auth.users
    where instance_id = ${INSTANCE_ID} and lower(email) = ${email.toLowerCase()}
      and aud = ${AUDIENCE} and is_sso_user = false
    limit 1
  `;
  return row;
}

/** Finds whoever else already uses an address, also as that of a linked identity. */
export async function findUserOfAddress(
  db: Db,
  email: string,
  except?: string,
): Promise<UserRow | undefined> {
  const [row] = await db<UserRow[]>`
    select u.* from auth.users u
    where u.instance_id = ${INSTANCE_ID} and u.aud = ${AUDIENCE}
      and (
        (lower(u.email) = ${email.toLowerCase()} and u.is_sso_user = false)
        or u.id in (
          select i.user_id from auth.identities i
          where i.email = ${email.toLowerCase()} and i.provider not like 'sso:%'
        )
      )
      and u.id is distinct from ${except ?? null}::uuid
    limit 1
  `;
  return row;
}

/** Stores a new person. Triggers see the role empty, as on the hosted platform. */
export async function insertUser(db: Db, user: NewUser): Promise<UserRow> {
  const id = user.id ?? crypto.randomUUID();
  await db`
    insert into auth.users (
      instance_id, id, aud, role, email, encrypted_password, confirmation_token, recovery_token,
      email_change_token_new, email_change, raw_app_meta_data, raw_user_meta_data,
      created_at, updated_at, is_anonymous
    ) values (
      ${INSTANCE_ID}, ${id}, ${AUDIENCE}, '', ${user.email}, ${user.passwordHash}, '', '',
      '', '', ${json(db, user.appMetadata)}, ${json(db, user.userMetadata)},
      now(), now(), ${user.anonymous ?? false}
    )
  `;
  return await updateUser(db, id, { role: AUDIENCE });
}

/** Changes some columns. */
export async function updateUser(db: Db, id: string, patch: UserPatch): Promise<UserRow> {
  const { raw_app_meta_data, raw_user_meta_data, ...plain } = patch;
  const columns = {
    ...plain,
    ...(raw_app_meta_data === undefined
      ? {}
      : { raw_app_meta_data: json(db, raw_app_meta_data ?? {}) }),
    ...(raw_user_meta_data === undefined
      ? {}
      : { raw_user_meta_data: json(db, raw_user_meta_data ?? {}) }),
  };
  const [row] = await db<UserRow[]>`
    update auth.users set ${db(columns)}, updated_at = now() where id = ${id} returning *
  `;
  if (row === undefined) throw new Error(`user ${id} is gone`);
  return row;
}

/** Lays changes over metadata; a null removes its key. */
export function mergeMetadata(old: Metadata | null, changes: Metadata): Metadata {
  const merged: Metadata = { ...old };
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) delete merged[key];
    else merged[key] = value;
  }
  return merged;
}

/** Marks the address as confirmed, and spends whatever tokens are out. */
export async function confirmEmail(db: Db, user: UserRow): Promise<UserRow> {
  await db`delete from auth.one_time_tokens where user_id = ${user.id}`;
  return await updateUser(db, user.id, {
    confirmation_token: "",
    email_confirmed_at: new Date(),
    raw_user_meta_data: mergeMetadata(user.raw_user_meta_data, { email_verified: true }),
  });
}

/** Writes the names of the linked providers into the person's metadata. */
export async function refreshProviders(db: Db, user: UserRow): Promise<UserRow> {
  const rows = await db<{ provider: string }[]>`
    select provider from auth.identities where user_id = ${user.id}
    group by provider order by min(created_at), provider
  `;
  const providers = rows.map((row) => row.provider);
  const changes = { providers, ...(providers[0] === undefined ? {} : { provider: providers[0] }) };
  return await updateUser(db, user.id, {
    raw_app_meta_data: mergeMetadata(user.raw_app_meta_data, changes),
  });
}

/** Whether the person may not sign in now. */
export function isBanned(user: UserRow): boolean {
  return user.banned_until !== null && user.banned_until.getTime() > Date.now();
}

function optional(key: string, value: Date | string | null): Metadata {
  return value === null || value === "" ? {} : { [key]: value };
}

/** The JSON of a person with linked identities and factors already at hand. */
export function userView(
  user: UserRow,
  identities: readonly IdentityRow[],
  factors: readonly Factor[],
): Metadata {
  return {
    id: user.id,
    aud: user.aud ?? "",
    role: user.role ?? "",
    email: user.email ?? "",
    ...optional("email_confirmed_at", user.email_confirmed_at),
    ...optional("invited_at", user.invited_at),
    phone: user.phone ?? "",
    ...optional("phone_confirmed_at", user.phone_confirmed_at),
    ...optional("confirmation_sent_at", user.confirmation_sent_at),
    ...optional("confirmed_at", user.confirmed_at),
    ...optional("recovery_sent_at", user.recovery_sent_at),
    ...optional("new_email", user.email_change),
    ...optional("email_change_sent_at", user.email_change_sent_at),
    ...optional("reauthentication_sent_at", user.reauthentication_sent_at),
    ...optional("last_sign_in_at", user.last_sign_in_at),
    app_metadata: user.raw_app_meta_data ?? {},
    user_metadata: user.raw_user_meta_data ?? {},
    ...(factors.length === 0 ? {} : { factors }),
    identities: identities.map(identityView),
    created_at: user.created_at,
    updated_at: user.updated_at,
    ...optional("banned_until", user.banned_until),
    ...optional("deleted_at", user.deleted_at),
    is_anonymous: user.is_anonymous,
  };
}

/** The JSON of a person. */
export async function loadUserView(db: Db, user: UserRow): Promise<Metadata> {
  const [identities, factors] = await Promise.all([
    listIdentities(db, user.id),
    listFactors(db, user.id),
  ]);
  return userView(user, identities, factors);
}
