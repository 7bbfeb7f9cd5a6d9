/** @module Upkeep of calls: what rang in vain, whom that concerns, and what nobody has ended. */
import type { Consumer, ScheduledTask } from "../outbox/mod.ts";
import { notifyOfMissedCall, sweepCalls } from "./sql.ts";

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

/** Tells people of the calls that they missed. */
export const missedCallsConsumer: Consumer = {
  name: "missed_calls",
  topics: ["call.missed"],
  async handle(_deps, event, sql) {
    await notifyOfMissedCall(sql, event.subject_id);
  },
};
