/** @module Upkeep of calls: what rang in vain, whom that concerns, and what nobody has ended. */
import { z } from "zod";
import { callServerOf, closeRoom, putOut } from "./livekit.ts";
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

const Dropped = z.object({ user_id: z.uuid() });
const Ended = z.object({ uses_server: z.boolean() });

/** Tells the call server who is out, and which calls are over. */
export const callServerConsumer: Consumer = {
  name: "call_server",
  topics: ["call.dropped", "call.ended"],
  async handle(deps, { topic, subject_id: id, payload }) {
    const server = callServerOf(deps.config);
    if (server === undefined) return;
    if (topic === "call.dropped") {
      await putOut(server, id, Dropped.parse(payload).user_id, deps.now());
    } else if (Ended.parse(payload).uses_server) {
      await closeRoom(server, id);
    }
  },
};
