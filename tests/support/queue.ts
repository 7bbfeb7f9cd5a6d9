/** @module A job queue in memory, for tests that look at what was published. */
import type { Job, JobQueue, Schedule } from "../../shared/platform/queue.ts";

/** The queue and what it holds. */
export interface MemoryQueue extends JobQueue {
  readonly jobs: Job[];
  readonly schedules: Map<string, Schedule>;
  /** While set, publishing fails with it. */
  outage: Error | undefined;
}

/** The signature that this queue calls genuine. */
export const GENUINE_SIGNATURE = "genuine";

/** Makes an empty queue. */
export function createMemoryQueue(): MemoryQueue {
  const seen = new Set<string>();
  const queue: MemoryQueue = {
    jobs: [],
    schedules: new Map(),
    outage: undefined,
    publish(jobs) {
      if (queue.outage !== undefined) return Promise.reject(queue.outage);
      for (const job of jobs) {
        if (seen.has(job.deduplicationId)) continue;
        seen.add(job.deduplicationId);
        queue.jobs.push(job);
      }
      return Promise.resolve();
    },
    schedule(schedule) {
      queue.schedules.set(schedule.id, schedule);
      return Promise.resolve();
    },
    listSchedules: (address) => {
      const origin = new URL(address).origin;
      return Promise.resolve(
        [...queue.schedules.values()].map(({ id, cron, path }) => ({
          id,
          cron,
          destination: origin + path,
        })),
      );
    },
    unschedule(id) {
      queue.schedules.delete(id);
      return Promise.resolve();
    },
    listDead: () => Promise.resolve({ letters: [] }),
    refusalOf: ({ signature }) =>
      Promise.resolve(signature === GENUINE_SIGNATURE ? undefined : "forged"),
  };
  return queue;
}
