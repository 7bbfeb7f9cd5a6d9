/** @module Brings an archive back: everything is checked before anything is written. */
import { AppError } from "../core/errors.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Sql } from "../platform/postgres.ts";
import { sha256, unpack } from "./archive.ts";
import { Manifest, type ManifestFile } from "./schemas.ts";
import {
  advanceIdentity,
  deleteRows,
  insertRows,
  ROWS_PER_CHUNK,
  selectChecksum,
  selectHasAccounts,
  selectMigration,
  selectTables,
  silenceTriggers,
  type TableSpec,
} from "./sql.ts";

/** What restoring needs. */
export type RestoreDeps = Pick<AppDeps, "config" | "db" | "storage">;

/** A damaged archive; the message names the file. */
function damaged(path: string): AppError {
  return new AppError("conflict", `The backup is damaged: ${path}`);
}

function splitRows(text: string): string[] {
  return text === "" ? [] : text.split("\n");
}

/** Reads the manifest of an archive. @throws `conflict` when it is damaged */
export async function readManifest(deps: RestoreDeps, id: string): Promise<Manifest> {
  const { bytes } = await deps.storage.read(deps.config.env.BACKUP_BUCKET, `${id}/manifest.json`);
  try {
    return Manifest.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    throw damaged("manifest.json");
  }
}

async function readRows(deps: RestoreDeps, id: string, file: ManifestFile): Promise<string[]> {
  const { env } = deps.config;
  const { bytes } = await deps.storage.read(env.BACKUP_BUCKET, `${id}/${file.path}`);
  if (await sha256(bytes) !== file.sha256) throw damaged(file.path);
  const rows = splitRows(await unpack(bytes, env.BACKUP_ENCRYPTION_KEY));
  if (rows.length !== file.rows || file.rows > ROWS_PER_CHUNK) throw damaged(file.path);
  return rows;
}

/** Opens files without writing; says how many rows they hold and what is wrong with them. */
export async function openFiles(deps: RestoreDeps, id: string, files: readonly ManifestFile[]) {
  const outcome = { rows: 0, missing: 0, altered: 0 };
  for (const file of files) {
    try {
      outcome.rows += (await readRows(deps, id, file)).length;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.problem === "not-found") outcome.missing++;
      else if (error.problem === "conflict") outcome.altered++;
      else throw error;
    }
  }
  return outcome;
}

async function requireEmpty(sql: Sql, manifest: Manifest): Promise<void> {
  const [accounts] = await selectHasAccounts(sql);
  if (accounts?.taken !== false) {
    throw new AppError("conflict", "The database is not empty: restore into a fresh one");
  }
  const [migration] = await selectMigration(sql);
  if (migration?.version !== manifest.migration) {
    throw new AppError(
      "conflict",
      `The backup is of migration ${manifest.migration}, the database is at ${migration?.version}`,
    );
  }
}

/** How far a restore has come. */
export interface RestoreProgress {
  readonly table: string;
  readonly done: number;
  readonly total: number;
}

async function restoreTable(
  deps: RestoreDeps,
  sql: Sql,
  work: { id: string; table: TableSpec; saved: Manifest["tables"][number] },
): Promise<void> {
  const { id, table, saved } = work;
  for (const file of saved.files) {
    const rows = await readRows(deps, id, file);
    await insertRows(sql, table, `[${rows.join(",")}]`);
  }
  if (table.identity_column !== null) await advanceIdentity(sql, table);
  const [sums] = await selectChecksum(sql, table);
  if (sums?.rows !== saved.rows || sums.checksum !== saved.checksum) throw damaged(saved.name);
}

/**
 * Brings all tables back into an empty, migrated database in one transaction, and compares every
 * table's count and checksum before it commits. Nothing is half restored.
 *
 * @throws `conflict` naming what is damaged, or why the database does not fit
 */
export async function restoreSnapshot(
  deps: RestoreDeps,
  manifest: Manifest,
  onProgress: (progress: RestoreProgress) => void,
): Promise<void> {
  const { id } = manifest;
  for (const { files } of manifest.tables) {
    for (const file of files) await readRows(deps, id, file);
  }
  await deps.db.asService("a restore writes the rows of everybody", async (sql) => {
    await requireEmpty(sql, manifest);
    await silenceTriggers(sql);
    const tables = await selectTables(sql);
    for (const table of tables) await deleteRows(sql, table);
    const total = manifest.tables.length;
    for (const [index, saved] of manifest.tables.entries()) {
      const table = tables.find(({ table_name }) => table_name === saved.name);
      if (table === undefined) throw damaged(saved.name);
      await restoreTable(deps, sql, { id, table, saved });
      onProgress({ table: saved.name, done: index + 1, total });
    }
  });
}
