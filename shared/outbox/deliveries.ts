/** @module Runs one consumer on one event, exactly once in its effects. */
import { z } from "zod";
import { AppError } from "../core/errors.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Consumer, OutboxEvent } from "./event.ts";
import { beginJob, finishJob, insertDeadJob } from "./sql.ts";

/** What became of a delivery. */
export type Outcome = "done" | "duplicate";

/** Runs a consumer; what it did to the database and the note of it commit together. */
export async function runConsumer(
  deps: AppDeps,
  consumer: Consumer,
  event: OutboxEvent,
): Promise<Outcome> {
  return await deps.db.asService("jobs act for the product, not for a person", async (sql) => {
    const state = await beginJob(sql, consumer.name, event.id);
    if (state === "done") return "duplicate";
    if (state !== "run") throw new AppError("unavailable", "Another delivery is at it");
    await consumer.handle(deps, event, sql);
    await finishJob(sql, consumer.name, event.id);
    return "done";
  });
}

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

/** Keeps work that gave up where admins see it. */
export async function recordFailure(
  deps: Pick<AppDeps, "db" | "log" | "now">,
  report: FailureReport,
): Promise<void> {
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
  deps.log.error("job gave up", { topic: job.topic, path, message_id: job.messageId });
  await deps.db.asService("dead work belongs to nobody", (sql) => insertDeadJob(sql, job));
}
