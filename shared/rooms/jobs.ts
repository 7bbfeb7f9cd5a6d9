/** @module Upkeep of rooms: messages that are older than their room keeps them. */
import type { ScheduledTask } from "../outbox/mod.ts";
import { sweepMessages, type Swept } from "./member_sql.ts";

/** Messages that one statement deletes. */
const BATCH = 500;
/** Batches of one run; the next run goes on. */
const ROUNDS_MAX = 100;

/** Deletes what rooms keep no longer, a batch in a transaction of its own. */
export const retentionTask: ScheduledTask = {
  name: "room_retention",
  cron: "23 * * * *",
  async run(deps) {
    let after: string | null = null;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const rows: readonly Swept[] = await deps.db.asService(
        "upkeep touches everybody's rows",
        (sql) => sweepMessages(sql, BATCH, after),
      );
      if (rows[0]?.is_done !== false) return;
      after = rows[0].after_room;
    }
  },
};
