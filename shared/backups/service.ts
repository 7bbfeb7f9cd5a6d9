/** @module Use cases of backups. */
import { AppError } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type Person, type Sql, viewerKey } from "../platform/postgres.ts";
import type { FileStore } from "../platform/file_store.ts";
import { writeLedger } from "./ledger.ts";
import { type Place, type PlaceDeps, placeOf, storeOf } from "./places.ts";
import { openArchive } from "./reader.ts";
import type { Backup, Manifest, Verification } from "./schemas.ts";
import { type BackupProgress, writeSnapshot } from "./snapshot.ts";
import {
  deleteBackup,
  insertBackup,
  markOutdated,
  requirePermission,
  selectBackup,
  selectBackups,
  selectBytesMax,
  selectNewest,
  selectSize,
  updateBackup,
  updateVerified,
} from "./sql.ts";
import { verifyArchive } from "./verify.ts";

/** What backups need. */
export type BackupDeps = PlaceDeps & Pick<AppDeps, "cursors" | "db" | "log" | "newId" | "now">;

/** How a backup is made. */
export interface CreateOptions {
  /** Who asked, or null for the schedule. */
  readonly requestedBy: string | null;
  /** True where one call must carry all: more than it can is refused. */
  readonly isBounded: boolean;
  readonly onProgress?: (progress: BackupProgress) => void;
}

/** Folders of an archive, the innermost first. */
const FOLDERS = ["/data", "/objects", ""] as const;
/** Files that are removed with one call. */
const FILES_PER_CALL = 100;
/** Backups that one run of the upkeep removes. */
const OUTDATED_PER_RUN = 20;
/** Calls that the removal of one backup may take. */
const CALLS_MAX = 10_000;
const MEGABYTE = 1_000_000;

function asKeeper<T>(deps: BackupDeps, work: (sql: Sql) => Promise<T>): Promise<T> {
  return deps.db.asService("a backup holds the rows of everybody", work);
}

type Outcome = { status: string; manifest?: Manifest; error?: string };

/** Says why so many bytes are too many for one call, and what to do instead. */
function excess(bytes: number, max: number, command: string): string | undefined {
  if (bytes <= max) return undefined;
  const [has, may] = [bytes, max].map((size) => Math.ceil(size / MEGABYTE));
  return `${has} MB are more than the ${may} MB that one call may carry ` +
    `(backup_edge_bytes_max): run \`${command}\` on a schedule instead`;
}

async function findExcess(deps: BackupDeps): Promise<string | undefined> {
  const [size] = await asKeeper(
    deps,
    async (sql) => await selectSize(sql, deps.config.env.BACKUP_BUCKET),
  );
  return size && excess(size.bytes, size.bytes_max, "deno task backup");
}

/** A check opens every byte: what was too much to write is too much to read. */
async function findCheckExcess(deps: BackupDeps, manifest: Manifest): Promise<string | undefined> {
  const [size] = await asKeeper(deps, async (sql) => await selectBytesMax(sql));
  const raw = manifest.tables.flatMap(({ files }) => files).reduce(
    (sum, file) => sum + file.raw,
    0,
  );
  return size && excess(raw + manifest.objects.bytes, size.bytes_max, "deno task backup --verify");
}

async function produce(deps: BackupDeps, id: string, options: CreateOptions): Promise<Outcome> {
  const { isBounded, onProgress = () => {} } = options;
  const reason = isBounded ? await findExcess(deps) : undefined;
  if (reason !== undefined) {
    deps.log.error("backup refused", { backup: id, reason });
    return { status: "failed", error: reason };
  }
  try {
    await writeLedger(deps);
    return { status: "done", manifest: await writeSnapshot(deps, id, onProgress) };
  } catch (error) {
    deps.log.error("backup failed", { backup: id, error });
    await Promise.allSettled([removeFiles(storeOf(deps), id)]);
    const why = error instanceof AppError ? error.message : "see the log";
    return { status: "failed", error: `The snapshot could not be written: ${why}` };
  }
}

/**
 * Writes one consistent snapshot of all product tables and storage objects.
 *
 * @throws `conflict` while another backup runs
 */
export async function createBackup(deps: BackupDeps, options: CreateOptions): Promise<Backup> {
  const id = deps.newId();
  const place = placeOf(deps);
  const { requestedBy } = options;
  const [run] = await asKeeper(
    deps,
    async (sql) => await insertBackup(sql, { id, requestedBy, place }),
  );
  if (run?.started !== true) throw new AppError("conflict", "Another backup is being made");
  const outcome = await produce(deps, id, options);
  await asKeeper(deps, async (sql) => {
    await updateBackup(sql, id, outcome);
  });
  return await findBackup(deps, id);
}

async function findRecord(deps: BackupDeps, id: string): Promise<Backup & { place: Place }> {
  const [backup] = await asKeeper(deps, async (sql) => await selectBackup(sql, id));
  if (backup === undefined) throw new AppError("not-found", "There is no such backup");
  return backup;
}

async function findBackup(deps: BackupDeps, id: string): Promise<Backup> {
  const { place: _place, ...backup } = await findRecord(deps, id);
  return backup;
}

async function requireManager(deps: BackupDeps, viewer: Person): Promise<void> {
  await deps.db.asViewer(viewer, async (sql) => await requirePermission(sql));
}

/** Backs up for somebody with the permission. */
export async function requestBackup(deps: BackupDeps, viewer: Person): Promise<Backup> {
  await requireManager(deps, viewer);
  return await createBackup(deps, { requestedBy: viewer.userId, isBounded: true });
}

/** Lists backups for somebody with the permission, newest first. */
export async function listBackups(deps: BackupDeps, viewer: Person, query: ListQuery) {
  await requireManager(deps, viewer);
  const scope = { list: "backups", viewer: viewerKey(viewer) };
  const before = deps.cursors.open(scope, query.cursor);
  const rows = await asKeeper(
    deps,
    async (sql) => await selectBackups(sql, before, query.limit + 1),
  );
  const keyOf = (row: Backup) => [row.created_at, row.id];
  return deps.cursors.page(scope, rows, { limit: query.limit, keyOf });
}

/** Reads one backup for somebody with the permission. */
export async function readBackup(deps: BackupDeps, viewer: Person, id: string): Promise<Backup> {
  await requireManager(deps, viewer);
  return await findBackup(deps, id);
}

/** How a check is made. */
export interface VerifyOptions {
  /** True where one call must carry all: more than it can is refused. */
  readonly isBounded: boolean;
}

async function verifyFound(
  deps: BackupDeps,
  id: string,
  { isBounded }: VerifyOptions,
): Promise<Verification> {
  const { manifest, place, status } = await findRecord(deps, id);
  if (manifest === null) {
    throw new AppError("conflict", `The backup is ${status}: nothing to check`);
  }
  const reason = isBounded ? await findCheckExcess(deps, manifest) : undefined;
  if (reason !== undefined) throw new AppError("conflict", reason);
  const outcome = await openArchive(deps, id, storeOf(deps, place)).then(
    (archive) => verifyArchive(deps, archive),
    (error: unknown) => withoutManifest(manifest, error),
  );
  await asKeeper(deps, async (sql) => {
    await updateVerified(sql, id, outcome);
  });
  return outcome;
}

/** The verdict on an archive whose manifest is missing or altered: nothing of it can be trusted. */
function withoutManifest({ tables }: Manifest, error: unknown): Verification {
  if (!(error instanceof AppError)) throw error;
  const missing = error.problem === "not-found";
  // A wrong key is the reader's fault, not the archive's.
  if (!missing && !error.message.includes("manifest.json")) throw error;
  return {
    status: "corrupt",
    tables: tables.map(({ name, rows, checksum }) => ({ name, rows, checksum, ok: false })),
    objects: { checked: 1, missing: missing ? 1 : 0, altered: missing ? 0 : 1 },
  };
}

/** Checks a backup to its last byte and row, for somebody with the permission. */
export async function verifyBackup(
  deps: BackupDeps,
  viewer: Person,
  id: string,
): Promise<Verification> {
  await requireManager(deps, viewer);
  return await verifyFound(deps, id, { isBounded: true });
}

/** The newest backup that can be checked from here. */
export async function findNewest(
  deps: BackupDeps,
): Promise<{ id: string; place: Place } | undefined> {
  const [newest] = await asKeeper(
    deps,
    async (sql) => await selectNewest(sql, deps.backupStore !== undefined),
  );
  return newest;
}

/** Where a backup lies; one that is on no record, where new ones go. */
export async function findPlace(deps: BackupDeps, id: string): Promise<Place> {
  const [backup] = await asKeeper(deps, async (sql) => await selectBackup(sql, id));
  return backup?.place ?? placeOf(deps);
}

/** Checks the newest backup; undefined when there is none. */
export async function verifyNewest(
  deps: BackupDeps,
  options: VerifyOptions,
): Promise<Verification | undefined> {
  const newest = await findNewest(deps);
  return newest === undefined ? undefined : await verifyFound(deps, newest.id, options);
}

/** Records a check that was made elsewhere, as that of a restore into a scratch database. */
export async function recordVerification(
  deps: BackupDeps,
  id: string,
  outcome: Verification,
): Promise<void> {
  await asKeeper(deps, async (sql) => {
    await updateVerified(sql, id, outcome);
  });
}

async function removeFiles(store: FileStore, id: string): Promise<void> {
  // The manifest goes first: without it, what is left of the archive never counts.
  await store.remove([`${id}/manifest.json`]);
  let calls = 0;
  for (const folder of FOLDERS) {
    while (calls++ < CALLS_MAX) {
      const entries = await store.list(`${id}${folder}`, FILES_PER_CALL);
      const names = entries.filter((name) => !name.endsWith("/"));
      if (names.length === 0) break;
      await store.remove(names.map((name) => `${id}${folder}/${name}`));
    }
  }
}

/**
 * Removes backups that have served their time, with all of their files. Each is marked before its
 * first file goes: one whose removal breaks off is never taken for whole, and the next run ends it.
 */
export async function removeOutdated(deps: BackupDeps): Promise<number> {
  const outdated = await asKeeper(
    deps,
    async (sql) => await markOutdated(sql, deps.backupStore !== undefined, OUTDATED_PER_RUN),
  );
  for (const { id, place } of outdated) {
    await removeFiles(storeOf(deps, place), id);
    await asKeeper(deps, async (sql) => await deleteBackup(sql, id));
  }
  return outdated.length;
}
