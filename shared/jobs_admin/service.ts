/** @module What admins see of jobs, and the way back for work that gave up. */
import { AppError } from "../core/errors.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type Person, viewerKey } from "../platform/postgres.ts";
import {
  type DeadJob,
  type DeadJobsQuery,
  REPLAY_MAX,
  type ReplayDeadJobs,
  ReplayPayload,
} from "./schemas.ts";
import {
  countMeant,
  markAllReplayed,
  markDiscarded,
  markReplayed,
  requireJobManager,
  selectConsumers,
  selectDeadJobs,
  selectOverview,
} from "./sql.ts";

/** What this needs. */
export type JobsAdminDeps = Pick<AppDeps, "db" | "cursors" | "queue">;

/** Tells how jobs are. */
export async function readOverview(deps: JobsAdminDeps, viewer: Person) {
  await deps.db.asViewer(viewer, requireJobManager);
  return await deps.db.asService("the books on jobs are closed to clients", async (sql) => ({
    ...await selectOverview(sql),
    consumers: [...await selectConsumers(sql)],
  }));
}

/** Lists work that gave up, latest first. */
export async function listDeadJobs(deps: JobsAdminDeps, viewer: Person, query: DeadJobsQuery) {
  await deps.db.asViewer(viewer, requireJobManager);
  const scope = { list: `dead_jobs ${query.topic ?? ""}`, viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.asService(
    "dead work belongs to nobody",
    (sql) => selectDeadJobs(sql, query.topic, after, query.limit + 1),
  );
  return deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [row.last_at, row.id],
  });
}

function jobOf(job: DeadJob) {
  const payload = ReplayPayload.safeParse(job.payload);
  if (!payload.success) {
    throw new AppError("not-supported", "Work that did not come from the outbox is not replayed");
  }
  const { path, body } = payload.data;
  return { path, body, deduplicationId: `replay-${job.id}-${job.replayed_at}` };
}

/** Hands dead work to the queue again; the books on runs keep its effects single. */
export async function replayDeadJob(deps: JobsAdminDeps, viewer: Person, id: string) {
  await deps.db.asViewer(viewer, requireJobManager);
  return await deps.db.asService("dead work belongs to nobody", async (sql) => {
    const job = await markReplayed(sql, id, viewer.userId);
    if (job === undefined) throw new AppError("not-found", "There is no such job");
    // Before the commit: when the queue is away, nothing is marked.
    await deps.queue.publish([jobOf(job)]);
    return job;
  });
}

/** Hands the oldest of what is meant to the queue again, a bounded number at a time. */
export async function replayDeadJobs(deps: JobsAdminDeps, viewer: Person, meant: ReplayDeadJobs) {
  await deps.db.asViewer(viewer, requireJobManager);
  return await deps.db.asService("dead work belongs to nobody", async (sql) => {
    const jobs = await markAllReplayed(sql, meant, viewer.userId, REPLAY_MAX);
    await deps.queue.publish(jobs.map(jobOf));
    return { replayed: jobs.length, remaining: await countMeant(sql, meant) };
  });
}

/** Takes dead work off the list for good. */
export async function discardDeadJob(deps: JobsAdminDeps, viewer: Person, id: string) {
  await deps.db.asViewer(viewer, requireJobManager);
  const isGone = await deps.db.asService(
    "dead work belongs to nobody",
    (sql) => markDiscarded(sql, id),
  );
  if (!isGone) throw new AppError("not-found", "There is no such job");
}
