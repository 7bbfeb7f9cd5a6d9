/** @module Statements of imports that run as jobs. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { ImportEntry, ImportStatus } from "./schemas.ts";

/** Raises unless the caller may load an archive there; the name of the room, if it is one. */
export function requireImport(sql: Sql, room: string | null) {
  return sql<{ name: string | null }[]>`select private.require_import(${room}) as name`;
}

/** Notes an archive whose bytes are in place, and tells its job. */
export async function insertImport(
  sql: Sql,
  entry: { id: string; room: string | null; format: string; fileName: string; path: string },
): Promise<void> {
  await sql`select private.create_archive_import(${entry.id}, ${entry.room}, ${entry.format},
    ${entry.fileName}, ${entry.path})`;
}

/** How far an import is, if the caller may know. */
export function selectStatus(sql: Sql, id: string) {
  return sql<{ state: ImportStatus | null }[]>`
    select private.present_archive_import(${id}) as state`;
}

/** What the caller has brought, newest first. */
export function selectImports(sql: Sql, before: readonly CursorValue[] | undefined, limit: number) {
  return sql<{ entry: ImportEntry }[]>`
    select entry from private.my_archive_imports(${before?.[0] ?? null}::timestamptz,
      ${before?.[1] ?? null}::uuid, ${limit}::int) as entry`;
}

/** Ends an import of the caller's before its next batch. */
export function cancelImport(sql: Sql, id: string) {
  return sql`select private.cancel_archive_import(${id})`;
}

/** Whether nobody else reads this archive now; nobody will until the transaction ends. */
export async function lockImport(sql: Sql, id: string): Promise<boolean> {
  const [row] = await sql<{ locked: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended(${`archive:${id}`}, 0)) as locked`;
  return row?.locked === true;
}

/** An import as its job sees it. */
export interface ImportRow {
  readonly id: string;
  readonly room_id: string | null;
  readonly room_name: string | null;
  readonly created_by: string;
  readonly format: string;
  readonly file_name: string;
  readonly path: string | null;
  readonly status: ImportStatus["status"];
  readonly done: number;
  readonly total: number;
  readonly part: number;
  readonly record: number;
  readonly errors: readonly string[];
  readonly is_allowed: boolean;
  readonly is_trusted: boolean;
  readonly is_cancelled: boolean;
}

/** An import, and whether whoever began it might begin it today. */
export function selectImport(sql: Sql, id: string) {
  return sql<ImportRow[]>`
    select i.id, i.room_id, r.name as room_name, i.created_by, i.format, i.file_name, i.path,
      i.status, i.done, i.total, i.part, i.record, i.errors,
      private.may_import(i.created_by, i.room_id) and r.archived_at is null as is_allowed,
      private.may_import(i.created_by, null) as is_trusted,
      i.cancelled_at is not null as is_cancelled
    from private.archive_imports i left join public.rooms r on r.id = i.room_id
    where i.id = ${id}`;
}

/** Says that an import has begun, and how much there is to do. */
export async function beginImport(sql: Sql, id: string, total: number): Promise<void> {
  await sql`
    update private.archive_imports set status = 'running', total = ${total}, finished_at = null
    where id = ${id} and status <> 'done' and cancelled_at is null`;
}

/** How far a batch has brought an import. */
export interface Progress {
  readonly done: number;
  readonly part: number;
  readonly record: number;
  readonly errors: readonly string[];
}

/** Notes what a batch did, within its transaction; false when the import is gone. */
export async function updateProgress(sql: Sql, id: string, at: Progress): Promise<boolean> {
  const rows = await sql`
    update private.archive_imports set done = ${at.done}, part = ${at.part}, record = ${at.record},
      errors = ${JSON.stringify(at.errors)}::text::jsonb
    where id = ${id} and status = 'running' returning id`;
  return rows.length > 0;
}

/** Ends an import, well or not. */
export async function endImport(
  sql: Sql,
  id: string,
  status: "done" | "failed",
  errors?: readonly string[],
): Promise<void> {
  await sql`
    update private.archive_imports set status = ${status},
      errors = coalesce(${
    errors === undefined ? null : JSON.stringify(errors)
  }::text::jsonb, errors),
      finished_at = clock_timestamp()
    where id = ${id} and status <> 'done' and cancelled_at is null`;
}

/** Has the job called again for what is left. */
export async function announceRest(sql: Sql, id: string): Promise<void> {
  await sql`select private.emit('import.continued', ${id}, null)`;
}

/** Archives that have been read, or that nobody has asked to try again for a week. */
export function selectKept(sql: Sql, limit: number) {
  return sql<{ id: string; path: string }[]>`
    select id, path from private.archive_imports
    where path is not null and (status = 'done' or cancelled_at is not null
      or created_at < now() - interval '7 days')
    order by created_at limit ${limit}`;
}

/** Notes that the bytes of archives are gone; what never was read never will be. */
export function forgetFiles(sql: Sql, ids: readonly string[]) {
  return sql`
    update private.archive_imports set path = null,
      status = case when status = 'done' then 'done' else 'failed' end
    where id = any (${[...ids]}::uuid[])`;
}
