/** @module Statements of the outbox and of the books on its consumers. */
import type { Sql, Statement } from "../platform/postgres.ts";
import type { OutboxEvent } from "./event.ts";

/** An event that this process has leased. */
export interface ClaimedEvent extends OutboxEvent {
  readonly attempts: number;
  /** Seconds for which the queue keeps it; null and zero for none. */
  readonly delay_seconds: number | null;
}

/** Leases due events. */
export function claimEvents(sql: Sql, limit: number): Statement<ClaimedEvent[]> {
  return sql<ClaimedEvent[]>`
    select id, topic, subject_id, actor_id, payload, traceparent, created_at, attempts,
      delay_seconds
    from private.claim_outbox(${limit}::int)`;
}

/** Marks events as handed to the queue. */
export function markPublished(sql: Sql, ids: readonly string[]): Statement<object[]> {
  return sql`select private.mark_outbox_published(${[...ids]}::uuid[])`;
}

/** Gives leased events back for a later attempt. */
export async function releaseEvents(sql: Sql, ids: readonly string[], error: string) {
  await sql`select private.release_outbox(${[...ids]}::uuid[], ${error})`;
}

/** Opens the books on one consumer and event: `done` when it was handled before. */
export async function beginJob(sql: Sql, consumer: string, eventId: string): Promise<string> {
  const [row] = await sql<{ state: string }[]>`
    select private.begin_job(${consumer}, ${eventId}::uuid) as state`;
  return row?.state ?? "busy";
}

/** Closes the books: the effects of the consumer commit with this. */
export async function finishJob(sql: Sql, consumer: string, eventId: string): Promise<void> {
  await sql`select private.finish_job(${consumer}, ${eventId}::uuid)`;
}

/** Opens the books on several consumers of one event: gives those that have not handled it. */
export async function beginJobs(
  sql: Sql,
  consumers: readonly string[],
  eventId: string,
): Promise<readonly string[]> {
  const [row] = await sql<{ due: string[] }[]>`
    select private.begin_jobs(${[...consumers]}::text[], ${eventId}::uuid) as due`;
  return row?.due ?? [];
}

/** Closes the books on several consumers, with the seconds that each has taken. */
export async function finishJobs(
  sql: Sql,
  seconds: ReadonlyMap<string, number>,
  eventId: string,
): Promise<void> {
  await sql`select private.finish_jobs(${[...seconds.keys()]}::text[],
    ${[...seconds.values()]}::float8[], ${eventId}::uuid)`;
}

/** Promises that a relay looks by itself for so long. */
export function keepRelayAwake(sql: Sql, seconds: number): Statement<object[]> {
  return sql`select private.keep_relay_awake(${seconds}::int)`;
}

/** Whether there is something for a relay to do. */
export function selectWaiting(sql: Sql): Statement<{ waits: boolean }[]> {
  return sql<{ waits: boolean }[]>`select private.outbox_waits() as waits`;
}

/** Work that used up its attempts. */
export interface DeadJob {
  readonly messageId: string;
  readonly topic: string;
  readonly error: string;
  readonly attempts: number;
  readonly firstAt: Date;
  /** Path and body, by which it can be published again. */
  readonly payload: { readonly path: string; readonly body: unknown };
}

/** Keeps dead work; told twice, it is kept once. True when it is news. */
export async function insertDeadJob(sql: Sql, job: DeadJob): Promise<boolean> {
  const [row] = await sql<{ is_news: boolean }[]>`
    select private.record_dead_job(${job.messageId}, ${job.topic}, ${job.error},
      ${job.attempts}::int, ${job.firstAt}::timestamptz,
      ${JSON.stringify(job.payload)}::text::jsonb) as is_news`;
  return row?.is_news === true;
}

/** Counts a run that the books on events do not count: a failure, or that of a task. */
export async function countRun(
  sql: Sql,
  job: string,
  outcome: "done" | "failed",
  seconds: number,
): Promise<void> {
  await sql`select private.count_job(${job}, ${outcome}, ${seconds}::double precision)`;
}

/** How much work gave up of late, when that is a spike nobody was told of; 0 otherwise. */
export async function claimDeadAlert(sql: Sql, above: number, minutes: number): Promise<number> {
  const [row] = await sql<{ dead: number }[]>`
    select private.claim_dead_alert(${above}::int, ${minutes}::int) as dead`;
  return row?.dead ?? 0;
}

/** A job of which too many runs fail. */
export interface FailingJob {
  readonly job: string;
  readonly failed: number;
  readonly runs: number;
}

/** Jobs of which more than a share of runs fails, when nobody was told of it. */
export async function claimFailureAlert(
  sql: Sql,
  limits: { readonly percent: number; readonly runs: number; readonly minutes: number },
): Promise<readonly FailingJob[]> {
  const [row] = await sql<{ failing: readonly FailingJob[] | null }[]>`
    select private.claim_failure_alert(${limits.percent}::int, ${limits.runs}::int,
      ${limits.minutes}::int) as failing`;
  return row?.failing ?? [];
}

/** Reads the secret with which the database signs its nudges. */
export async function selectNudgeSecret(sql: Sql): Promise<string> {
  const [row] = await sql<{ secret: string }[]>`select private.outbox_secret() as secret`;
  return row?.secret ?? "";
}

/** Reads one setting. */
export async function selectSetting(sql: Sql, name: string): Promise<string | undefined> {
  const [row] = await sql<{ value: string | null }[]>`select private.setting(${name}) as value`;
  return row?.value ?? undefined;
}

/** Stores one setting. */
export async function updateSetting(sql: Sql, name: string, value: string): Promise<void> {
  await sql`select private.set_setting(${name}, ${value})`;
}
