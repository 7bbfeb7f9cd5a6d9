/** @module Statements of export. */
import type { Sql } from "../platform/postgres.ts";
import type { ArchiveManifest } from "./archive_schemas.ts";

/** Rows read at once. */
const ROWS_PER_CHUNK = 500;

/** A table of an archive, quoted for SQL by the catalogue. */
export interface ExportTable {
  readonly table_name: string;
  readonly columns: readonly string[];
  readonly condition: string;
}

/** A file of a person. */
export interface MediaFile {
  readonly media_id: string;
  readonly variant: string;
  readonly path: string;
}

/** Asks for an archive of the caller. */
export function requestExport(sql: Sql, withMedia: boolean) {
  return sql<{ made: { id: string; status: "queued" } }[]>`
    select private.request_export(${withMedia}) as made`;
}

/** One of the caller's exports. */
export function selectMyExport(sql: Sql, id: string) {
  return sql<{
    status: "queued" | "running" | "done" | "failed" | "expired";
    path: string | null;
    manifest: ArchiveManifest | null;
    seconds_left: number | null;
  }[]>`select status, path, manifest, seconds_left from private.my_export(${id})`;
}

/** Waits until nobody else makes the same archive. */
export async function lockExport(sql: Sql, id: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`export:${id}`}, 0))`;
}

/** An export that waits to be made; its owner is not erased meanwhile. */
export function selectExport(sql: Sql, id: string) {
  return sql<{ profile_id: string; handle: string; with_media: boolean; status: string }[]>`
    select e.profile_id, p.handle, e.with_media, e.status
    from private.exports e join public.profiles p on p.id = e.profile_id
    where e.id = ${id} for key share of e`;
}

/** Says how far an export is. */
export function updateExport(sql: Sql, id: string, status: string, error: string | null) {
  return sql`
    update private.exports set status = ${status}, error = ${error}
    where id = ${id} and status <> 'done'`;
}

/** Ends an export that is there to be fetched. */
export function finishExport(
  sql: Sql,
  id: string,
  done: { path: string; manifest: ArchiveManifest; days: number },
) {
  return sql`
    update private.exports set status = 'done', error = null, path = ${done.path},
      manifest = ${JSON.stringify(done.manifest)}::text::jsonb, finished_at = clock_timestamp(),
      expires_at = clock_timestamp() + make_interval(days => ${done.days}::int)
    where id = ${id}`;
}

/** Tables of an archive. */
export function selectExportTables(sql: Sql) {
  return sql<ExportTable[]>`select table_name, columns, condition from private.export_tables()`;
}

/** Streams a person's rows of a table as JSON texts. */
export function streamExportRows(sql: Sql, table: ExportTable, person: string) {
  return sql.unsafe<{ row: string }[]>(
    `select to_jsonb(t)::text as row from (
       select ${table.columns.join(", ")} from ${table.table_name} where ${table.condition}) t`,
    [person],
  ).cursor(ROWS_PER_CHUNK);
}

/** A person's files, with every variant. */
export function selectMediaFiles(sql: Sql, person: string) {
  return sql<(MediaFile & { mime_type: string })[]>`
    select m.id as media_id, v.key as variant, v.value as path, m.mime_type
    from public.media m cross join lateral jsonb_each_text(m.variants) v
    where m.owner_id = ${person} order by m.created_at, m.id, v.key`;
}

/** Signs the manifest of an archive. */
export function selectSignature(sql: Sql, text: string) {
  return sql<{ signature: string }[]>`select private.archive_signature(${text}) as signature`;
}

/** Archives whose week is over. */
export function selectExpired(sql: Sql, limit: number) {
  return sql<{ id: string; path: string }[]>`
    select id, path from private.exports where path is not null and expires_at < now()
    order by expires_at limit ${limit}`;
}

/** Notes that archives are gone. */
export function markExpired(sql: Sql, ids: readonly string[]) {
  return sql`
    update private.exports set status = 'expired', path = null where id = any (${[
    ...ids,
  ]}::uuid[])`;
}
