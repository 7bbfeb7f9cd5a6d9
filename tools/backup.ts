/** @module `deno task backup [--stack FILE] [--out FOLDER]`: writes one consistent snapshot. */
import { createBackup } from "../shared/backups/mod.ts";
import { createFolderStorage } from "./folder_storage.ts";
import { connectStack, readOptions } from "./stack_deps.ts";

async function main(): Promise<number> {
  const options = readOptions(Deno.args);
  const deps = await connectStack(options);
  const out = options.get("out");
  const storage = out === undefined ? deps.storage : createFolderStorage(out);
  const backup = await createBackup({ ...deps, storage }, null);
  await deps.db[Symbol.asyncDispose]();
  if (backup.manifest === null) {
    console.error(`The backup failed: ${backup.error}`);
    return 1;
  }
  const rows = backup.manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  const place = out ?? `bucket ${deps.config.env.BACKUP_BUCKET}`;
  console.log(`${backup.id}: ${rows} rows of ${backup.manifest.tables.length} tables in ${place}`);
  return 0;
}

Deno.exit(await main());
