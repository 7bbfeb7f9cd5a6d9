/** @module Brings an archive back: everything is checked before anything is written. */
import { AppError } from "../core/errors.ts";
import type { Sql } from "../platform/postgres.ts";
import type { Storage } from "../platform/storage.ts";
import { copyIn } from "./copy.ts";
import { readLedger } from "./ledger.ts";
import { inBatches, restoreObject } from "./objects.ts";
import { type Archive, type ArchiveDeps, damaged, readList, readPart } from "./reader.ts";
import type { Manifest } from "./schemas.ts";
import {
  advanceSequence,
  applyLedger,
  deleteRows,
  markRestoring,
  resumeRestored,
  selectChecksum,
  selectContent,
  selectDeployment,
  selectMigration,
  selectObjects,
  selectTables,
  settleRestored,
  silenceTriggers,
  type TableSpec,
  unmarkRestoring,
  updateObject,
  wakeTriggers,
} from "./sql.ts";
import { requireWhole } from "./verify.ts";

/** How far a restore has come. */
export interface RestoreProgress {
  readonly phase: "check" | "tables" | "objects";
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

/** How a restore is done. */
export interface RestoreOptions {
  readonly onProgress?: (progress: RestoreProgress) => void;
  /** Hashes of erased people beyond those that lie beside the backups. */
  readonly ledger?: readonly string[];
}

/** What a restore brought. */
export interface RestoreOutcome {
  readonly tables: number;
  readonly rows: number;
  readonly objects: number;
  /** People who were erased after the backup, and are marked for it again. */
  readonly erased: number;
}

/** Files of an interrupted restore that are removed at once. */
const CLEARED_AT_ONCE = 500;
const CLEAR_ROUNDS_MAX = 100_000;

function refuse(message: string): AppError {
  return new AppError("conflict", message);
}

function asRestorer<T>(deps: ArchiveDeps, work: (sql: Sql) => Promise<T>): Promise<T> {
  return deps.db.asService("a restore writes the rows of everybody", work);
}

/** Columns that only one of two shapes has. */
function differences(before: string, now: string): string {
  const [old, current] = [before.split(", "), now.split(", ")];
  const gone = old.filter((column) => !current.includes(column)).map((column) => `-${column}`);
  const fresh = current.filter((column) => !old.includes(column)).map((column) => `+${column}`);
  return [...gone, ...fresh].join(", ") || "their order";
}

/** Says whether an interrupted restore has left its files. @throws `conflict` when not empty */
async function requireEmpty(sql: Sql, bucket: string): Promise<{ hasLeftovers: boolean }> {
  const [project] = await selectContent(sql, bucket);
  if (project === undefined || project.users || (project.files && project.restoring === null)) {
    throw refuse("The project is not empty: restore into a fresh one");
  }
  return { hasLeftovers: project.files };
}

/** Removes what an interrupted restore has put. */
async function clearLeftovers(deps: ArchiveDeps, bucket: string): Promise<void> {
  for (let round = 0; round < CLEAR_ROUNDS_MAX; round++) {
    const objects = await asRestorer(
      deps,
      async (sql) => await selectObjects(sql, bucket, undefined, CLEARED_AT_ONCE),
    );
    if (objects.length === 0) return;
    for (const name of new Set(objects.map((object) => object.bucket))) {
      const paths = objects.filter((object) => object.bucket === name).map((object) => object.name);
      await deps.storage.remove(name, paths);
    }
  }
}

/** Rows only go back into tables like those that they came from. */
async function requireSameSchema(sql: Sql, manifest: Manifest): Promise<Map<string, TableSpec>> {
  const [migration] = await selectMigration(sql);
  if (migration?.version !== manifest.migration) {
    throw refuse(
      `The backup is of migration ${manifest.migration}, the database is at ` +
        `${migration?.version}: restore with the release that made it, then migrate`,
    );
  }
  const specs = new Map((await selectTables(sql)).map((spec) => [spec.table_name, spec]));
  for (const { name, shape } of manifest.tables) {
    const now = specs.get(name)?.shape;
    if (now === undefined) throw refuse(`The backup has a table that the database lacks: ${name}`);
    if (now !== shape) {
      throw refuse(`The columns of ${name} differ: ${differences(shape, now)}`);
    }
  }
  const saved = new Set(manifest.tables.map(({ name }) => name));
  const extra = [...specs.keys()].find((name) => !saved.has(name));
  if (extra !== undefined) throw refuse(`The database has a table that the backup lacks: ${extra}`);
  return specs;
}

async function restoreTables(
  sql: Sql,
  { manifest, route }: Archive,
  onProgress: (progress: RestoreProgress) => void,
): Promise<void> {
  const specs = await requireSameSchema(sql, manifest);
  await silenceTriggers(sql);
  for (const spec of specs.values()) await deleteRows(sql, spec);
  const total = manifest.tables.length;
  for (const [done, table] of manifest.tables.entries()) {
    const spec = specs.get(table.name);
    if (spec === undefined) throw damaged(table.name);
    onProgress({ phase: "tables", label: table.name, done, total });
    const target = { name: spec.table_name, columns: spec.columns };
    for (const file of table.files) await copyIn(sql, target, await readPart(route, file));
    const [sums] = await selectChecksum(sql, spec);
    if (sums?.rows !== table.rows || sums.checksum !== table.checksum) throw damaged(table.name);
  }
  for (const sequence of manifest.sequences) await advanceSequence(sql, sequence);
}

/** Takes away what a failed restore has put; false when storage did not allow it. */
async function removePut(
  storage: Storage,
  put: readonly { bucket: string; name: string }[],
): Promise<boolean> {
  const removed = await inBatches(
    put,
    ({ bucket, name }) => storage.remove(bucket, [name]).then(() => true, () => false),
  );
  return !removed.includes(false);
}

async function restoreObjects(
  sql: Sql,
  { manifest, route }: Archive,
  put: { bucket: string; name: string }[],
  onProgress: (progress: RestoreProgress) => void,
): Promise<void> {
  const { count: total } = manifest.objects;
  for (const file of manifest.objects.files) {
    const entries = await readList(route, file);
    await inBatches(entries, async (entry) => {
      put.push(entry);
      await restoreObject(route, entry);
      onProgress({ phase: "objects", label: entry.bucket, done: put.length, total });
    });
    for (const entry of entries) await updateObject(sql, entry);
  }
}

/** Everything that commits at once. */
async function restoreAll(
  sql: Sql,
  archive: Archive,
  work: { put: { bucket: string; name: string }[]; erased: readonly string[] },
  onProgress: (progress: RestoreProgress) => void,
): Promise<number> {
  const [deployment] = await selectDeployment(sql);
  await restoreTables(sql, archive, onProgress);
  await restoreObjects(sql, archive, work.put, onProgress);
  await settleRestored(sql, deployment?.settings ?? {});
  await wakeTriggers(sql);
  const [applied] = await applyLedger(sql, work.erased);
  await resumeRestored(sql);
  return applied?.due ?? 0;
}

/** Nothing of a failed restore stays; where storage does not answer, the mark does. */
async function undo(deps: ArchiveDeps, put: readonly { bucket: string; name: string }[]) {
  const removed = await removePut(deps.storage, put);
  if (removed) await asRestorer(deps, async (sql) => await unmarkRestoring(sql));
}

/**
 * Brings all tables and objects back into an empty, migrated project. The tables are written in
 * one transaction that commits when every count, checksum and object is as it was; otherwise the
 * objects are removed again, so that nothing is half restored. When the process dies on the way,
 * no table has changed, and the next restore removes the objects first. Sessions are not part of a
 * backup: everybody signs in again. Who was erased since is hidden from the first moment and
 * erased by the task that erases; the search index is made anew by a job.
 *
 * @throws `conflict` naming what is damaged, or why the project does not fit
 */
export async function restoreSnapshot(
  deps: ArchiveDeps,
  archive: Archive,
  options: RestoreOptions = {},
): Promise<RestoreOutcome> {
  const { manifest, route } = archive;
  const { ledger = [], onProgress = () => {} } = options;
  const { hasLeftovers } = await asRestorer(deps, async (sql) => {
    await requireSameSchema(sql, manifest);
    return await requireEmpty(sql, route.bucket);
  });
  await requireWhole(archive, (step) => onProgress({ phase: "check", ...step }));
  const erased = [...ledger, ...await readLedger(deps, route.archive)];
  if (hasLeftovers) await clearLeftovers(deps, route.bucket);
  const put: { bucket: string; name: string }[] = [];
  await asRestorer(deps, async (sql) => await markRestoring(sql, manifest.id));
  try {
    const due = await asRestorer(deps, async (sql) => {
      await requireEmpty(sql, route.bucket);
      return await restoreAll(sql, archive, { put, erased }, onProgress);
    });
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    return { tables: manifest.tables.length, rows, objects: put.length, erased: due };
  } catch (error) {
    await Promise.allSettled([undo(deps, put)]);
    throw error;
  }
}
