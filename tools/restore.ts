/**
 * @module `deno task restore --id ID [--from FOLDER] [--ledger FILE] [--stack FILE]`: brings a
 * snapshot back into an empty project.
 */
import { openArchive, parseLedger, restoreSnapshot } from "../shared/backups/mod.ts";
import { AppError } from "../shared/core/errors.ts";
import { eraseDue } from "../shared/leaving/mod.ts";
import type { AppDeps } from "../shared/platform/deps.ts";
import { createFolderStorage } from "./folder_storage.ts";
import { createProgressBar } from "./progress_bar.ts";
import { connectStack, readOptions } from "./stack_deps.ts";

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

async function restore(deps: AppDeps, id: string, options: Map<string, string>): Promise<void> {
  const from = options.get("from");
  const list = options.get("ledger");
  const bar = createProgressBar();
  const source = from === undefined ? deps : { ...deps, archive: createFolderStorage(from) };
  try {
    const outcome = await restoreSnapshot(source, await openArchive(source, id), {
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
  if (id === undefined) {
    console.error("Say which backup: --id ID, with --from FOLDER when it is not in the bucket");
    return 1;
  }
  const deps = await connectStack(options);
  try {
    await restore(deps, id, options);
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
