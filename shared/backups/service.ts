/** @module Use cases of backups. */
import { AppError } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { ScheduledTask } from "../outbox/mod.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type Person, type Sql, viewerKey } from "../platform/postgres.ts";
import { pack, sha256 } from "./archive.ts";
import { openFiles } from "./restore.ts";
import { type Backup, FORMAT_VERSION, type Manifest, type Verification } from "./schemas.ts";
import {
  insertBackup,
  requirePermission,
  selectBackup,
  selectBackups,
  selectChecksum,
  selectMigration,
  selectTables,
  streamRows,
  type TableSpec,
  updateBackup,
} from "./sql.ts";

/** What backups need. */
export type BackupDeps = Pick<
  AppDeps,
  "config" | "cursors" | "db" | "log" | "newId" | "now" | "storage"
>;

/** Path of a file within the bucket. */
export function filePath(id: string, name: string): string {
  return `${id}/${name}`;
}

async function writeTable(deps: BackupDeps, sql: Sql, id: string, table: TableSpec) {
  const { env } = deps.config;
  const [sums] = await selectChecksum(sql, table);
  const files: Manifest["tables"][number]["files"] = [];
  for await (const rows of streamRows(sql, table)) {
    const path = `data/${table.table_name}.${files.length}.ndjson.gz`;
    const text = rows.map(({ row }) => row).join("\n");
    const bytes = await pack(text, env.BACKUP_ENCRYPTION_KEY);
    await deps.storage.put(env.BACKUP_BUCKET, filePath(id, path), {
      bytes,
      mimeType: "application/gzip",
    });
    const { length } = bytes;
    files.push({ path, rows: rows.length, bytes: length, sha256: await sha256(bytes) });
  }
  return {
    name: table.table_name,
    columns: table.columns,
    rows: sums?.rows ?? 0,
    checksum: sums?.checksum ?? "0",
    files,
  };
}

async function writeSnapshot(deps: BackupDeps, id: string): Promise<Manifest> {
  const { env } = deps.config;
  const manifest = await deps.db.asSnapshot("a backup holds the rows of everybody", async (sql) => {
    const [migration] = await selectMigration(sql);
    const tables: Manifest["tables"] = [];
    for (const table of await selectTables(sql)) {
      tables.push(await writeTable(deps, sql, id, table));
    }
    return {
      format: FORMAT_VERSION,
      id,
      created_at: deps.now().toISOString(),
      migration: migration?.version ?? "",
      encrypted: env.BACKUP_ENCRYPTION_KEY !== undefined,
      tables,
    } satisfies Manifest;
  });
  await deps.storage.put(env.BACKUP_BUCKET, filePath(id, "manifest.json"), {
    bytes: new TextEncoder().encode(JSON.stringify(manifest)),
    mimeType: "application/json",
  });
  return manifest;
}

/**
 * Writes one consistent snapshot of all product tables to the bucket of backups.
 *
 * @param requestedBy who asked, or null for the schedule
 */
export async function createBackup(deps: BackupDeps, requestedBy: string | null): Promise<Backup> {
  const id = deps.newId();
  await deps.db.asService("a backup holds the rows of everybody", async (sql) => {
    await insertBackup(sql, id, requestedBy);
  });
  const outcome = await writeSnapshot(deps, id).then(
    (manifest) => ({ status: "done", manifest }),
    (error: unknown) => {
      deps.log.error("backup failed", { backup: id, error });
      return { status: "failed", error: "The snapshot could not be written; see the log" };
    },
  );
  return await deps.db.asService("a backup holds the rows of everybody", async (sql) => {
    await updateBackup(sql, id, outcome);
    return one(await selectBackup(sql, id));
  });
}

function one(rows: readonly Backup[]): Backup {
  const [backup] = rows;
  if (backup === undefined) throw new AppError("not-found", "There is no such backup");
  return backup;
}

/** Backs up for somebody with the permission. */
export async function requestBackup(deps: BackupDeps, viewer: Person): Promise<Backup> {
  await deps.db.asViewer(viewer, async (sql) => await requirePermission(sql));
  return await createBackup(deps, viewer.userId);
}

/** Lists backups for somebody with the permission, newest first. */
export async function listBackups(deps: BackupDeps, viewer: Person, query: ListQuery) {
  await deps.db.asViewer(viewer, async (sql) => await requirePermission(sql));
  const scope = { list: "backups", viewer: viewerKey(viewer) };
  const before = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.asService(
    "a backup holds the rows of everybody",
    async (sql) => await selectBackups(sql, before, query.limit + 1),
  );
  const keyOf = (row: Backup) => [row.created_at, row.id];
  return deps.cursors.page(scope, rows, { limit: query.limit, keyOf });
}

/** Reads one backup for somebody with the permission. */
export async function readBackup(deps: BackupDeps, viewer: Person, id: string): Promise<Backup> {
  await deps.db.asViewer(viewer, async (sql) => await requirePermission(sql));
  return one(
    await deps.db.asService(
      "a backup holds the rows of everybody",
      async (sql) => await selectBackup(sql, id),
    ),
  );
}

/** Opens every file of a backup and compares hash and row count; records the outcome. */
export async function verifyBackup(
  deps: BackupDeps,
  viewer: Person,
  id: string,
): Promise<Verification> {
  const { manifest } = await readBackup(deps, viewer, id);
  if (manifest === null) throw new AppError("conflict", "The backup has no manifest");
  const objects = { checked: 0, missing: 0, altered: 0 };
  const tables: Verification["tables"] = [];
  for (const { name, rows, checksum, files } of manifest.tables) {
    const outcome = await openFiles(deps, id, files);
    objects.checked += files.length;
    objects.missing += outcome.missing;
    objects.altered += outcome.altered;
    tables.push({ name, rows, checksum, ok: outcome.rows === rows });
  }
  const status = tables.every(({ ok }) => ok) ? "verified" : "corrupt";
  await deps.db.asService("a backup holds the rows of everybody", async (sql) => {
    await updateBackup(sql, id, { status });
  });
  return { status, tables, objects };
}

/** The nightly backup. */
export const backupTask: ScheduledTask = {
  name: "backup",
  cron: "23 3 * * *",
  run: async (deps) => {
    const backup = await createBackup(deps, null);
    if (backup.status === "failed") throw new AppError("unavailable", "The backup failed");
  },
};
