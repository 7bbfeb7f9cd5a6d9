/** @module Upkeep of counts: changes are folded in, counts are checked against their rows. */
import type { ScheduledTask } from "../outbox/mod.ts";
import { fold, reconcile } from "./counter_sql.ts";

/** Changes that one statement folds, and statements of one run; the next run takes the rest. */
const FOLD_AT_ONCE = 50_000;
const FOLDS_MAX = 20;
/** Posts, people or rooms of one batch, and batches of one run; the next run goes on there. */
const CHECK_AT_ONCE = 500;
const CHECKS_MAX = 2_000;

/** Folds counter changes into counts, batch by batch, each in a transaction of its own. */
export const foldCounters: ScheduledTask = {
  name: "fold_counters",
  cron: "* * * * *",
  async run(deps) {
    for (let round = 0; round < FOLDS_MAX; round++) {
      const [row] = await deps.db.asService(
        "upkeep touches everybody's rows",
        (sql) => fold(sql, FOLD_AT_ONCE),
      );
      if ((row?.folded ?? 0) < FOLD_AT_ONCE) return;
    }
  },
};

/** Measures how far counts are off and repairs them; what was off is logged and kept. */
export const reconcileCounters: ScheduledTask = {
  name: "reconcile_counters",
  cron: "41 3 * * *",
  async run(deps) {
    for (let round = 0; round < CHECKS_MAX; round++) {
      const [batch] = await deps.db.asService(
        "upkeep touches everybody's rows",
        (sql) => reconcile(sql, CHECK_AT_ONCE),
      );
      if (batch === undefined) return;
      if (batch.drifted > 0) deps.log.warn("counts were repaired", { ...batch });
    }
  },
};
