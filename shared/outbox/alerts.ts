/** @module Tells the operator that much work gave up, or that a job fails too often; each once. */
import type { AppDeps } from "../platform/deps.ts";
import type { ScheduledTask } from "./event.ts";
import { claimDeadAlert, claimFailureAlert, updateSetting } from "./sql.ts";

/** What alerts need. */
export type AlertDeps = Pick<AppDeps, "config" | "db" | "log" | "now" | "outside">;

/** How long the operator's address may take. */
const ALERT_TIMEOUT_MS = 5_000;
/** Bytes read of its answer. */
const ALERT_ANSWER_BYTES_MAX = 1_024;
/** Runs of a job below which its share of failures says little. */
const RUNS_MIN = 20;

/** What the operator is told. */
interface Alert {
  /** Where it is noted when this was told. */
  readonly setting: string;
  readonly type: string;
  readonly text: string;
  readonly details: Readonly<Record<string, unknown>>;
}

async function postAlert(deps: AlertDeps, url: string, alert: Alert): Promise<void> {
  const { type, text, details } = alert;
  const { status } = await deps.outside.send({
    url,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type, text, ...details, at: deps.now().toISOString() }),
    redirectsMax: 0,
    bytesMax: ALERT_ANSWER_BYTES_MAX,
    isCut: true,
    timeoutMs: ALERT_TIMEOUT_MS,
  });
  if (status >= 300) throw new Error(`The address of alerts answered ${status}`);
}

/** Tells, and forgets having told when nobody heard: then it is told again. */
async function tell(deps: AlertDeps, alert: Alert): Promise<void> {
  deps.log.error("alert", { type: alert.type, ...alert.details });
  const { ALERT_WEBHOOK_URL: url } = deps.config.env;
  if (url === undefined) return;
  try {
    await postAlert(deps, url, alert);
  } catch (error) {
    deps.log.warn("the alert was not heard", { type: alert.type, error });
    await deps.db.asService(
      "settings of the deployment belong to nobody",
      (sql) => updateSetting(sql, alert.setting, ""),
    );
  }
}

/** Tells the operator of a spike of dead work, once; what was not heard is told again. */
export async function tellOfSpike(deps: AlertDeps): Promise<void> {
  const { env: { ALERT_DEAD_JOBS: above, ALERT_DEAD_MINUTES: minutes }, publicUrl } = deps.config;
  const dead = await deps.db.asService(
    "dead work belongs to nobody",
    (sql) => claimDeadAlert(sql, above, minutes),
  );
  if (dead === 0) return;
  await tell(deps, {
    setting: "dead_alert_at",
    type: "jobs.dead_spike",
    text: `${dead} jobs gave up within ${minutes} minutes at ${publicUrl}`,
    details: { dead, minutes },
  });
}

/** Tells the operator of jobs that fail too often, once. */
export async function tellOfFailures(deps: AlertDeps): Promise<void> {
  const { env: { ALERT_FAILURE_PERCENT: percent, ALERT_DEAD_MINUTES: minutes }, publicUrl } =
    deps.config;
  const jobs = await deps.db.asService(
    "the books on jobs belong to nobody",
    (sql) => claimFailureAlert(sql, { percent, runs: RUNS_MIN, minutes }),
  );
  if (jobs.length === 0) return;
  const names = jobs.map(({ job, failed, runs }) => `${job} (${failed} of ${runs})`).join(", ");
  await tell(deps, {
    setting: "failure_alert_at",
    type: "jobs.failure_rate",
    text: `Jobs fail too often, within ${minutes} minutes at ${publicUrl}: ${names}`,
    details: { jobs, minutes },
  });
}

/** Looks every minute: failures make no noise by themselves, and some alerts are not heard. */
export const alertsTask: ScheduledTask = {
  name: "alerts",
  cron: "* * * * *",
  run: async (deps) => {
    await tellOfSpike(deps);
    await tellOfFailures(deps);
  },
};
