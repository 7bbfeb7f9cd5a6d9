/**
 * @module `deno task restore --id ID [--from FOLDER] [--ledger FILE] [--stack FILE]`: brings a
 * snapshot back into an empty project. `--list` in place of `--id` says which there are.
 */
import {
  type Archive,
  openArchive,
  parseLedger,
  restoreSnapshot,
  storeOf,
} from "../shared/backups/mod.ts";
import { AppError } from "../shared/core/errors.ts";
import { eraseDue } from "../shared/leaving/mod.ts";
import type { AppDeps } from "../shared/platform/deps.ts";
import { type FileStore, LISTED_MAX } from "../shared/platform/file_store.ts";
import { createFolderStore } from "./folder_storage.ts";
import { createProgressBar } from "./progress_bar.ts";
import { connectStack, readOptions } from "./stack_deps.ts";

/** Backups that are shown of each place. */
const SHOWN_MAX = 50;
/** How to get what a restore asks for, where the project is a stack on this machine. */
const EMPTY_STACK = "A stack of one's own is empty after `deno task start --fresh --no-seed`";
/** Rounds of the erasure; each takes as many people as one run of its task. */
const ERASE_ROUNDS_MAX = 10_000;

/** Erases people who were erased after the backup, instead of waiting for the task. */
async function eraseAgain(deps: AppDeps): Promise<void> {
  for (let round = 0; round < ERASE_ROUNDS_MAX; round++) {
    const [left] = await deps.db.asService(
      "a restore erases again",
      (sql) =>
        sql<{ due: boolean }[]>`select exists (select from private.account_states s
        where s.deletion_due_at <= clock_timestamp()) as due`,
    );
    if (left?.due !== true) return;
    await eraseDue(deps);
  }
}

/** Where backups may lie: the places of the environment, or the folder that is given. */
function listStores(deps: AppDeps, options: Map<string, string>): FileStore[] {
  const from = options.get("from");
  if (from !== undefined) return [createFolderStore(from)];
  return [
    ...(deps.backupStore === undefined ? [] : [deps.backupStore]),
    storeOf(deps, "bucket"),
  ];
}

async function findArchive(
  deps: AppDeps,
  id: string,
  [store, ...others]: FileStore[],
): Promise<Archive> {
  try {
    return await openArchive(deps, id, store);
  } catch (error) {
    const isAbsent = error instanceof AppError && error.problem === "not-found";
    if (!isAbsent || others.length === 0) throw error;
    return await findArchive(deps, id, others);
  }
}

/** Says what could be restored, newest first. */
async function listArchives(deps: AppDeps, stores: readonly FileStore[]): Promise<void> {
  for (const store of stores) {
    const folders = (await store.list("", LISTED_MAX)).filter((name) => name.endsWith("/"));
    // Ids are in the order of their time.
    for (const folder of folders.sort().reverse().slice(0, SHOWN_MAX)) {
      const id = folder.slice(0, -1);
      const line = await openArchive(deps, id, store).then(
        ({ manifest: { created_at, objects, tables } }) => {
          const rows = tables.reduce((sum, table) => sum + table.rows, 0);
          return `${created_at}, ${rows} rows, ${objects.count} objects`;
        },
        (error: unknown) => error instanceof AppError ? error.message : Promise.reject(error),
      );
      console.log(`${id}  ${line}`);
    }
  }
}

async function restore(deps: AppDeps, id: string, options: Map<string, string>): Promise<void> {
  const list = options.get("ledger");
  const bar = createProgressBar();
  try {
    const archive = await findArchive(deps, id, listStores(deps, options));
    const outcome = await restoreSnapshot(deps, archive, {
      ledger: list === undefined ? [] : parseLedger(await Deno.readTextFile(list)),
      onProgress: ({ phase, label, done, total }) => bar.show(`${phase} ${label}`, done, total),
    });
    bar.end();
    const { tables, rows, objects, erased } = outcome;
    console.log(`${rows} rows of ${tables} tables and ${objects} objects restored and compared`);
    if (erased > 0) {
      await eraseAgain(deps);
      console.log(`${erased} people who were erased since are erased again`);
    }
  } finally {
    bar.end();
  }
}

async function main(): Promise<number> {
  const options = readOptions(Deno.args);
  const id = options.get("id");
  if (id === undefined && !options.has("list")) {
    console.error("Say which backup: --id ID (--list names them), with --from FOLDER for a folder");
    return 1;
  }
  const deps = await connectStack(options);
  try {
    if (id === undefined) await listArchives(deps, listStores(deps, options));
    else await restore(deps, id, options);
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    console.error(error.message);
    if (error.message.includes("not empty")) console.error(EMPTY_STACK);
    return 1;
  } finally {
    await deps.db[Symbol.asyncDispose]();
  }
}

Deno.exit(await main());
