/** @module Backups on a schedule: made, checked, and removed when they have served their time. */
import { AppError } from "../core/errors.ts";
import type { ScheduledTask } from "../outbox/mod.ts";
import { createBackup, removeOutdated, verifyNewest } from "./service.ts";
import { writeLedger } from "./ledger.ts";

/** The nightly backup. One that is too large is on record as refused: trying again is no help. */
export const backupTask: ScheduledTask = {
  name: "backup",
  cron: "23 3 * * *",
  run: async (deps) => {
    await createBackup(deps, { requestedBy: null, isBounded: true });
    await removeOutdated(deps);
  },
};

/** The nightly check of the newest backup. */
export const verifyTask: ScheduledTask = {
  name: "backup_verify",
  cron: "53 3 * * *",
  run: async (deps) => {
    const outcome = await verifyNewest(deps, { isBounded: true }).catch((error: unknown) => {
      // Too large, another key, out of reach: trying again is no help, and its age tells.
      if (!(error instanceof AppError) || error.problem !== "conflict") throw error;
      deps.log.error("backup not checked", { error });
      return undefined;
    });
    if (outcome?.status !== "corrupt") return;
    const damaged = outcome.tables.filter(({ ok }) => !ok).map(({ name }) => name);
    deps.log.error("backup is corrupt", { damaged, ...outcome.objects });
    throw new AppError("unavailable", "The newest backup is corrupt");
  },
};

/** Who was erased is known beside the backups within minutes. */
export const ledgerTask: ScheduledTask = {
  name: "backup_ledger",
  cron: "*/10 * * * *",
  run: (deps) => writeLedger(deps),
};
