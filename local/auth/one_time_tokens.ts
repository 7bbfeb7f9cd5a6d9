/** @module One-time tokens: the codes and links that e-mails carry. */
import { createHash } from "node:crypto";
import type { Db } from "./context.ts";
import type { UserRow } from "./users.ts";

/** What a token is good for. */
export type TokenType =
  | "confirmation_token"
  | "email_change_token_current"
  | "email_change_token_new"
  | "reauthentication_token"
  | "recovery_token";

/** Marks tokens of a flow that ends with a code instead of a session. */
export const PKCE_PREFIX = "pkce_";

/** A code of so many decimal digits. */
export function generateOtp(length: number): string {
  let digits = "";
  while (digits.length < length) {
    const byte = crypto.getRandomValues(new Uint8Array(1))[0] ?? 255;
    // Bytes of the last, incomplete ten would favour the low digits.
    if (byte < 250) digits += String(byte % 10);
  }
  return digits;
}

/** What is stored of a code, and what links carry. */
export function hashToken(address: string, otp: string): string {
  return createHash("sha224").update(address + otp).digest("hex");
}

/** Stores a token in the place of the last one of its type. */
export async function storeToken(
  db: Db,
  token: {
    readonly userId: string;
    readonly type: TokenType;
    readonly hash: string;
    readonly relatesTo: string;
    readonly lifetimeSeconds: number;
  },
): Promise<void> {
  await db`
    insert into auth.one_time_tokens (id, user_id, token_type, token_hash, relates_to, expires_at)
    values (
      ${crypto.randomUUID()}, ${token.userId}, ${token.type}, ${token.hash}, ${token.relatesTo},
      now() + make_interval(secs => ${token.lifetimeSeconds})
    )
    on conflict (user_id, token_type) do update set
      token_hash = excluded.token_hash, relates_to = excluded.relates_to,
      expires_at = excluded.expires_at, created_at = now(), updated_at = now()
  `;
}

/** Spends all tokens of a person, or those of one type. */
export async function clearTokens(db: Db, userId: string, type?: TokenType): Promise<void> {
  if (type === undefined) {
    await db`delete from auth.one_time_tokens where user_id = ${userId}`;
  } else {
    await db`
      delete from auth.one_time_tokens where user_id = ${userId} and token_type = ${type}
    `;
  }
}

/** Finds whose token it is, and of which type. */
export async function findUserByToken(
  db: Db,
  hash: string,
  types: readonly TokenType[],
): Promise<{ user: UserRow; type: TokenType } | undefined> {
  const [row] = await db<(UserRow & { found_type: TokenType })[]>`
    select u.*, t.token_type as found_type
    from auth.one_time_tokens t join auth.users u on u.id = t.user_id
    where t.token_hash in (${hash}, ${PKCE_PREFIX + hash})
      and t.token_type::text in ${db([...types])}
    limit 1
  `;
  return row === undefined ? undefined : { user: row, type: row.found_type };
}

/** Whether a code is the one stored, in either flow, and still young enough. */
export function isTokenValid(
  hash: string,
  expected: string | null,
  sentAt: Date | null,
  lifetimeSeconds: number,
): boolean {
  if (expected === null || expected === "" || isTokenExpired(sentAt, lifetimeSeconds)) return false;
  return hash === expected || PKCE_PREFIX + hash === expected;
}

/** Whether a token is too old. */
export function isTokenExpired(sentAt: Date | null, lifetimeSeconds: number): boolean {
  return sentAt === null || Date.now() > sentAt.getTime() + lifetimeSeconds * 1000;
}
