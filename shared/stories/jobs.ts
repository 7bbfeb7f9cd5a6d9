/** @module Upkeep of stories: what has expired is removed. */
import type { ScheduledTask } from "../outbox/mod.ts";
import { sweepStories } from "./sql.ts";

/** Stories that one transaction removes. */
const SWEPT_AT_ONCE = 500;
/** Transactions of one run; the next run goes on. */
const ROUNDS_MAX = 50;

/** Removes stories a day after they expired. Their bytes follow through the trash of media. */
export const storiesSweep: ScheduledTask = {
  name: "stories_sweep",
  cron: "7,37 * * * *",
  async run(deps) {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const swept = await deps.db.asService("upkeep touches everybody's stories", async (sql) => {
        const [row] = await sweepStories(sql, SWEPT_AT_ONCE);
        return row?.swept ?? 0;
      });
      if (swept < SWEPT_AT_ONCE) return;
    }
  },
};
