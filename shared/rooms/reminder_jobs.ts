/** @module Reminds people of what they wanted to be reminded of. */
import type { ScheduledTask } from "../outbox/mod.ts";
import { sendReminders } from "./command_sql.ts";

/** Reminders of one transaction. */
const BATCH = 200;
/** Transactions of one run; the next run goes on. */
const ROUNDS_MAX = 50;

/** Tells what is due. Runs at the same time tell different reminders. */
export const remindersTask: ScheduledTask = {
  name: "reminders",
  cron: "* * * * *",
  async run(deps) {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const [row] = await deps.db.asService(
        "a job reminds people of what they have asked for",
        (sql) => sendReminders(sql, BATCH),
      );
      if ((row?.sent ?? 0) < BATCH) return;
    }
  },
};
