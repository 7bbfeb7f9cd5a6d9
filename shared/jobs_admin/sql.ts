/** @module Statements on the outbox and on dead work, for admins. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { DeadJob, JobsOverview, ReplayDeadJobs } from "./schemas.ts";

/** Raises `not-permitted` unless the caller may manage jobs. */
export async function requireJobManager(sql: Sql): Promise<void> {
  await sql`select private.require_permission('job.manage')`;
}

/** Counts events by what has become of them. */
export async function selectOverview(sql: Sql): Promise<Omit<JobsOverview, "consumers">> {
  const [row] = await sql<Omit<JobsOverview, "consumers">[]>`
    select coalesce(sum(q.depth) filter (where q.state = 'pending'), 0)::bigint as pending,
      coalesce(sum(q.depth) filter (where q.state = 'leased'), 0)::bigint as leased,
      coalesce(sum(q.depth) filter (where q.state = 'delayed'), 0)::bigint as delayed,
      coalesce(sum(q.depth) filter (where q.state = 'dead'), 0)::bigint as dead,
      coalesce(max(q.oldest_seconds) filter (where q.state <> 'dead'), 0)::int
        as oldest_pending_seconds,
      (select count(*) from private.outbox o
        where o.published_at > now() - interval '1 hour'
          and o.created_at > now() - interval '1 day') as published_last_hour
    from private.jobs_queue_depth q`;
  if (row === undefined) throw new Error("an aggregate has one row");
  return row;
}

/** Tells what each consumer has done of late. */
export function selectConsumers(sql: Sql) {
  return sql<JobsOverview["consumers"]>`
    select name, handled_last_hour, duplicates_last_hour, failed_last_hour, dead_last_hour,
      failure_rate, mean_seconds, p50_seconds, p99_seconds, mean_wait_seconds, last_finished_at
    from private.job_overview()`;
}

/** Reads dead work, latest first. */
export function selectDeadJobs(
  sql: Sql,
  topic: string | undefined,
  after: readonly CursorValue[] | undefined,
  limit: number,
) {
  const [lastAt = null, id = null] = after ?? [];
  return sql<DeadJob[]>`
    select id, topic, error, attempts, first_at, last_at, payload, replayed_at
    from private.dead_jobs where discarded_at is null
      and ${topic === undefined ? sql`true` : sql`topic = ${topic}`}
      and ${after === undefined ? sql`true` : sql`(last_at, id) < (${lastAt}, ${id})`}
    order by last_at desc, id desc limit ${limit}`;
}

/** Marks dead work as replayed, and reads it. */
export async function markReplayed(
  sql: Sql,
  id: string,
  by: string,
): Promise<DeadJob | undefined> {
  const [row] = await sql<DeadJob[]>`
    update private.dead_jobs set replayed_at = clock_timestamp(), replayed_by = ${by}
    where id = ${id} and discarded_at is null
    returning id, topic, error, attempts, first_at, last_at, payload, replayed_at`;
  return row;
}

/** What of dead work is meant, and was neither looked at nor came from elsewhere. */
function isMeant(sql: Sql, { ids, topic }: ReplayDeadJobs) {
  return sql`replayed_at is null and discarded_at is null
    and payload ->> 'path' ~ '^/functions/v1/jobs/[a-z_/]+$'
    and ${ids === undefined ? sql`true` : sql`id = any (${ids}::uuid[])`}
    and ${topic === undefined ? sql`true` : sql`topic = ${topic}`}`;
}

/** Marks the oldest of what is meant as replayed, and reads it. */
export function markAllReplayed(sql: Sql, meant: ReplayDeadJobs, by: string, limit: number) {
  return sql<DeadJob[]>`
    update private.dead_jobs d set replayed_at = clock_timestamp(), replayed_by = ${by}
    where d.id in (select id from private.dead_jobs where ${isMeant(sql, meant)}
      order by last_at, id limit ${limit} for update skip locked)
    returning id, topic, error, attempts, first_at, last_at, payload, replayed_at`;
}

/** Counts what is meant and still waits. */
export async function countMeant(sql: Sql, meant: ReplayDeadJobs): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) from private.dead_jobs where ${isMeant(sql, meant)}`;
  return row?.count ?? 0;
}

/** Marks dead work as of no more use; false when there is none. */
export async function markDiscarded(sql: Sql, id: string): Promise<boolean> {
  const { count } = await sql`
    update private.dead_jobs set discarded_at = clock_timestamp()
    where id = ${id} and discarded_at is null`;
  return count === 1;
}
