/** @module `deno task restore --id ID [--from FOLDER] [--stack FILE]`: brings a snapshot back. */
import { readManifest, restoreSnapshot } from "../shared/backups/mod.ts";
import { AppError } from "../shared/core/errors.ts";
import { createFolderStorage } from "./folder_storage.ts";
import { connectStack, readOptions } from "./stack_deps.ts";

async function main(): Promise<number> {
  const options = readOptions(Deno.args);
  const id = options.get("id");
  if (id === undefined) {
    console.error("Say which backup: --id ID, with --from FOLDER when it is not in the bucket");
    return 1;
  }
  const connected = await connectStack(options);
  const from = options.get("from");
  const storage = from === undefined ? connected.storage : createFolderStorage(from);
  const deps = { ...connected, storage };
  try {
    const manifest = await readManifest(deps, id);
    await restoreSnapshot(deps, manifest, ({ table, done, total }) => {
      console.log(`${String(done).padStart(3)}/${total} ${table}`);
    });
    console.log(`${manifest.tables.length} tables restored, every count and checksum is equal`);
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    console.error(error.message);
    return 1;
  } finally {
    await deps.db[Symbol.asyncDispose]();
  }
}

Deno.exit(await main());
