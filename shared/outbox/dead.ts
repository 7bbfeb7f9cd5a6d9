/** @module Work that gave up: kept where admins see it, compared with the queue, told on spikes. */
import { z } from "zod";
import type { AppDeps } from "../platform/deps.ts";
import { DEAD_PATH } from "../platform/queue.ts";
import type { ScheduledTask } from "./event.ts";
import { JOBS_PATH } from "./relay.ts";
import { claimDeadAlert, type DeadJob, insertDeadJob, updateSetting } from "./sql.ts";

/** What the queue tells of a message that used up its attempts. */
export const FailureReport = z.object({
  sourceMessageId: z.string().min(1).max(200),
  url: z.string(),
  status: z.coerce.number().int().optional(),
  body: z.string().optional(),
  sourceBody: z.string().optional(),
  retried: z.coerce.number().int().optional(),
  createdAt: z.coerce.number().optional(),
});
/** What the queue tells of a message that used up its attempts. */
export type FailureReport = z.output<typeof FailureReport>;

/** Longest piece of an answer that is kept as the reason. */
const ERROR_LENGTH_MAX = 1_000;

function decodeText(base64: string | undefined): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64 ?? ""), (c) => c.charCodeAt(0)));
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function topicOf(body: unknown, path: string): string {
  return typeof body === "object" && body !== null && "topic" in body &&
      typeof body.topic === "string"
    ? body.topic
    : path;
}

/** What dead work needs. */
export type DeadDeps = Pick<AppDeps, "config" | "db" | "log" | "now" | "outside" | "queue">;

/** Keeps dead work; true when it is news. */
async function keep(deps: DeadDeps, job: DeadJob): Promise<boolean> {
  const isNews = await deps.db.asService(
    "dead work belongs to nobody",
    (sql) => insertDeadJob(sql, job),
  );
  if (isNews) {
    const { topic, messageId, payload: { path } } = job;
    deps.log.error("job gave up", { topic, path, message_id: messageId });
  }
  return isNews;
}

/** Keeps work that gave up where admins see it. */
export async function recordFailure(deps: DeadDeps, report: FailureReport): Promise<void> {
  const path = new URL(report.url).pathname;
  const body = parseBody(decodeText(report.sourceBody));
  const answer = decodeText(report.body).slice(0, ERROR_LENGTH_MAX);
  const job = {
    messageId: report.sourceMessageId,
    topic: topicOf(body, path),
    error: `${report.status ?? "no answer"}: ${answer}`,
    attempts: (report.retried ?? 0) + 1,
    firstAt: report.createdAt === undefined ? deps.now() : new Date(report.createdAt),
    payload: { path, body },
  };
  await keep(deps, job);
  await tellOfSpike(deps);
}

/** How long the operator's address may take. */
const ALERT_TIMEOUT_MS = 5_000;
/** Bytes read of its answer. */
const ALERT_ANSWER_BYTES_MAX = 1_024;
/** Remembers when a spike was told. */
const ALERT_SETTING = "dead_alert_at";

async function postAlert(deps: DeadDeps, url: string, dead: number): Promise<void> {
  const { publicUrl, env } = deps.config;
  const text = `${dead} jobs gave up within ${env.ALERT_DEAD_MINUTES} minutes at ${publicUrl}`;
  const { status } = await deps.outside.send({
    url,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      type: "jobs.dead_spike",
      text,
      dead,
      minutes: env.ALERT_DEAD_MINUTES,
      at: deps.now().toISOString(),
    }),
    redirectsMax: 0,
    bytesMax: ALERT_ANSWER_BYTES_MAX,
    isCut: true,
    timeoutMs: ALERT_TIMEOUT_MS,
  });
  if (status >= 300) throw new Error(`The address of alerts answered ${status}`);
}

/** Tells the operator of a spike of dead work, once; what was not heard is told again. */
export async function tellOfSpike(deps: DeadDeps): Promise<void> {
  const { ALERT_WEBHOOK_URL: url, ALERT_DEAD_JOBS: above, ALERT_DEAD_MINUTES: minutes } =
    deps.config.env;
  const dead = await deps.db.asService(
    "dead work belongs to nobody",
    (sql) => claimDeadAlert(sql, above, minutes),
  );
  if (dead === 0) return;
  deps.log.error("many jobs gave up", { dead, minutes });
  if (url === undefined) return;
  try {
    await postAlert(deps, url, dead);
  } catch (error) {
    deps.log.warn("the alert was not heard", { error });
    await deps.db.asService(
      "settings of the deployment belong to nobody",
      (sql) => updateSetting(sql, ALERT_SETTING, ""),
    );
  }
}

/** Pages of the queue's dead letters that one run looks through. */
const PAGES_MAX = 50;

/** Whether the queue's dead letter is work of ours; a missed tick of a schedule makes up itself. */
function isWork(path: string): boolean {
  return path.startsWith(`${JOBS_PATH}/`) && path !== DEAD_PATH &&
    !path.startsWith(`${JOBS_PATH}/tasks/`);
}

/** Keeps what the queue gave up without its report having come here; counts it. */
export async function reconcileDead(deps: DeadDeps): Promise<number> {
  let found = 0;
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { letters, next } = await deps.queue.listDead(cursor);
    for (const letter of letters) {
      if (!isWork(letter.path)) continue;
      const body = parseBody(letter.body);
      const isNews = await keep(deps, {
        messageId: letter.messageId,
        topic: topicOf(body, letter.path),
        error: `${letter.status ?? "no answer"}: ${letter.answer.slice(0, ERROR_LENGTH_MAX)}`,
        attempts: letter.attempts,
        firstAt: letter.createdAt,
        payload: { path: letter.path, body },
      });
      if (isNews) found++;
    }
    cursor = next;
    if (cursor === undefined) break;
  }
  await tellOfSpike(deps);
  return found;
}

/** The queue's report of a failure may itself have failed. */
export const deadLettersTask: ScheduledTask = {
  name: "dead_letters",
  cron: "41 * * * *",
  run: async (deps) => {
    const found = await reconcileDead(deps);
    if (found > 0) deps.log.warn("reports of dead work had not come", { found });
  },
};
