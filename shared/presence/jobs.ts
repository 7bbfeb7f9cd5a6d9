/** @module Upkeep of connections: leases whose socket went without a word. */
import type { ScheduledTask } from "../outbox/mod.ts";
import { sweepConnections } from "./sql.ts";

/** Leases that one statement removes. */
const BATCH = 500;
/** Batches of one run; the next run goes on. */
const ROUNDS_MAX = 20;

/** Removes leases that have run out, and says so in the log. */
export const connectionsTask: ScheduledTask = {
  name: "connections",
  cron: "* * * * *",
  async run(deps) {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const lost = await deps.db.asService(
        "upkeep touches everybody's rows",
        (sql) => sweepConnections(sql, BATCH),
      );
      for (const { id, profile_id, opened_at, expires_at } of lost) {
        deps.log.info("connection lost", {
          connection: id,
          user: profile_id,
          opened_at,
          expired_at: expires_at,
        });
      }
      if (lost.length < BATCH) return;
    }
  },
};
