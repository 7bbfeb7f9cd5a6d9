/**
 * @module `deno task backup:drill [--id ID] [--from FOLDER] [--stack FILE]`: restores a backup into
 * a scratch database, compares everything, and records the outcome with the project.
 */
import { join } from "node:path";
import {
  findNewest,
  findPlace,
  openArchive,
  recordVerification,
  restoreSnapshot,
  storeOf,
  type Verification,
} from "../shared/backups/mod.ts";
import { AppError } from "../shared/core/errors.ts";
import type { AppDeps } from "../shared/platform/deps.ts";
import type { FileStore } from "../shared/platform/file_store.ts";
import { createDatabase } from "../shared/platform/postgres.ts";
import { createFolderStorage, createFolderStore } from "./folder_storage.ts";
import { createProgressBar } from "./progress_bar.ts";
import { openScratchDatabase } from "./scratch_database.ts";
import { connectStack, readOptions } from "./stack_deps.ts";

/** Connections of the scratch database. */
const CONNECTIONS = 2;

/** Which backup, and where its files are. */
interface Candidate {
  readonly id: string;
  readonly files: FileStore;
}

async function choose(deps: AppDeps, options: Map<string, string>): Promise<Candidate | undefined> {
  const [id, from] = [options.get("id"), options.get("from")];
  const newest = id === undefined
    ? await findNewest(deps)
    : { id, place: await findPlace(deps, id) };
  if (newest === undefined) return undefined;
  const files = from === undefined ? storeOf(deps, newest.place) : createFolderStore(from);
  return { id: newest.id, files };
}

/** Restores into a database and a folder that go away. @throws AppError naming what is wrong */
async function drill(deps: AppDeps, { id, files: archive }: Candidate): Promise<Verification> {
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

/** Tries one backup and records the outcome; true when it passed. */
async function tryOut(deps: AppDeps, candidate: Candidate): Promise<boolean> {
  const { id } = candidate;
  try {
    const outcome = await drill(deps, candidate);
    await recordVerification(deps, id, outcome);
    console.log(`${id}: verified, ${outcome.tables.length} tables restored and equal`);
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    console.error(`${id}: ${error.message}`);
    const isDamaged = error.message.startsWith("The backup is damaged");
    const objects = { checked: 0, missing: 0, altered: 1 };
    if (isDamaged) await recordVerification(deps, id, { status: "corrupt", tables: [], objects });
    return false;
  }
}

async function main(): Promise<number> {
  const options = readOptions(Deno.args);
  const deps = await connectStack(options);
  try {
    const candidate = await choose(deps, options);
    if (candidate === undefined) {
      console.error("There is no backup to try");
      return 1;
    }
    return await tryOut(deps, candidate) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    console.error(error.message);
    return 1;
  } finally {
    await deps.db[Symbol.asyncDispose]();
  }
}

Deno.exit(await main());
