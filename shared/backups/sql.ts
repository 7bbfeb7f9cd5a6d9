/** @module Statements of backups. */
import type { Sql } from "../platform/postgres.ts";
import type { Backup, Manifest } from "./schemas.ts";

/** Name and columns of a table, quoted for SQL by the catalogue. */
export interface TableSpec {
  readonly table_name: string;
  readonly columns: string[];
  readonly identity_column: string | null;
}

/** Rows read or written at once. */
export const ROWS_PER_CHUNK = 2_000;

/** Every table that a backup holds. */
export function selectTables(sql: Sql) {
  return sql<TableSpec[]>`select * from private.backup_tables()`;
}

/** The newest migration that has been applied. */
export function selectMigration(sql: Sql) {
  return sql<{ version: string }[]>`
    select max(version) as version from supabase_migrations.schema_migrations`;
}

/** Count of rows and a checksum that does not depend on their order. */
export function selectChecksum(sql: Sql, table: TableSpec) {
  return sql<{ rows: number; checksum: string }[]>`
    select count(*)::int as rows,
      coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text as checksum
    from (select ${sql.unsafe(table.columns.join(", "))}
      from ${sql.unsafe(table.table_name)}) t`;
}

/** Streams a table's rows as JSON texts, chunk by chunk. */
export function streamRows(sql: Sql, table: TableSpec) {
  return sql<{ row: string }[]>`
    select to_jsonb(t)::text as row from (select ${sql.unsafe(table.columns.join(", "))}
      from ${sql.unsafe(table.table_name)}) t`.cursor(ROWS_PER_CHUNK);
}

/** Keeps triggers and foreign keys still while rows are brought back as they were. */
export function silenceTriggers(sql: Sql) {
  return sql`set local session_replication_role = replica`;
}

/** Empties a table of what migrations put there. */
export function deleteRows(sql: Sql, table: TableSpec) {
  return sql`delete from ${sql.unsafe(table.table_name)}`;
}

/** Brings rows back. */
export function insertRows(sql: Sql, table: TableSpec, rows: string) {
  const columns = sql.unsafe(table.columns.join(", "));
  return sql`
    insert into ${sql.unsafe(table.table_name)} (${columns}) overriding system value
    select ${columns} from jsonb_populate_recordset(
      null::${sql.unsafe(table.table_name)}, ${rows}::text::jsonb)`;
}

/** Lets an identity column go on after its highest value. */
export function advanceIdentity(sql: Sql, table: TableSpec) {
  const column = table.identity_column ?? "";
  return sql`
    select setval(pg_get_serial_sequence(${table.table_name}, ${column}),
      coalesce((select max(${sql(column)}) from ${sql.unsafe(table.table_name)}), 0) + 1, false)`;
}

/** Whether anybody has an account: such a database is not empty. */
export function selectHasAccounts(sql: Sql) {
  return sql<{ taken: boolean }[]>`select exists (select from auth.users) as taken`;
}

/** Starts the record of a backup. */
export function insertBackup(sql: Sql, id: string, requestedBy: string | null) {
  return sql`insert into private.backups (id, status, requested_by)
    values (${id}, 'running', ${requestedBy})`;
}

/** Ends the record of a backup. */
export function updateBackup(
  sql: Sql,
  id: string,
  outcome: { status: string; manifest?: Manifest; error?: string },
) {
  const manifest = outcome.manifest === undefined ? null : JSON.stringify(outcome.manifest);
  return sql`
    update private.backups set status = ${outcome.status},
      finished_at = coalesce(finished_at, now()),
      verified_at = case when ${outcome.status} = 'verified' then now() else verified_at end,
      manifest = coalesce(${manifest}::text::jsonb, manifest), error = ${outcome.error ?? null}
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

/** One backup. */
export function selectBackup(sql: Sql, id: string) {
  return sql<Backup[]>`
    select id, status, created_at, finished_at, verified_at, error, manifest
    from private.backups where id = ${id}`;
}

/** Refuses callers without the permission. */
export function requirePermission(sql: Sql) {
  return sql`select private.require_permission('backup.manage')`;
}
