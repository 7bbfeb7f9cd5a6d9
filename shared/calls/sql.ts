/** @module Statements of calls. */
import type { Sql } from "../platform/postgres.ts";
import type { Call, StartCall } from "./schemas.ts";

/** A call, and whether the caller needs the call server for it. */
export type CallRow = Call & { readonly uses_server: boolean };

/** The call as the caller may see it; null when not. */
export function selectCall(sql: Sql, id: string) {
  return sql<{ call: CallRow | null }[]>`select private.present_call(${id}::uuid) as call`;
}

/** Starts a call in a room. */
export function startCall(sql: Sql, roomId: string, kind: StartCall["kind"]) {
  return sql<{ id: string }[]>`select private.start_call(${roomId}::uuid, ${kind}) as id`;
}

/** Makes the caller a participant. */
export function joinCall(sql: Sql, id: string, hasServer: boolean) {
  return sql`select private.join_call(${id}::uuid, ${hasServer})`;
}

/** Takes the caller out, or declines for them. */
export function leaveCall(sql: Sql, id: string) {
  return sql`select private.leave_call(${id}::uuid)`;
}

/** Ends the call for everybody. */
export function endCall(sql: Sql, id: string) {
  return sql`select private.end_call(${id}::uuid)`;
}

/** Takes somebody out whom the call server has lost, unless they came back since. */
export function dropParticipant(sql: Sql, id: string, profileId: string, before: Date) {
  return sql`select private.drop_participant(${id}::uuid, ${profileId}::uuid, ${before})`;
}

/** Ends calls that rang in vain or were forgotten; tells how many. */
export function sweepCalls(sql: Sql, limit: number) {
  return sql<{ swept: number }[]>`select private.sweep_calls(${limit}::int) as swept`;
}

/** Tells those at whom it rang in vain. */
export function notifyOfMissedCall(sql: Sql, id: string) {
  return sql`select private.notify_of_missed_call(${id}::uuid)`;
}
