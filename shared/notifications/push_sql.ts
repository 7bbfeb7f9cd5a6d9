/** @module Statements of Web Push. */
import type { Sql } from "../platform/postgres.ts";

/** A browser that is due to be rung. */
export interface DuePush {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth_secret: string;
  readonly type: string;
}

/** Rings the caller at that browser from now on. */
export function insertSubscription(sql: Sql, endpoint: string, p256dh: string, auth: string) {
  return sql<{ id: string }[]>`
    select private.save_push_subscription(${endpoint}, ${p256dh}, ${auth}) as id`;
}

/** Rings the caller at that browser no more. */
export async function deleteSubscription(sql: Sql, endpoint: string): Promise<void> {
  await sql`select private.drop_push_subscription(${endpoint})`;
}

/** Has the browsers of a notification's recipient rung. */
export async function enqueuePush(sql: Sql, notification: string): Promise<void> {
  await sql`select private.enqueue_push(${notification}::uuid)`;
}

/** The same for many notifications. */
export async function enqueuePushes(sql: Sql, notifications: readonly string[]): Promise<void> {
  await sql`select private.enqueue_pushes(${[...notifications]}::uuid[])`;
}

/** Where to ring for a notification; nothing when there is no more reason to. */
export async function selectDuePush(
  sql: Sql,
  subscription: string,
  notification: string,
): Promise<DuePush | undefined> {
  const [row] = await sql<DuePush[]>`
    select * from private.push_due(${subscription}::uuid, ${notification}::uuid)`;
  return row;
}

/** Notes that a browser was rung. */
export async function markRung(sql: Sql, subscription: string): Promise<void> {
  await sql`
    update public.push_subscriptions set last_ok_at = clock_timestamp() where id = ${subscription}`;
}

/** Forgets a browser that is no more. */
export async function forgetSubscription(sql: Sql, subscription: string): Promise<void> {
  await sql`delete from public.push_subscriptions where id = ${subscription}`;
}
