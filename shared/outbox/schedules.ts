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
/** And this one the address that they call. */
const ADDRESS_SETTING = "schedules_url";
/** Letters by which a deployment is told from others. */
const PLACE_LENGTH = 8;

function fingerprintOf(deps: AnnounceDeps, tasks: readonly ScheduledTask[]): string {
  const standing = tasks.map((task) => [scheduleId(deps, task), task.cron]);
  const { publicUrl, env } = deps.config;
  return createHash("sha256").update(JSON.stringify([publicUrl, env.QSTASH_URL, standing]))
    .digest("hex");
}

/** Several deployments may share one account of the queue: each knows its own schedules. */
function scheduleId(deps: AnnounceDeps, task: ScheduledTask): string {
  const { publicUrl } = deps.config;
  const place = createHash("sha256").update(publicUrl).digest("hex").slice(0, PLACE_LENGTH);
  return `townsquare-${place}-${task.name}`;
}

/** Makes what is declared, then ends what no longer is, also that of a former address. */
async function reconcileSchedules(
  deps: AnnounceDeps,
  tasks: readonly ScheduledTask[],
  formerUrl: string | undefined,
): Promise<void> {
  const { queue, log, config } = deps;
  const declared = new Set<string>();
  for (const task of tasks) {
    const id = scheduleId(deps, task);
    declared.add(id);
    await queue.schedule({ id, cron: task.cron, path: taskPath(task) });
  }
  for (const address of new Set([config.publicUrl, formerUrl ?? config.publicUrl])) {
    for (const id of await queue.listSchedules(`${address}${JOBS_PATH}`)) {
      if (declared.has(id) || !id.startsWith("townsquare-")) continue;
      await queue.unschedule(id);
      log.info("schedule ended", { schedule: id });
    }
  }
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
  const { db, config, log } = deps;
  const fingerprint = fingerprintOf(deps, tasks);
  try {
    const { standing, formerUrl } = await db.asService(
      "settings of the deployment belong to nobody",
      async (sql) => {
        await updateSetting(sql, "public_url", config.publicUrl);
        return {
          standing: await selectSetting(sql, SETTING),
          formerUrl: await selectSetting(sql, ADDRESS_SETTING),
        };
      },
    );
    if (standing === fingerprint || config.env.QSTASH_TOKEN === undefined) return;
    await reconcileSchedules(deps, tasks, formerUrl);
    await db.asService(
      "settings of the deployment belong to nobody",
      async (sql) => {
        await updateSetting(sql, SETTING, fingerprint);
        await updateSetting(sql, ADDRESS_SETTING, config.publicUrl);
      },
    );
  } catch (error) {
    log.warn("the deployment could not be announced", { error });
  }
}
