/** @module Statements of /metrics. */
import type { Series } from "../core/metrics.ts";
import type { Sql } from "../platform/postgres.ts";
import type { Fact, JobDuration } from "./rules.ts";

/** Makes the measurements that are due. */
export function refreshMetrics(sql: Sql) {
  return sql`select private.refresh_metrics()`;
}

/** What all processes have recorded. */
export function selectTotals(sql: Sql) {
  return sql<Series[]>`select name, labels, counts, total from private.metric_totals()`;
}

/** What the database knows by itself. */
export function selectFacts(sql: Sql) {
  return sql<Fact[]>`select name, labels, value from private.metric_facts()`;
}

/** How long jobs ran. */
export function selectJobDurations(sql: Sql) {
  return sql<JobDuration[]>`
    select job, le, runs_below, runs, seconds from private.jobs_durations`;
}

/** Raises `not-permitted` unless the caller may look after jobs. */
export function requireOperator(sql: Sql) {
  return sql`select private.require_permission('job.manage')`;
}
