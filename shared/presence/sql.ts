/** @module Statements of connections. */
import type { Sql } from "../platform/postgres.ts";

/** A lease. */
export interface LeaseRow {
  readonly id: string;
  readonly expires_at: string;
}

/** A lease that has run out. */
export interface LostLeaseRow extends LeaseRow {
  readonly profile_id: string;
  readonly opened_at: string;
}

/** Takes one of the caller's places. */
export function openConnection(sql: Sql, device: string) {
  return sql<LeaseRow[]>`select id, expires_at from private.open_connection(${device})`;
}

/** Prolongs a lease of the caller; no row when it has ended. */
export function renewConnection(sql: Sql, id: string, roomIds: readonly string[] | undefined) {
  return sql<LeaseRow[]>`
    select id, expires_at from private.renew_connection(${id}::uuid,
      ${roomIds === undefined ? null : [...roomIds]}::uuid[])`;
}

/** Gives a place of the caller back. */
export function closeConnection(sql: Sql, id: string) {
  return sql<{ is_closed: boolean }[]>`select private.close_connection(${id}::uuid) as is_closed`;
}

/** Removes leases that have run out, the oldest first. */
export function sweepConnections(sql: Sql, limit: number) {
  return sql<LostLeaseRow[]>`
    select id, profile_id, opened_at, expires_at from private.sweep_connections(${limit}::int)`;
}
