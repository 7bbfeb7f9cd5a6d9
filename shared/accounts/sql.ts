/** @module Statements about accounts and sessions. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { Account } from "./schemas.ts";

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
}

/** Reads the viewer's sessions, newest first. */
export function selectSessions(
  sql: Sql,
  after: readonly CursorValue[] | undefined,
  limit: number,
) {
  const [at, id] = after === undefined ? [null, null] : after as [string, string];
  return sql<SessionRow[]>`
    select id, created_at, last_used_at, user_agent
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
