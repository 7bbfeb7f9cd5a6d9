/** @module Statements of notifications. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { Notification, NotificationCount, ReadResult } from "./schemas.ts";

/** A notification and its place in the list. */
export interface NotificationRow {
  readonly id: string;
  readonly created_at: string;
  readonly notification: Notification;
}

/** Reads the caller's notifications, newest first. */
export function selectNotifications(
  sql: Sql,
  unreadOnly: boolean,
  after: readonly CursorValue[] | undefined,
  limit: number,
) {
  const [createdAt = null, id = null] = after ?? [];
  // The page is cut before its rows are presented, so that no row is presented in vain.
  return sql<NotificationRow[]>`
    select n.id, n.created_at, private.present_notification(n.id) as notification
    from (
      select id, created_at from public.notifications
      where recipient_id = (select auth.uid())
        ${unreadOnly ? sql`and read_at is null` : sql``}
        ${after === undefined ? sql`` : sql`and (created_at, id) < (${createdAt}, ${id})`}
      order by created_at desc, id desc limit ${limit}
    ) n order by n.created_at desc, n.id desc`;
}

/** Reads one notification of the caller. */
export function selectNotification(sql: Sql, id: string) {
  return sql<{ notification: Notification | null }[]>`
    select private.present_notification(${id}::uuid) as notification`;
}

/** Counts what waits for the caller. */
export function selectCounts(sql: Sql) {
  return sql<NotificationCount[]>`
    select private.unread_notifications() as unread_count,
      (select count(*) from public.notifications
        where recipient_id = (select auth.uid()) and seen_at is null) as unseen_count,
      private.unread_rooms() as rooms`;
}

/** Marks notifications of the caller as read: the ones named, or all. */
export async function markRead(sql: Sql, ids: readonly string[] | null): Promise<ReadResult> {
  const [row] = await sql<{ result: ReadResult }[]>`
    select private.mark_notifications_read(${ids === null ? null : [...ids]}::uuid[]) as result`;
  if (row === undefined) throw new Error("mark_notifications_read answers with one row");
  return row.result;
}

/** Marks the caller's list as looked at. */
export async function markSeen(sql: Sql): Promise<void> {
  await sql`select private.mark_notifications_seen()`;
}

/** Stores what a device tells; false when the notification is not the caller's. */
export async function acknowledge(sql: Sql, id: string, state: string): Promise<boolean> {
  const [row] = await sql<{ known: boolean }[]>`
    select private.acknowledge_notification(${id}::uuid, ${state}) as known`;
  return row?.known ?? false;
}

/** Reads a text that nobody has screened yet; nothing when it was screened or is gone. */
export async function selectUnscreened(
  sql: Sql,
  type: "post" | "message",
  id: string,
): Promise<string | undefined> {
  const [row] = type === "post"
    ? await sql<{ body: string }[]>`
        select body from public.posts where id = ${id} and screened_at is null`
    : await sql<{ body: string }[]>`
        select body from public.messages where id = ${id} and screened_at is null`;
  return row?.body;
}

/** Tells people of a follow, a request, or its being granted. */
export async function notifyOfFollow(sql: Sql, topic: string, subject: string, actor: string) {
  await sql`select private.notify_of_follow(${topic}, ${subject}::uuid, ${actor}::uuid)`;
}

/** Tells an author of a reaction. */
export async function notifyOfReaction(sql: Sql, post: string, actor: string) {
  await sql`select private.notify_of_reaction(${post}::uuid, ${actor}::uuid)`;
}

/** Tells the author of a share. */
export async function notifyOfShare(sql: Sql, post: string, actor: string) {
  await sql`select private.notify_of_share(${post}::uuid, ${actor}::uuid)`;
}

/** Tells a person that they are invited to a room. */
export async function notifyOfInvite(sql: Sql, invite: string, actor: string, person: string) {
  await sql`select private.notify_of_invite(${invite}::uuid, ${actor}::uuid, ${person}::uuid)`;
}

/** Tells whom a post or comment concerns. */
export async function notifyOfPost(sql: Sql, post: string, actor: string) {
  await sql`select private.notify_of_post(${post}::uuid, ${actor}::uuid)`;
}

/** Tells those whom an edited post mentions first. */
export async function notifyOfEdit(sql: Sql, post: string, actor: string) {
  await sql`select private.notify_of_edit(${post}::uuid, ${actor}::uuid)`;
}

/** Tells author and voters that a poll has closed, from the person `after` on. */
export async function notifyOfPoll(sql: Sql, post: string, after: string | null = null) {
  await sql`select private.notify_of_poll(${post}::uuid, ${after}::uuid)`;
}

/** Tells whom a message concerns, from the person `after` on. */
export async function notifyOfMessage(
  sql: Sql,
  message: string,
  actor: string | null,
  after: string | null = null,
) {
  await sql`select private.notify_of_message(${message}::uuid, ${actor}::uuid, ${after}::uuid)`;
}

/** A moderator's decision on a case. */
export interface Decision {
  readonly action: string;
  readonly decision_id: string;
}

/** Tells those whom a moderator's decision concerns, from the reporter `after` on. */
export async function notifyOfDecision(
  sql: Sql,
  id: string,
  { action, decision_id: decision }: Decision,
  after: string | null = null,
) {
  await sql`select private.notify_of_decision(
    ${id}::uuid, ${action}, ${decision}::uuid, ${after}::uuid)`;
}

/** What goes to a person's sockets. */
export interface Delivery {
  readonly recipient_id: string;
  readonly notification: Notification;
}

/** Marks a notification delivered; nothing when that was done before, or it is not to be seen. */
export async function takeDelivery(sql: Sql, id: string): Promise<Delivery | undefined> {
  const [row] = await sql<Delivery[]>`select * from private.take_delivery(${id}::uuid)`;
  return row;
}

/** Hands an event to a person's sockets when the transaction commits. */
export async function emitToUser(sql: Sql, user: string, event: string, payload: unknown) {
  await sql`select private.emit_to_user(
    ${user}::uuid, ${event}, ${JSON.stringify(payload)}::text::jsonb)`;
}

/** Tells a person's devices what waits no more. */
export async function tellBadge(sql: Sql, user: string, ids: readonly string[]) {
  await sql`select private.tell_badge(${user}::uuid, ${[...ids]}::uuid[])`;
}

/** Hands many notifications of one cause to the sockets of those who are there, each once. */
export async function deliverNotifications(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql`select private.deliver_notifications(${[...ids]}::uuid[])`;
}
