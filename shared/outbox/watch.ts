/**
 * @module Between the minutes of the schedule: what is due, and what nobody was told of, waits for
 * seconds. A nudge is one HTTP request that is sent once; it may be lost, or come while the queue
 * or the database is away.
 */
import { runInBackground } from "../platform/background.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { ScheduledTask } from "./event.ts";

/** How often it looks, and for how long after it was last begun. */
export interface WatchTiming {
  readonly everyMs: number;
  readonly lastsMs: number;
}

/** A little longer than the minute after which the schedule begins it again. */
const TIMING: WatchTiming = { everyMs: 5_000, lastsMs: 65_000 };

/** Begins to look, or goes on for longer; resolves when the last look is over. */
export type Watch = () => Promise<void>;

/** Makes the watch of a process over the tasks that do not wait for the minute. */
export function createWatch(
  deps: AppDeps,
  tasks: readonly ScheduledTask[],
  timing: WatchTiming = TIMING,
): Watch {
  const urgent = tasks.filter(({ isUrgent }) => isUrgent === true);
  let endsAt = 0;
  let running: Promise<void> | undefined;

  async function look(task: ScheduledTask): Promise<void> {
    try {
      await task.run(deps);
    } catch (error) {
      deps.log.warn("task failed between the minutes", { task: task.name, error });
    }
  }

  async function run(): Promise<void> {
    while (performance.now() < endsAt) {
      await new Promise((done) => setTimeout(done, timing.everyMs));
      for (const task of urgent) await look(task);
    }
    // At once: who begins it after the last look must start another.
    running = undefined;
  }

  return function watch() {
    endsAt = performance.now() + timing.lastsMs;
    if (running === undefined) {
      running = run();
      runInBackground(running);
    }
    return running;
  };
}
