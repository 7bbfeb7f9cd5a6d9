/** @module Deleting an account: asked for by its owner, done batch by batch, also by schedule. */
import { AppError } from "../core/errors.ts";
import type { ScheduledTask } from "../outbox/mod.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Person } from "../platform/postgres.ts";
import { removeDocument } from "../search/mod.ts";
import {
  type EraseStep,
  eraseStep,
  requestDeletion,
  selectDue,
  selectFiles,
  selectPerson,
} from "./erase_sql.ts";
import type { DeleteAccount } from "./schemas.ts";

/** What deletion needs. */
export type EraseDeps = Pick<AppDeps, "db" | "log" | "now" | "search" | "storage">;

/** Rows of one batch, which is one transaction. */
const BATCH_ROWS = 200;
/** Stored objects that are removed at once. */
const BATCH_FILES = 100;
/** Batches of one request or of one run of the schedule; what is left is done by the next. */
const BATCHES_MAX = 200;
/** Longest time that one request or run begins new batches. */
const WORK_MS_MAX = 20_000;
/** People whom one run of the schedule erases. */
const PEOPLE_PER_RUN = 20;

/** What is left of a run's time and batches. */
interface Budget {
  batches: number;
  readonly endsAt: number;
}

function newBudget(deps: EraseDeps): Budget {
  return { batches: BATCHES_MAX, endsAt: deps.now().getTime() + WORK_MS_MAX };
}

function take(deps: EraseDeps, budget: Budget): boolean {
  budget.batches -= 1;
  return budget.batches >= 0 && deps.now().getTime() < budget.endsAt;
}

/** Removes stored objects before the rows that know of them; true when none is left. */
async function eraseFiles(deps: EraseDeps, id: string, budget: Budget): Promise<boolean> {
  while (take(deps, budget)) {
    const files = await deps.db.asService(
      "a deletion reaches rows of everybody",
      async (sql) => await selectFiles(sql, id, BATCH_FILES),
    );
    if (files.length === 0) return true;
    for (const bucket of new Set(files.map((file) => file.bucket))) {
      const paths = files.filter((file) => file.bucket === bucket).map(({ path }) => path);
      await deps.storage.remove(bucket, paths);
    }
  }
  return false;
}

async function eraseRows(deps: EraseDeps, id: string, budget: Budget): Promise<boolean> {
  while (take(deps, budget)) {
    const step = await deps.db.asService(
      "a deletion reaches rows of everybody",
      async (sql): Promise<EraseStep> => {
        const [row] = await eraseStep(sql, id, BATCH_ROWS);
        return row?.step ?? "none";
      },
    );
    if (step === "busy") return false;
    if (step === "done" || step === "none") return true;
  }
  return false;
}

/**
 * Erases a person whose time has come, as far as the budget reaches. True when nothing is left.
 * Every batch is its own transaction and sees for itself what is left to do.
 */
async function erasePerson(deps: EraseDeps, id: string, budget: Budget): Promise<boolean> {
  const isErased = await eraseFiles(deps, id, budget) && await eraseRows(deps, id, budget) &&
    // An upload that was under way may have stored a file when its row could no more be written.
    await eraseFiles(deps, id, budget);
  if (isErased) await removeDocument(deps, "users", id);
  return isErased;
}

/**
 * Deletes the viewer's own account, after the grace period or at once.
 *
 * @throws `not-permitted` for another's account, `conflict` for the last administrator
 */
export async function deleteAccount(
  deps: EraseDeps,
  viewer: Person,
  key: string,
  { immediate = false }: DeleteAccount,
): Promise<void> {
  await deps.db.asViewer(viewer, async (sql) => {
    const [person] = await selectPerson(sql, key);
    if (person?.id !== viewer.userId) {
      throw person?.is_visible === true
        ? new AppError("not-permitted", "Only your own account can be deleted")
        : new AppError("not-found", "No such person");
    }
    await requestDeletion(sql, immediate);
  });
  if (!immediate) return;
  try {
    await erasePerson(deps, viewer.userId, newBudget(deps));
  } catch (error) {
    // It is noted: the schedule goes on with it within a minute.
    deps.log.warn("deletion not finished at once", { error });
  }
}

/** Erases everybody whose time has come. One who cannot be erased does not keep others waiting. */
export async function eraseDue(deps: EraseDeps): Promise<void> {
  const budget = newBudget(deps);
  const people = await deps.db.asService(
    "a deletion reaches rows of everybody",
    async (sql) => await selectDue(sql, PEOPLE_PER_RUN),
  );
  const failures: unknown[] = [];
  for (const { id } of people) {
    try {
      await erasePerson(deps, id, budget);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, "Some people could not be erased");
}

/** Erases people whose grace period is over, and goes on where a request had to stop. */
export const eraseTask: ScheduledTask = { name: "erase", cron: "* * * * *", run: eraseDue };
