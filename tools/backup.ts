/**
 * @module `deno task backup [--stack FILE] [--out FOLDER] [--verify]`: writes one consistent
 * snapshot, of any size.
 */
import { createBackup, placeOf, removeOutdated, verifyNewest } from "../shared/backups/mod.ts";
import type { AppDeps } from "../shared/platform/deps.ts";
import { createFolderStore } from "./folder_storage.ts";
import { createProgressBar } from "./progress_bar.ts";
import { connectStack, readOptions } from "./stack_deps.ts";

function describePlace(deps: AppDeps): string {
  const { BACKUP_BUCKET, BACKUP_S3_BUCKET, BACKUP_S3_ENDPOINT } = deps.config.env;
  return placeOf(deps) === "s3"
    ? `bucket ${BACKUP_S3_BUCKET} at ${BACKUP_S3_ENDPOINT}`
    : `bucket ${BACKUP_BUCKET}`;
}

async function backUp(deps: AppDeps, options: Map<string, string>): Promise<number> {
  const out = options.get("out");
  const bar = createProgressBar();
  const backup = await createBackup(
    out === undefined ? deps : { ...deps, archive: createFolderStore(out) },
    {
      requestedBy: null,
      isBounded: false,
      onProgress: ({ label, done, total }) => bar.show(label, done, total),
    },
  );
  bar.end();
  const { manifest } = backup;
  if (manifest === null) {
    console.error(`The backup failed: ${backup.error}`);
    return 1;
  }
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  const place = out ?? describePlace(deps);
  const { count, gone } = manifest.objects;
  console.log(`${backup.id}: ${rows} rows of ${manifest.tables.length} tables, ${count} objects`);
  console.log(`in ${place}, ${manifest.encrypted ? "encrypted" : "not encrypted"}`);
  if (gone > 0) console.log(`${gone} objects were removed while the backup ran`);
  if (out !== undefined) return 0;
  const removed = await removeOutdated(deps);
  if (removed > 0) console.log(`${removed} outdated backups removed`);
  if (!options.has("verify")) return 0;
  const outcome = await verifyNewest(deps, { isBounded: false });
  console.log(outcome?.status);
  return outcome?.status === "verified" ? 0 : 1;
}

async function main(): Promise<number> {
  const options = readOptions(Deno.args);
  const deps = await connectStack(options);
  try {
    return await backUp(deps, options);
  } finally {
    await deps.db[Symbol.asyncDispose]();
  }
}

Deno.exit(await main());
