/** @module Tells database and queue, once per change, what they must know of a deployment. */
import { createHash } from "node:crypto";
import type { AppDeps } from "../platform/deps.ts";
import type { StandingSchedule } from "../platform/queue.ts";
import type { ScheduledTask } from "./event.ts";
import { JOBS_PATH } from "./relay.ts";
import { selectSetting, updateSetting } from "./sql.ts";

/** What the announcement needs. */
export type AnnounceDeps = Pick<AppDeps, "config" | "db" | "queue" | "log" | "now">;

/** Under this setting the database remembers which schedules stand. */
const SETTING = "schedules";
/** And this one the address that they call. */
const ADDRESS_SETTING = "schedules_url";
/** And this one the day on which they were last compared with the queue's own. */
const COMPARED_SETTING = "schedules_compared";
/** Letters by which a deployment is told from others. */
const PLACE_LENGTH = 8;
/** Of `2026-08-03T06:58:30Z`, what names the day. */
const DATE_LENGTH = 10;

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

/** Makes what is declared and does not stand so, ends what stands and no longer is declared. */
async function reconcileSchedules(
  deps: AnnounceDeps,
  tasks: readonly ScheduledTask[],
  change: { readonly isNew: boolean; readonly formerUrl: string },
): Promise<void> {
  const { queue, log, config } = deps;
  const standing = new Map<string, StandingSchedule>();
  for (const address of new Set([config.publicUrl, change.formerUrl])) {
    for (const schedule of await queue.listSchedules(`${address}${JOBS_PATH}`)) {
      standing.set(schedule.id, schedule);
    }
  }
  const declared = new Set<string>();
  for (const task of tasks) {
    const [id, path] = [scheduleId(deps, task), taskPath(task)];
    declared.add(id);
    const there = standing.get(id);
    const isRight = there?.cron === task.cron && there.destination === config.publicUrl + path;
    if (isRight && !change.isNew) continue;
    await queue.schedule({ id, cron: task.cron, path });
    if (!change.isNew) log.warn("schedule was not as declared", { schedule: id });
  }
  for (const id of standing.keys()) {
    if (declared.has(id) || !id.startsWith("townsquare-")) continue;
    await queue.unschedule(id);
    log.info("schedule ended", { schedule: id });
  }
}

/** What the database remembers of the last announcement, with today's date beside it. */
async function readStanding(deps: AnnounceDeps) {
  const { db, config, now } = deps;
  return await db.asService("settings of the deployment belong to nobody", async (sql) => {
    await updateSetting(sql, "public_url", config.publicUrl);
    return {
      today: now().toISOString().slice(0, DATE_LENGTH),
      fingerprint: await selectSetting(sql, SETTING),
      formerUrl: await selectSetting(sql, ADDRESS_SETTING) ?? config.publicUrl,
      comparedOn: await selectSetting(sql, COMPARED_SETTING),
    };
  });
}

/** Path at which a task is run. */
export function taskPath(task: ScheduledTask): string {
  return `${JOBS_PATH}/tasks/${task.name}`;
}

/**
 * Stores the public address, by which the database calls the relay, and makes the schedules what
 * they are declared to be: after each change, and once a day should somebody have ended one by
 * hand. Failures are logged: the next process tries again.
 */
export async function announce(deps: AnnounceDeps, tasks: readonly ScheduledTask[]): Promise<void> {
  const { db, config, log } = deps;
  const fingerprint = fingerprintOf(deps, tasks);
  try {
    const standing = await readStanding(deps);
    const isNew = standing.fingerprint !== fingerprint;
    const isDue = isNew || standing.comparedOn !== standing.today;
    if (!isDue || config.env.QSTASH_TOKEN === undefined) return;
    await reconcileSchedules(deps, tasks, { isNew, formerUrl: standing.formerUrl });
    await db.asService("settings of the deployment belong to nobody", async (sql) => {
      await updateSetting(sql, SETTING, fingerprint);
      await updateSetting(sql, ADDRESS_SETTING, config.publicUrl);
      await updateSetting(sql, COMPARED_SETTING, standing.today);
    });
  } catch (error) {
    log.warn("the deployment could not be announced", { error });
  }
}
