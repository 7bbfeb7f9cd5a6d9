/** @module Statements on the outbox and on dead work, for admins. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { DeadJob, JobsOverview } from "./schemas.ts";

/** Raises `not-permitted` unless the caller may manage jobs. */
export async function requireJobManager(sql: Sql): Promise<void> {
  await sql`select private.require_permission('job.manage')`;
}

/** Counts events by what has become of them. */
export async function selectOverview(sql: Sql): Promise<Omit<JobsOverview, "consumers">> {
  const [row] = await sql<Omit<JobsOverview, "consumers">[]>`
    select
      count(*) filter (where published_at is null and locked_until is null) as pending,
      count(*) filter (where published_at is null and locked_until is not null) as leased,
      count(*) filter (where published_at > now() - interval '1 hour') as published_last_hour,
      coalesce(extract(epoch from now() - min(created_at)
        filter (where published_at is null))::int, 0) as oldest_pending_seconds,
      (select count(*) from private.dead_jobs where replayed_at is null) as dead
    from private.outbox
    where published_at is null or created_at > now() - interval '1 day'`;
  if (row === undefined) throw new Error("an aggregate has one row");
  return row;
}

/** Tells what each consumer has done of late. */
export function selectConsumers(sql: Sql) {
  return sql<JobsOverview["consumers"]>`
    select consumer as name,
      count(*) filter (where finished_at > now() - interval '1 hour') as handled_last_hour,
      max(finished_at) as last_finished_at
    from private.job_runs where started_at > now() - interval '1 day'
    group by consumer order by consumer`;
}

/** Reads dead work, latest first. */
export function selectDeadJobs(
  sql: Sql,
  after: readonly CursorValue[] | undefined,
  limit: number,
) {
  const [lastAt = null, id = null] = after ?? [];
  return sql<DeadJob[]>`
    select id, topic, error, attempts, first_at, last_at, payload, replayed_at
    from private.dead_jobs
    ${after === undefined ? sql`` : sql`where (last_at, id) < (${lastAt}, ${id})`}
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
    where id = ${id}
    returning id, topic, error, attempts, first_at, last_at, payload, replayed_at`;
  return row;
}
