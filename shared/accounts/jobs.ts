/** @module Upkeep of accounts: sessions whose time is up, lines of the log that are too old. */
import type { ScheduledTask } from "../outbox/mod.ts";
import { sweepAccounts } from "./sql.ts";

/** Rows of each kind that one statement removes. */
const BATCH = 500;
/** Batches of one run; the next run goes on. */
const ROUNDS_MAX = 40;

/** Ends what has expired, a batch in a transaction of its own. */
export const accountsTask: ScheduledTask = {
  name: "accounts",
  cron: "*/15 * * * *",
  async run(deps) {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const [row] = await deps.db.asService(
        "upkeep touches everybody's rows",
        (sql) => sweepAccounts(sql, BATCH),
      );
      if ((row?.swept ?? 0) < BATCH) return;
    }
  },
};
