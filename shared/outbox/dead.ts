/** @module Work that gave up: kept where admins see it, compared with the queue, told on spikes. */
import { z } from "zod";
import type { AppDeps } from "../platform/deps.ts";
import { DEAD_PATH } from "../platform/queue.ts";
import { tellOfSpike } from "./alerts.ts";
import type { ScheduledTask } from "./event.ts";
import { JOBS_PATH } from "./relay.ts";
import { type DeadJob, insertDeadJob } from "./sql.ts";

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
