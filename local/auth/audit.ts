/** @module The audit trail of the service. */
import type { JSONValue } from "postgres";
import type { Db } from "./context.ts";
import { INSTANCE_ID, type Metadata, type UserRow } from "./users.ts";

/** What happened, and under which heading the trail files it. */
const LOG_TYPES = {
  login: "account",
  logout: "account",
  invite_accepted: "account",
  user_signedup: "team",
  user_invited: "team",
  user_deleted: "team",
  token_revoked: "token",
  token_refreshed: "token",
  user_modified: "user",
  user_recovery_requested: "user",
  user_reauthenticate_requested: "",
  user_confirmation_requested: "user",
  user_repeated_signup: "user",
  user_updated_password: "user",
  factor_in_progress: "factor",
  factor_unenrolled: "factor",
  challenge_created: "factor",
  verification_attempted: "factor",
  factor_deleted: "factor",
  identity_unlinked: "",
} as const;

/** Something worth a line in the trail. */
export type AuditAction = keyof typeof LOG_TYPES;

/** Who did it. */
export type Actor = Pick<UserRow, "id" | "email" | "phone" | "is_sso_user" | "raw_user_meta_data">;

/** The actor of calls made with the service key. */
export const SERVICE_ACTOR: Actor = {
  id: INSTANCE_ID,
  email: "service_role",
  phone: null,
  is_sso_user: false,
  raw_user_meta_data: null,
};

/** Writes one line. */
export async function audit(
  db: Db,
  actor: Actor,
  action: AuditAction,
  traits?: Metadata,
  address = "",
): Promise<void> {
  const name = actor.raw_user_meta_data?.full_name;
  const payload = {
    action,
    actor_id: actor.id,
    ...(name === undefined ? {} : { actor_name: name }),
    actor_username: actor.phone || (actor.email ?? ""),
    actor_via_sso: actor.is_sso_user,
    log_type: LOG_TYPES[action],
    ...(traits === undefined ? {} : { traits }),
  };
  await db`
    insert into auth.audit_log_entries (instance_id, id, payload, created_at, ip_address)
    values (
      ${INSTANCE_ID}, ${crypto.randomUUID()}, ${db.json(payload as JSONValue)}, now(), ${address}
    )
  `;
}
