/** @module What is done each minute comes by one message: each would cost a call of its own. */
import type { AppDeps } from "../platform/deps.ts";
import { runTask } from "./deliveries.ts";
import type { ScheduledTask } from "./event.ts";

const EACH_MINUTE = "* * * * *";

/**
 * What the queue is asked to call: those of each minute together, in their order, all others by
 * themselves.
 *
 * @param alone what the others must not be able to hold up
 */
export function scheduledCalls(
  tasks: readonly ScheduledTask[],
  alone: readonly ScheduledTask[],
): ScheduledTask[] {
  const together = tasks.filter((task) => task.cron === EACH_MINUTE && !alone.includes(task));
  async function runAll(deps: AppDeps): Promise<void> {
    const failures: unknown[] = [];
    for (const task of together) {
      await runTask(deps, task).catch((error: unknown) => {
        deps.log.warn("task of the minute failed", { task: task.name, error });
        failures.push(error);
      });
    }
    // The queue tries again; what was done has nothing left to do.
    if (failures.length > 0) throw new AggregateError(failures, "tasks of the minute failed");
  }
  return [
    ...tasks.filter((task) => !together.includes(task)),
    { name: "minute", cron: EACH_MINUTE, run: runAll },
  ];
}
