/** @module Writes one consistent snapshot of tables and storage objects, with its manifest last. */
import type { Sql } from "../platform/postgres.ts";
import type { BackupDeps } from "./service.ts";
import { createSeals, sha256 } from "./archive.ts";
import { readParts } from "./copy.ts";
import { type ObjectRoute, writeObjects } from "./objects.ts";
import { storeOf } from "./places.ts";
import { createRoute, encodeManifest } from "./reader.ts";
import { FORMAT_VERSION, type Manifest, type ManifestFile, type ManifestTable } from "./schemas.ts";
import {
  lockSnapshot,
  selectChecksum,
  selectMigration,
  selectSequences,
  selectTables,
  type TableSpec,
} from "./sql.ts";

/** How far a backup has come. */
export interface BackupProgress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

async function writeTable(
  route: ObjectRoute,
  sql: Sql,
  table: TableSpec,
): Promise<ManifestTable> {
  const { archive, id, seal } = route;
  const [sums] = await selectChecksum(sql, table);
  const files: ManifestFile[] = [];
  for await (const part of readParts(sql, table)) {
    const name = table.table_name.replaceAll(/[^\w.]/g, "_");
    const path = `data/${name}.${files.length}.copy.gz${seal.suffix}`;
    const bytes = await seal.pack(part.bytes);
    await archive.put(`${id}/${path}`, bytes);
    files.push({
      path,
      rows: part.rows,
      bytes: bytes.length,
      raw: part.bytes.length,
      sha256: sha256(bytes),
    });
  }
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  if (sums?.rows !== rows) throw new Error(`${table.table_name}: ${rows} of ${sums?.rows} rows`);
  return { name: table.table_name, shape: table.shape, rows, checksum: sums.checksum, files };
}

/** Writes the archive and returns its manifest. Memory holds one part of a table at a time. */
export async function writeSnapshot(
  deps: BackupDeps,
  id: string,
  onProgress: (progress: BackupProgress) => void,
): Promise<Manifest> {
  const [seal] = await createSeals(deps.config);
  const route = createRoute(deps, { id, seal, archive: storeOf(deps) });
  const { keyId } = seal;
  const manifest = await deps.db.asSnapshot("a backup holds the rows of everybody", async (sql) => {
    await lockSnapshot(sql);
    const [migration] = await selectMigration(sql);
    const specs = await selectTables(sql);
    const total = specs.length + 1;
    const tables: ManifestTable[] = [];
    for (const [done, spec] of specs.entries()) {
      onProgress({ label: spec.table_name, done, total });
      tables.push(await writeTable(route, sql, spec));
    }
    const objects = await writeObjects(route, sql, (count) => {
      onProgress({ label: `${count} objects`, done: specs.length, total });
    });
    return {
      format: FORMAT_VERSION,
      id,
      created_at: deps.now().toISOString(),
      migration: migration?.version ?? "",
      encrypted: keyId !== null,
      key_id: keyId,
      tables,
      // Sequences stand outside of snapshots: read last, they are past every row.
      sequences: await selectSequences(sql),
      objects,
    } satisfies Manifest;
  });
  await route.archive.put(`${id}/manifest.json`, encodeManifest(seal, manifest));
  return manifest;
}
