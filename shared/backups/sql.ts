/** @module Statements of backups. */
import type { Sql } from "../platform/postgres.ts";
import type { Place } from "./places.ts";
import type { ArchivedObject, Backup, Manifest, Verification } from "./schemas.ts";

/** Name and columns of a table, quoted for SQL by the catalogue. */
export interface TableSpec {
  readonly table_name: string;
  readonly columns: string[];
  readonly shape: string;
}

/** A storage object, as the snapshot knows it. */
export interface ObjectRow {
  readonly bucket: string;
  readonly name: string;
  readonly owner_id: string | null;
  readonly mime_type: string;
  readonly user_metadata: ArchivedObject["user_metadata"];
}

/** Every table that a backup holds. */
export function selectTables(sql: Sql) {
  return sql<TableSpec[]>`select * from private.backup_tables()`;
}

/** Where the sequences of the product stand. */
export function selectSequences(sql: Sql) {
  return sql<Manifest["sequences"]>`
    select format('%I.%I', schemaname, sequencename) as name, last_value::text as value
    from pg_catalog.pg_sequences
    where schemaname in ('public', 'private') and last_value is not null order by 1`;
}

/** Lets a sequence go on where it stood; names that are not its own are ignored. */
export function advanceSequence(sql: Sql, { name, value }: Manifest["sequences"][number]) {
  return sql`select setval(c.oid, ${value}::bigint) from pg_catalog.pg_class c
    where c.relkind = 'S' and c.oid = to_regclass(${name})`;
}

/** The newest migration that has been applied. */
export function selectMigration(sql: Sql) {
  return sql<{ version: string }[]>`
    select max(version) as version from supabase_migrations.schema_migrations`;
}

/** Bytes of all that a backup would hold, before it is packed. */
export function selectSize(sql: Sql, bucket: string) {
  return sql<{ bytes: number; bytes_max: number }[]>`
    select ((select coalesce(sum(pg_table_size(to_regclass(t.table_name))), 0)
        from private.backup_tables() t)
      + (select coalesce(sum((o.metadata ->> 'size')::bigint), 0)
        from storage.objects o where o.bucket_id <> ${bucket}))::bigint as bytes,
      private.setting('backup_edge_bytes_max')::bigint as bytes_max`;
}

/** Bytes that one call may carry. */
export function selectBytesMax(sql: Sql) {
  return sql<{ bytes_max: number }[]>`
    select private.setting('backup_edge_bytes_max')::bigint as bytes_max`;
}

/** Tells that a snapshot is being written, for as long as its transaction lives. */
export function lockSnapshot(sql: Sql) {
  return sql`select private.lock_backup()`;
}

/** Pages of a table, and its bytes with what lies outside of them. */
export function measureTable(sql: Sql, { table_name }: TableSpec) {
  return sql<{ pages: number; bytes: number }[]>`
    select pg_relation_size(to_regclass(${table_name}))
        / current_setting('block_size')::bigint as pages,
      pg_table_size(to_regclass(${table_name})) as bytes`;
}

/** Count of rows and a checksum that does not depend on their order. */
export function selectChecksum(sql: Sql, { columns, table_name }: TableSpec, from = table_name) {
  return sql<{ rows: number; checksum: string }[]>`
    select count(*)::int as rows,
      coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text as checksum
    from (select ${sql.unsafe(columns.join(", "))} from ${sql.unsafe(from)}) t`;
}

/** Name of the table that a check fills. It is only seen by its own transaction. */
export const CHECK_TABLE = "pg_temp.backup_check";

/** Makes an empty table like another, in which a check loads rows. */
export function makeCheckTable(sql: Sql, { columns, table_name }: TableSpec) {
  return sql`create temporary table backup_check on commit drop as
    select ${sql.unsafe(columns.join(", "))} from ${sql.unsafe(table_name)} with no data`;
}

/** Ends a check's table. */
export function dropCheckTable(sql: Sql) {
  return sql`drop table pg_temp.backup_check`;
}

/** Keeps triggers and foreign keys still while rows are brought back as they were. */
export function silenceTriggers(sql: Sql) {
  return sql`set local session_replication_role = replica`;
}

/** Lets triggers and foreign keys work again. */
export function wakeTriggers(sql: Sql) {
  return sql`set local session_replication_role = origin`;
}

/** Empties a table of what migrations put there. */
export function deleteRows(sql: Sql, table: TableSpec) {
  return sql`delete from ${sql.unsafe(table.table_name)}`;
}

/** What a project holds before a restore; an interrupted one leaves files, and a mark. */
export function selectContent(sql: Sql, bucket: string) {
  return sql<{ users: boolean; files: boolean; restoring: string | null }[]>`
    select exists (select from auth.users) as users,
      exists (select from storage.objects o where o.bucket_id <> ${bucket}) as files,
      private.setting('restoring') as restoring`;
}

/** Marks that a restore has begun. The settings that it brings are without the mark. */
export function markRestoring(sql: Sql, id: string) {
  return sql`select private.set_setting('restoring', ${id})`;
}

/** Takes the mark away: nothing of the restore is left. */
export function unmarkRestoring(sql: Sql) {
  return sql`delete from private.settings where name = 'restoring'`;
}

/** Storage objects after a place in their order; those of the bucket of backups left out. */
export function selectObjects(
  sql: Sql,
  bucket: string,
  after: { bucket: string; name: string } | undefined,
  limit: number,
) {
  return sql<ObjectRow[]>`
    select o.bucket_id as bucket, o.name, o.owner_id, o.user_metadata,
      coalesce(o.metadata ->> 'mimetype', 'application/octet-stream') as mime_type
    from storage.objects o
    where o.bucket_id <> ${bucket} and (o.bucket_id collate "C", o.name collate "C")
      > (${after?.bucket ?? ""}, ${after?.name ?? ""})
    order by o.bucket_id collate "C", o.name collate "C" limit ${limit}`;
}

/** Gives an object back to its owner: storage knows only who brought the bytes. */
export function updateObject(sql: Sql, { bucket, name, owner_id, user_metadata }: ObjectRow) {
  const metadata = user_metadata === null ? null : JSON.stringify(user_metadata);
  return sql`update storage.objects set owner_id = ${owner_id},
      user_metadata = ${metadata}::text::jsonb
    where bucket_id = ${bucket} and name = ${name}`;
}

/** Settings that tell of the deployment at hand. */
export function selectDeployment(sql: Sql) {
  return sql<{ settings: Record<string, string> }[]>`
    select private.deployment_settings() as settings`;
}

/** What must not be taken over from the project that was backed up. */
export function settleRestored(sql: Sql, deployment: Record<string, string>) {
  return sql`select private.settle_restored(${JSON.stringify(deployment)}::text::jsonb)`;
}

/** Takes up again what the saved project had not finished. */
export function resumeRestored(sql: Sql) {
  return sql`select private.resume_restored()`;
}

/** Hashes of people who were erased. */
export function selectLedger(sql: Sql) {
  return sql<{ person_hash: string }[]>`
    select person_hash from private.deletion_ledger order by person_hash`;
}

/** Marks people for erasure whom the ledger names; they are hidden from here on. */
export function applyLedger(sql: Sql, hashes: readonly string[]) {
  return sql<{ due: number }[]>`
    select private.apply_deletion_ledger(${[...hashes]}::text[]) as due`;
}

/** Starts the record of a backup, unless another one runs. */
export function insertBackup(
  sql: Sql,
  backup: { id: string; requestedBy: string | null; place: Place },
) {
  const { id, requestedBy, place } = backup;
  return sql<{ started: boolean }[]>`
    select private.start_backup(${id}, ${requestedBy}, ${place}) as started`;
}

/** Ends the record of a backup. */
export function updateBackup(
  sql: Sql,
  id: string,
  outcome: { status: string; manifest?: Manifest; error?: string },
) {
  const manifest = outcome.manifest === undefined ? null : JSON.stringify(outcome.manifest);
  return sql`
    update private.backups set status = ${outcome.status}, finished_at = clock_timestamp(),
      manifest = ${manifest}::text::jsonb, error = ${outcome.error ?? null}
    where id = ${id}`;
}

/** Records how a check ended. */
export function updateVerified(
  sql: Sql,
  id: string,
  { status, tables, objects }: Verification,
) {
  const outcome = JSON.stringify({ objects, damaged: tables.filter(({ ok }) => !ok) });
  return sql`
    update private.backups set status = ${status}, verification = ${outcome}::text::jsonb,
      verified_at = case when ${status} = 'verified' then clock_timestamp() else verified_at end
    where id = ${id}`;
}

/** Backups, newest first. */
export function selectBackups(sql: Sql, before: readonly unknown[] | undefined, limit: number) {
  const [at, id] = before ?? [];
  return sql<Backup[]>`
    select id, status, created_at, finished_at, verified_at, error, manifest from private.backups
    where ${
    before === undefined ? sql`true` : sql`
      (created_at, id) < (${String(at)}::timestamptz, ${String(id)}::uuid)`
  }
    order by created_at desc, id desc limit ${limit}`;
}

/** One backup, and where it lies. */
export function selectBackup(sql: Sql, id: string) {
  return sql<(Backup & { place: Place })[]>`
    select id, status, created_at, finished_at, verified_at, error, manifest, place
    from private.backups where id = ${id}`;
}

/** The newest backup that is not on its way out, of the places that can be reached. */
export function selectNewest(sql: Sql, hasS3: boolean) {
  return sql<{ id: string; place: Place }[]>`
    select id, place from private.backups
    where status in ('done', 'verified', 'corrupt') and outdated_at is null
      and (place = 'bucket' or place = 's3' and ${hasS3})
    order by created_at desc, id desc limit 1`;
}

/** Marks backups that have served their time, by the settings `backup_keep_*`. */
export function markOutdated(sql: Sql, hasS3: boolean, limit: number) {
  return sql<{ id: string; place: Place }[]>`
    select id, place from private.mark_outdated_backups(${hasS3}, ${limit})`;
}

/** Forgets a backup. */
export function deleteBackup(sql: Sql, id: string) {
  return sql`delete from private.backups where id = ${id}`;
}

/** Refuses callers without the permission. */
export function requirePermission(sql: Sql) {
  return sql`select private.require_permission('backup.manage')`;
}
