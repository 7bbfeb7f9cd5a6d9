/** @module Statements on outgoing webhooks. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { Endpoint, EndpointChanges, EventDelivery, NewEndpoint } from "./schemas.ts";

/** Makes a webhook of the caller's. */
export function insertEndpoint(sql: Sql, id: string, input: NewEndpoint, sealed: string) {
  return sql<{ endpoint: Endpoint }[]>`
    select private.create_endpoint(${id}::uuid, ${input.url}, ${input.events}::text[],
      ${input.description ?? ""}, ${input.room_id ?? null}::uuid, ${sealed}) as endpoint`;
}

/** Webhooks that the caller may change, the oldest first. */
export function selectEndpoints(
  sql: Sql,
  after: readonly CursorValue[] | undefined,
  limit: number,
) {
  return sql<{ endpoint: Endpoint }[]>`
    select e as endpoint
    from private.my_endpoints(${after?.[0] as string ?? null}::uuid, ${limit}::int) e`;
}

/** Changes a webhook of the caller's. */
export function updateEndpoint(sql: Sql, id: string, changes: EndpointChanges) {
  return sql<{ endpoint: Endpoint }[]>`
    select private.change_endpoint(${id}::uuid, ${changes.url ?? null},
      ${changes.events ?? null}::text[], ${changes.description ?? null},
      ${changes.status ?? null}) as endpoint`;
}

/** Ends a webhook of the caller's. */
export function deleteEndpoint(sql: Sql, id: string) {
  return sql`select private.delete_endpoint(${id}::uuid)`;
}

/** Replaces the secret of a webhook; tells until when the one before signs along. */
export function rotateSecret(sql: Sql, id: string, sealed: string) {
  return sql<{ previous_expires_at: string }[]>`
    select private.rotate_endpoint_secret(${id}::uuid, ${sealed}) as previous_expires_at`;
}

/** The log of a webhook, the newest first. */
export function selectDeliveries(
  sql: Sql,
  id: string,
  before: readonly CursorValue[] | undefined,
  limit: number,
) {
  return sql<{ delivery: EventDelivery }[]>`
    select d as delivery from private.endpoint_deliveries(${id}::uuid,
      ${before?.[0] as string ?? null}::timestamptz, ${before?.[1] as string ?? null}::uuid,
      ${limit}::int) d`;
}

/** Puts an event in line once more. */
export function redeliver(sql: Sql, id: string, deliveryId: string) {
  return sql<{ delivery: EventDelivery }[]>`
    select private.redeliver(${id}::uuid, ${deliveryId}::uuid) as delivery`;
}

/** Puts an event in line for whoever may know and wants to. */
export function enqueueDeliveries(sql: Sql, eventId: string) {
  return sql`select private.enqueue_deliveries(${eventId}::uuid)`;
}

/** A delivery that this process has leased. */
export interface ClaimedDelivery {
  readonly lease: string;
  readonly id: string;
  readonly event_id: string;
  readonly url: string;
  readonly body: string;
  /** Sealed, the newest first. */
  readonly secrets: readonly string[];
}

/** Leases the oldest delivery that waits for a webhook. */
export function claimDelivery(sql: Sql, endpointId: string) {
  return sql<{ claimed: ClaimedDelivery | null }[]>`
    select private.claim_delivery(${endpointId}::uuid) as claimed`;
}

/** What became of an attempt. */
export interface Attempt {
  readonly status: number | null;
  readonly body: string | null;
  readonly error: string | null;
  readonly durationMs: number;
}

/** Notes an attempt and gives the lease back. */
export function finishDelivery(
  sql: Sql,
  endpointId: string,
  { lease, id }: ClaimedDelivery,
  attempt: Attempt,
) {
  return sql<{ outcome: "delivered" | "pending" | "failed" | "lost" }[]>`
    select private.finish_delivery(${endpointId}::uuid, ${lease}::uuid, ${id}::uuid,
      ${attempt.status}::int, ${attempt.body}, ${attempt.error}, ${attempt.durationMs}::int)
      as outcome`;
}

/** Asks for another run, because there is more than one run should do. */
export function wakeEndpoint(sql: Sql, endpointId: string) {
  return sql`select private.wake_endpoint(${endpointId}::uuid, clock_timestamp())`;
}

/** Secrets that keys of before have sealed. */
export function selectSecretsToReseal(sql: Sql, prefixes: readonly string[]) {
  return sql<{ endpoint_id: string; sealed: string }[]>`
    select s.endpoint_id, s.sealed from private.secrets_to_reseal(${prefixes}::text[]) s`;
}

/** Keeps a secret under the key of now. */
export function updateSealed(sql: Sql, endpointId: string, sealed: string, anew: string) {
  return sql`select private.reseal_secret(${endpointId}::uuid, ${sealed}, ${anew})`;
}

/** Forgets what is old, and wakes what was left. */
export function tendWebhooks(sql: Sql) {
  return sql`select private.tend_webhooks()`;
}
