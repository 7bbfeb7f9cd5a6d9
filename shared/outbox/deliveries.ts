/** @module Runs one consumer on one event, exactly once in its effects. */
import { AppError } from "../core/errors.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Consumer, OutboxEvent, ScheduledTask } from "./event.ts";
import { beginJob, beginJobs, countRun, finishJob, finishJobs } from "./sql.ts";

/** What became of a delivery. */
export type Outcome = "done" | "duplicate";

/** Runs a consumer; what it did to the database and the note of it commit together. */
export async function runConsumer(
  deps: AppDeps,
  consumer: Consumer,
  event: OutboxEvent,
): Promise<Outcome> {
  const outcome = await deps.db.asService<Outcome>(
    "jobs act for the product, not for a person",
    async (sql) => {
      const state = await beginJob(sql, consumer.name, event.id);
      if (state === "done") return "duplicate";
      if (state !== "run") throw new AppError("unavailable", "Another delivery is at it");
      await consumer.handle(deps, event, sql);
      await finishJob(sql, consumer.name, event.id);
      return "done";
    },
  );
  if (outcome === "done") await consumer.afterwards?.(deps, event);
  return outcome;
}

const MS_PER_SECOND = 1_000;

/**
 * Runs consumers that share their deliveries, one after the other in one transaction: when one of
 * them fails, none has happened.
 */
export async function runShared(
  deps: AppDeps,
  consumers: readonly Consumer[],
  event: OutboxEvent,
): Promise<Outcome> {
  const names = consumers.map(({ name }) => name);
  return await deps.db.asService<Outcome>(
    "jobs act for the product, not for a person",
    async (sql) => {
      const due = await beginJobs(sql, names, event.id);
      const seconds = new Map<string, number>();
      for (const consumer of consumers.filter(({ name }) => due.includes(name))) {
        const startedAt = performance.now();
        await consumer.handle(deps, event, sql);
        seconds.set(consumer.name, (performance.now() - startedAt) / MS_PER_SECOND);
      }
      if (seconds.size === 0) return "duplicate";
      await finishJobs(sql, seconds, event.id);
      return "done";
    },
  );
}

async function count(
  deps: AppDeps,
  job: string,
  outcome: "done" | "failed",
  startedAt: number,
): Promise<void> {
  const seconds = (performance.now() - startedAt) / MS_PER_SECOND;
  try {
    await deps.db.asService(
      "counts of jobs belong to nobody",
      (sql) => countRun(sql, job, outcome, seconds),
    );
  } catch (error) {
    // The failure that is being counted may be the database's own.
    deps.log.warn("a run was not counted", { job, outcome, error });
  }
}

/** Counts an attempt whose transaction, and with it its books, was rolled back. */
export function countFailure(deps: AppDeps, job: string, startedAt: number): Promise<void> {
  return count(deps, job, "failed", startedAt);
}

/** Runs a scheduled task and counts it. */
export async function runTask(deps: AppDeps, task: ScheduledTask): Promise<void> {
  const [job, startedAt] = [`tasks/${task.name}`, performance.now()];
  try {
    await task.run(deps);
  } catch (error) {
    await countFailure(deps, job, startedAt);
    throw error;
  }
  await count(deps, job, "done", startedAt);
}
