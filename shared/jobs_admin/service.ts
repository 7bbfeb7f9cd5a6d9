/** @module What admins see of jobs, and the way back for work that gave up. */
import { AppError } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type Person, viewerKey } from "../platform/postgres.ts";
import { ReplayPayload } from "./schemas.ts";
import {
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
export async function listDeadJobs(deps: JobsAdminDeps, viewer: Person, query: ListQuery) {
  await deps.db.asViewer(viewer, requireJobManager);
  const scope = { list: "dead_jobs", viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.asService(
    "dead work belongs to nobody",
    (sql) => selectDeadJobs(sql, after, query.limit + 1),
  );
  return deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [row.last_at, row.id],
  });
}

/** Hands dead work to the queue again; the books on runs keep its effects single. */
export async function replayDeadJob(deps: JobsAdminDeps, viewer: Person, id: string) {
  await deps.db.asViewer(viewer, requireJobManager);
  return await deps.db.asService("dead work belongs to nobody", async (sql) => {
    const job = await markReplayed(sql, id, viewer.userId);
    if (job === undefined) throw new AppError("not-found", "There is no such job");
    const payload = ReplayPayload.safeParse(job.payload);
    if (!payload.success) {
      throw new AppError("not-supported", "Work that did not come from the outbox is not replayed");
    }
    // Before the commit: when the queue is away, nothing is marked.
    await deps.queue.publish([{
      path: payload.data.path,
      body: payload.data.body,
      deduplicationId: `replay-${job.id}-${job.replayed_at}`,
    }]);
    return job;
  });
}
