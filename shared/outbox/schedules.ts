/** @module Tells database and queue, once per change, what they must know of a deployment. */
import { createHash } from "node:crypto";
import type { AppDeps } from "../platform/deps.ts";
import type { ScheduledTask } from "./event.ts";
import { JOBS_PATH } from "./relay.ts";
import { selectSetting, updateSetting } from "./sql.ts";

/** What the announcement needs. */
export type AnnounceDeps = Pick<AppDeps, "config" | "db" | "queue" | "log">;

/** Under this setting the database remembers which schedules stand. */
const SETTING = "schedules";

function fingerprintOf(deps: AnnounceDeps, tasks: readonly ScheduledTask[]): string {
  const standing = tasks.map(({ name, cron }) => [name, cron]);
  const { publicUrl, env } = deps.config;
  return createHash("sha256").update(JSON.stringify([publicUrl, env.QSTASH_URL, standing]))
    .digest("hex");
}

/** Path at which a task is run. */
export function taskPath(task: ScheduledTask): string {
  return `${JOBS_PATH}/tasks/${task.name}`;
}

/**
 * Stores the public address, by which the database calls the relay, and makes the schedules where
 * they are not the ones that stand. Failures are logged: the next process tries again.
 */
export async function announce(deps: AnnounceDeps, tasks: readonly ScheduledTask[]): Promise<void> {
  const { db, config, queue, log } = deps;
  const fingerprint = fingerprintOf(deps, tasks);
  try {
    const standing = await db.asService(
      "settings of the deployment belong to nobody",
      async (sql) => {
        await updateSetting(sql, "public_url", config.publicUrl);
        return await selectSetting(sql, SETTING);
      },
    );
    if (standing === fingerprint || config.env.QSTASH_TOKEN === undefined) return;
    for (const task of tasks) {
      await queue.schedule({
        id: `townsquare-${task.name}`,
        cron: task.cron,
        path: taskPath(task),
      });
    }
    await db.asService(
      "settings of the deployment belong to nobody",
      (sql) => updateSetting(sql, SETTING, fingerprint),
    );
  } catch (error) {
    log.warn("the deployment could not be announced", { error });
  }
}
