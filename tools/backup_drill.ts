/**
 * @module `deno task backup:drill [--id ID] [--from FOLDER] [--stack FILE]`: restores a backup into
 * a scratch database, compares everything, and records the outcome with the project.
 */
import { join } from "node:path";
import {
  openArchive,
  recordVerification,
  restoreSnapshot,
  type Verification,
} from "../shared/backups/mod.ts";
import { AppError } from "../shared/core/errors.ts";
import type { AppDeps } from "../shared/platform/deps.ts";
import { createDatabase } from "../shared/platform/postgres.ts";
import { createFolderStorage } from "./folder_storage.ts";
import { createProgressBar } from "./progress_bar.ts";
import { openScratchDatabase } from "./scratch_database.ts";
import { connectStack, readOptions } from "./stack_deps.ts";

/** Connections of the scratch database. */
const CONNECTIONS = 2;

async function newestBackup(deps: AppDeps): Promise<string | undefined> {
  const [newest] = await deps.db.asService(
    "a drill takes the newest backup",
    (sql) =>
      sql<{ id: string }[]>`select id from private.backups
      where status in ('done', 'verified', 'corrupt') and place = 'bucket'
      order by created_at desc limit 1`,
  );
  return newest?.id;
}

/** Restores into a database and a folder that go away. @throws AppError naming what is wrong */
async function drill(deps: AppDeps, id: string, from: string | undefined): Promise<Verification> {
  const archive = from === undefined ? deps.storage : createFolderStorage(from);
  await using cleanup = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "townsquare-drill-" });
  cleanup.defer(() => Deno.remove(folder, { recursive: true }));
  const scratch = cleanup.use(await openScratchDatabase());
  const db = cleanup.use(createDatabase(scratch.url, { max: CONNECTIONS }));
  const storage = createFolderStorage(join(folder, "objects"), { hasBuckets: true });
  const target = { config: deps.config, db, storage, archive };
  const opened = await openArchive(target, id);
  const bar = createProgressBar();
  const outcome = await restoreSnapshot(target, opened, {
    onProgress: ({ phase, label, done, total }) => bar.show(`${phase} ${label}`, done, total),
  }).finally(() => bar.end());
  const { manifest } = opened;
  const files = manifest.tables.reduce((sum, table) => sum + table.files.length, 0);
  const checked = files + manifest.objects.files.length + outcome.objects;
  return {
    status: "verified",
    tables: manifest.tables.map(({ name, rows, checksum }) => ({ name, rows, checksum, ok: true })),
    objects: { checked, missing: 0, altered: 0 },
  };
}

async function main(): Promise<number> {
  const options = readOptions(Deno.args);
  const deps = await connectStack(options);
  try {
    const id = options.get("id") ?? await newestBackup(deps);
    if (id === undefined) {
      console.error("There is no backup to try");
      return 1;
    }
    try {
      const outcome = await drill(deps, id, options.get("from"));
      await recordVerification(deps, id, outcome);
      console.log(`${id}: verified, ${outcome.tables.length} tables restored and equal`);
      return 0;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      console.error(`${id}: ${error.message}`);
      const isDamaged = error.message.startsWith("The backup is damaged");
      const objects = { checked: 0, missing: 0, altered: 1 };
      if (isDamaged) await recordVerification(deps, id, { status: "corrupt", tables: [], objects });
      return 1;
    }
  } finally {
    await deps.db[Symbol.asyncDispose]();
  }
}

Deno.exit(await main());
