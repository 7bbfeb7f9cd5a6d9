/** @module Statements of import. */
import type { Sql } from "../platform/postgres.ts";
import type { ImportState } from "./schemas.ts";

/** Parts of an archive that are restored row by row, as JSON texts of the archive. */
export type Row = Readonly<Record<string, unknown>>;

/** Notes an archive; nothing where the same one came before. */
export function insertImport(
  sql: Sql,
  entry: { id: string; profileId: string; sha256: string; path: string; total: number },
) {
  return sql<{ id: string }[]>`
    insert into private.account_imports (id, profile_id, sha256, path, total)
    values (${entry.id}, ${entry.profileId}, ${entry.sha256}, ${entry.path}, ${entry.total})
    on conflict on constraint account_imports_profile_id_sha256_key do nothing
    returning id`;
}

/** Tells the job of an archive. */
export async function announceImport(sql: Sql, id: string): Promise<void> {
  await sql`select private.emit('account.import_requested', ${id}, null)`;
}

/** The caller's import of an archive with this hash. */
export function selectImportByHash(sql: Sql, profileId: string, sha256: string) {
  return sql<{ id: string }[]>`
    select id from private.account_imports
    where profile_id = ${profileId} and sha256 = ${sha256}`;
}

/** One of the caller's imports. */
export function selectMyImport(sql: Sql, id: string) {
  return sql<{ state: ImportState | null }[]>`select private.my_import(${id}) as state`;
}

/** Waits until nobody else restores something to the same account. */
export async function lockImport(sql: Sql, id: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('import:' || i.profile_id, 0))
    from private.account_imports i where i.id = ${id}`;
}

/** An import that waits for its job; its owner is not erased meanwhile. */
export function selectImport(sql: Sql, id: string) {
  return sql<{ profile_id: string; path: string | null; status: string }[]>`
    select profile_id, path, status from private.account_imports
    where id = ${id} for key share`;
}

/** Says how far an import is. */
export function updateImport(
  sql: Sql,
  id: string,
  state: { status: ImportState["status"]; errors?: readonly string[] },
) {
  return sql`
    update private.account_imports set status = ${state.status},
      done = case when ${state.status} = 'done' then total else done end,
      errors = ${JSON.stringify(state.errors ?? [])}::text::jsonb,
      finished_at = case when ${state.status} in ('done', 'failed') then clock_timestamp() end
    where id = ${id} and status <> 'done'`;
}

/** Archives that have been read, or never were. */
export function selectOldImports(sql: Sql, limit: number) {
  return sql<{ id: string; path: string }[]>`
    select id, path from private.account_imports
    where path is not null and created_at < now() - interval '7 days' limit ${limit}`;
}

/** Notes that the bytes of archives are gone. */
export function forgetImportFiles(sql: Sql, ids: readonly string[]) {
  return sql`update private.account_imports set path = null where id = any (${[...ids]}::uuid[])`;
}

/** From here the transaction restores an archive. */
export async function beginRestore(sql: Sql, me: string): Promise<void> {
  await sql`select private.begin_restore(${me})`;
}

/** The id that something gets in the account. */
export function selectRestoredId(sql: Sql, me: string, person: string, id: string) {
  return sql<{ id: string; is_there: boolean }[]>`
    select r.id, exists (select from public.media m where m.id = r.id) as is_there
    from (select private.restored_id(${me}, ${person}, ${id}) as id) r`;
}

/** Restores a file whose bytes are in place. */
export async function restoreMedia(sql: Sql, me: string, row: Row): Promise<void> {
  await sql`select private.restore_media(${me}, ${JSON.stringify(row)}::text::jsonb)`;
}

/** Restores what a person shows of themselves. */
export async function restoreProfile(sql: Sql, me: string, person: string, row: Row) {
  await sql`select private.restore_profile(${me}, ${person}, ${JSON.stringify(row)}::text::jsonb)`;
}

/** Restores what a person has chosen. */
export async function restoreSettings(sql: Sql, me: string, row: Row): Promise<void> {
  await sql`select private.restore_settings(${me}, ${JSON.stringify(row)}::text::jsonb)`;
}

/** Restores follows, mutes or blocks; tells how many people still exist for it. */
export async function restorePeople(
  sql: Sql,
  me: string,
  kind: "follows" | "mutes" | "blocks",
  ids: readonly string[],
): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select private.restore_people(${me}, ${kind}, ${[...ids]}::uuid[]) as count`;
  return row?.count ?? 0;
}

/** Restores a list of people. */
export async function restoreAudience(
  sql: Sql,
  me: string,
  name: string,
  ids: readonly string[],
): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    select private.restore_audience(${me}, ${name}, ${[...ids]}::uuid[]) as id`;
  return row?.id ?? null;
}

/** What became of a post. */
export interface RestoredPost {
  readonly original_id: string;
  readonly post_id: string;
  readonly problem: string | null;
}

/** Restores posts. */
export function restorePosts(
  sql: Sql,
  into: { me: string; person: string; importId: string },
  rows: readonly Row[],
  lists: Readonly<Record<string, string | null>>,
) {
  return sql<RestoredPost[]>`
    select original_id, post_id, problem from private.restore_posts(${into.me}, ${into.person},
      ${into.importId}, ${JSON.stringify(rows)}::text::jsonb,
      ${JSON.stringify(lists)}::text::jsonb)`;
}
