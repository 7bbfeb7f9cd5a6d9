/** @module Checks an archive to its last byte and row, without a database to restore it into. */
import { AppError } from "../core/errors.ts";
import type { Bytes } from "../platform/file_store.ts";
import type { Database, Sql } from "../platform/postgres.ts";
import { copyIn } from "./copy.ts";
import { checkObject, inBatches, type ObjectRoute } from "./objects.ts";
import { type Archive, readList, readPart } from "./reader.ts";
import type { ManifestTable, Verification } from "./schemas.ts";
import {
  CHECK_TABLE,
  dropCheckTable,
  makeCheckTable,
  selectChecksum,
  selectTables,
  type TableSpec,
} from "./sql.ts";

/** What is found on the way. */
interface Findings {
  checked: number;
  missing: number;
  altered: number;
  /** Names of the files that are missing or altered. */
  readonly paths: string[];
}

function note(findings: Findings, path: string, outcome: "missing" | "altered"): void {
  findings[outcome]++;
  findings.paths.push(path);
}

/** Runs `open`; a damaged file is noted, anything else is thrown. */
async function tryOpen<T>(findings: Findings, path: string, open: () => Promise<T>) {
  findings.checked++;
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.problem !== "not-found" && error.problem !== "conflict") throw error;
    note(findings, path, error.problem === "not-found" ? "missing" : "altered");
    return undefined;
  }
}

async function checkObjects({ manifest, route }: Archive, findings: Findings): Promise<void> {
  let count = 0;
  for (const file of manifest.objects.files) {
    const entries = await tryOpen(findings, file.path, () => readList(route, file)) ?? [];
    count += entries.length;
    await inBatches(entries, async (entry) => {
      findings.checked++;
      const outcome = await checkObject(route, entry);
      if (outcome !== "ok") note(findings, entry.path, outcome);
    });
  }
  if (findings.paths.length === 0 && count !== manifest.objects.count) {
    note(findings, "manifest.json", "altered");
  }
}

async function openTable(
  route: ObjectRoute,
  table: ManifestTable,
  findings: Findings,
  onPart: (bytes: Bytes) => Promise<void>,
): Promise<boolean> {
  const before = findings.paths.length;
  let rows = 0;
  for (const file of table.files) {
    const bytes = await tryOpen(findings, file.path, () => readPart(route, file));
    if (bytes === undefined) continue;
    rows += file.rows;
    await onPart(bytes);
  }
  return findings.paths.length === before && rows === table.rows;
}

/**
 * Opens every file of an archive: nothing is written.
 *
 * @throws `conflict` naming what is missing or altered
 */
export async function requireWhole(
  archive: Archive,
  onProgress: (step: { label: string; done: number; total: number }) => void,
): Promise<void> {
  const findings: Findings = { checked: 0, missing: 0, altered: 0, paths: [] };
  const { tables } = archive.manifest;
  const total = tables.length + 1;
  for (const [done, table] of tables.entries()) {
    onProgress({ label: table.name, done, total });
    const isWhole = await openTable(archive.route, table, findings, () => Promise.resolve());
    if (!isWhole && findings.paths.length === 0) note(findings, table.name, "altered");
  }
  onProgress({ label: "objects", done: tables.length, total });
  await checkObjects(archive, findings);
  if (findings.paths.length > 0) {
    throw new AppError(
      "conflict",
      `The backup is damaged: ${findings.paths.slice(0, 5).join(", ")}`,
    );
  }
}

/** Loads a table's rows into one of the check's own, and compares count and checksum. */
async function checkTable(
  sql: Sql,
  { route }: Archive,
  work: { table: ManifestTable; spec: TableSpec | undefined; findings: Findings },
): Promise<boolean> {
  const { findings, spec, table } = work;
  // The database has moved on: its tables cannot hold the rows, so hash and count must do.
  if (spec?.shape !== table.shape) {
    return await openTable(route, table, findings, () => Promise.resolve());
  }
  await makeCheckTable(sql, spec);
  const target = { name: CHECK_TABLE, columns: spec.columns };
  const isOpen = await openTable(route, table, findings, (bytes) => copyIn(sql, target, bytes));
  const [sums] = await selectChecksum(sql, spec, CHECK_TABLE);
  await dropCheckTable(sql);
  return isOpen && sums?.rows === table.rows && sums.checksum === table.checksum;
}

/**
 * Opens every file, compares hashes, loads the rows of every table into a temporary one and
 * compares count and checksum with the manifest.
 */
export async function verifyArchive(
  deps: { db: Database },
  archive: Archive,
): Promise<Verification> {
  const findings: Findings = { checked: 0, missing: 0, altered: 0, paths: [] };
  const tables: Verification["tables"] = [];
  await deps.db.asService("a check of a backup reads the rows of everybody", async (sql) => {
    const specs = new Map((await selectTables(sql)).map((spec) => [spec.table_name, spec]));
    for (const table of archive.manifest.tables) {
      const { checksum, name, rows } = table;
      const ok = await checkTable(sql, archive, { table, spec: specs.get(name), findings });
      tables.push({ name, rows, checksum, ok });
    }
  });
  await checkObjects(archive, findings);
  const { paths, ...objects } = findings;
  const isWhole = paths.length === 0 && tables.every(({ ok }) => ok);
  return { status: isWhole ? "verified" : "corrupt", tables, objects };
}
