/** @module Upkeep of calls: what rang in vain, and what nobody has ended. */
import type { ScheduledTask } from "../outbox/mod.ts";
import { sweepCalls } from "./sql.ts";

/** Calls that one transaction ends. */
const BATCH = 200;
/** Batches of one run; the next run goes on. */
const ROUNDS_MAX = 20;

/** Ends calls by time. */
export const callsTask: ScheduledTask = {
  name: "calls",
  cron: "* * * * *",
  async run(deps) {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const [row] = await deps.db.asService(
        "upkeep touches everybody's rows",
        (sql) => sweepCalls(sql, BATCH),
      );
      if ((row?.swept ?? 0) < BATCH) return;
    }
  },
};
