/** @module Statements about accounts and sessions. */
import type { CursorValue } from "../core/cursor.ts";
import type { z } from "zod";
import type { Sql } from "../platform/postgres.ts";
import type { Account, AuthLogEntry } from "./schemas.ts";

/** Why a handle cannot be taken; null when it can. */
export function selectHandleProblem(sql: Sql, handle: string) {
  return sql<{ problem: string | null }[]>`select private.handle_problem(${handle}) as problem`;
}

/** Reads the viewer's own account. */
export function selectAccount(sql: Sql) {
  return sql<{ account: Account | null }[]>`select private.my_account() as account`;
}

/** A session, as the database has it. */
export interface SessionRow {
  readonly id: string;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly user_agent: string | null;
  readonly ip: string | null;
}

/** Reads the viewer's sessions, newest first. */
export function selectSessions(
  sql: Sql,
  after: readonly CursorValue[] | undefined,
  limit: number,
) {
  const [at, id] = after === undefined ? [null, null] : after as [string, string];
  return sql<SessionRow[]>`
    select id, created_at, last_used_at, user_agent, ip
    from private.list_sessions(${at}::timestamptz, ${id}::uuid, ${limit}::int)`;
}

/** Ends one of the viewer's sessions; false when it is not there. */
export function endSession(sql: Sql, id: string) {
  return sql<{ ended: boolean }[]>`select private.end_session(${id}) as ended`;
}

/** Hides the viewer's account until they sign in again. */
export async function deactivateAccount(sql: Sql): Promise<void> {
  await sql`select private.deactivate_account()`;
}

/** A line of the log, as the database has it. */
export interface LogRow {
  readonly id: string;
  readonly kind: z.input<typeof AuthLogEntry>["kind"];
  readonly session_id: string | null;
  readonly user_agent: string | null;
  readonly ip: string | null;
  readonly created_at: string;
}

/** Reads the viewer's log, newest first; the policy keeps it to their own lines. */
export function selectLog(sql: Sql, after: readonly CursorValue[] | undefined, limit: number) {
  const [at, id] = after === undefined ? [null, null] : after as [string, string];
  return sql<LogRow[]>`
    select l.id, l.kind, l.session_id, l.user_agent, host(l.ip) as ip, l.created_at
    from private.auth_log l
    where ${at}::timestamptz is null or (l.created_at, l.id) < (${at}::timestamptz, ${id}::uuid)
    order by l.created_at desc, l.id desc limit ${limit}`;
}

/** Why the viewer's password may not be changed so; null when it may. */
export function selectPasswordProblem(sql: Sql, present: string, next: string) {
  return sql<{ problem: "none" | "wrong" | "used" | null }[]>`
    select private.password_problem(${present}, ${next}) as problem`;
}

/** Whether whoever holds a reset token has used the password before. */
export function selectWasUsed(sql: Sql, token: string, next: string) {
  return sql<{ used: boolean }[]>`
    select private.reset_password_was_used(${token}, ${next}) as used`;
}

/** Ends sessions whose time is up and forgets old lines; tells how many of the larger kind. */
export function sweepAccounts(sql: Sql, limit: number) {
  return sql<{ swept: number }[]>`select private.sweep_accounts(${limit}::int) as swept`;
}
