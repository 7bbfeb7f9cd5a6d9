/** @module Statements of commands. */
import type { Sql } from "../platform/postgres.ts";

/** Who goes by a handle, if the caller sees them. */
export function selectPersonByHandle(sql: Sql, handle: string) {
  return sql<{ id: string; display_name: string }[]>`
    select p.id, p.display_name from public.profiles p where p.handle = ${handle}`;
}

/** Keeps a reminder of the caller; gives when it comes, no time when the id is another's. */
export function addReminder(
  sql: Sql,
  reminder: { id: string; roomId: string; body: string; dueAt: Date },
) {
  return sql<{ due_at: string | null }[]>`
    select private.add_reminder(${reminder.id}::uuid, ${reminder.roomId}::uuid, ${reminder.body},
      ${reminder.dueAt.toISOString()}::timestamptz) as due_at`;
}

/** The caller's reminders that wait, the next first. */
export function selectReminders(sql: Sql) {
  return sql<{ body: string; due_at: string }[]>`
    select r.body, r.due_at from private.my_reminders() r`;
}

/** Forgets the caller's reminders and tells how many. */
export function clearReminders(sql: Sql) {
  return sql<{ count: number }[]>`select private.clear_reminders() as count`;
}

/** Reminds of what is due and tells of how many. */
export function sendReminders(sql: Sql, limit: number) {
  return sql<{ sent: number }[]>`select private.send_reminders(${limit}::int) as sent`;
}
