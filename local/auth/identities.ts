/** @module The ways in which a person signs in: rows of `auth.identities`. */
import type { JSONValue } from "postgres";
import type { Db } from "./context.ts";
import type { Metadata } from "./users.ts";

/** One linked identity, as stored. */
export interface IdentityRow {
  readonly id: string;
  readonly provider_id: string;
  readonly user_id: string;
  readonly identity_data: Metadata;
  readonly provider: string;
  readonly last_sign_in_at: Date | null;
  readonly created_at: Date | null;
  readonly updated_at: Date | null;
  readonly email: string | null;
}

/** The JSON of an identity. */
export function identityView(row: IdentityRow): Metadata {
  return {
    identity_id: row.id,
    id: row.provider_id,
    user_id: row.user_id,
    identity_data: row.identity_data,
    provider: row.provider,
    last_sign_in_at: row.last_sign_in_at,
    created_at: row.created_at,
    updated_at: row.updated_at,
    ...(row.email === null ? {} : { email: row.email }),
  };
}

/** All identities of a person, oldest first. */
export async function listIdentities(db: Db, userId: string): Promise<IdentityRow[]> {
  return await db<IdentityRow[]>`
    select * from auth.identities where user_id = ${userId} order by created_at, id
  `;
}

/** Finds an identity by the id that its provider gave it. */
export async function findIdentity(
  db: Db,
  providerId: string,
  provider: string,
): Promise<IdentityRow | undefined> {
  const [row] = await db<IdentityRow[]>`
    select * from auth.identities where provider_id = ${providerId} and provider = ${provider}
  `;
  return row;
}

/** Links an identity; its data must have `sub`. */
export async function insertIdentity(
  db: Db,
  userId: string,
  provider: string,
  data: Metadata,
): Promise<IdentityRow> {
  const [row] = await db<IdentityRow[]>`
    insert into auth.identities (
      provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at
    ) values (
      ${String(data.sub)}, ${userId}, ${db.json(data as JSONValue)}, ${provider},
      now(), now(), now()
    ) returning *
  `;
  if (row === undefined) throw new Error("the identity was not stored");
  return row;
}

/** Lays changes over the data of an identity. */
export async function updateIdentityData(
  db: Db,
  id: string,
  changes: Metadata,
): Promise<void> {
  await db`
    update auth.identities
    set identity_data = identity_data || ${db.json(changes as JSONValue)}, updated_at = now()
    where id = ${id}
  `;
}

/** Data of the identity that an address and a password make. */
export function emailIdentityData(
  userId: string,
  email: string,
  verified: boolean,
  more: Metadata = {},
): Metadata {
  return { ...more, sub: userId, email, email_verified: verified, phone_verified: false };
}

/** Gives the e-mail identity a new address, making the identity when there is none. */
export async function setIdentityEmail(
  db: Db,
  userId: string,
  email: string,
  verified: boolean,
): Promise<void> {
  const found = await findIdentity(db, userId, "email");
  if (found === undefined) {
    await insertIdentity(db, userId, "email", emailIdentityData(userId, email, verified));
  } else {
    await updateIdentityData(db, found.id, { email, email_verified: verified });
  }
}
