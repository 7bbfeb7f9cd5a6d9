/** @module HTTP face of jobs for admins. */
import { IdParams, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { DeadJob, DeadJobsQuery, JobsOverview } from "./schemas.ts";
import { type JobsAdminDeps, listDeadJobs, readOverview, replayDeadJob } from "./service.ts";

const tag = "operations";

/** Routes of jobs for admins. */
export function jobsAdminRoutes(deps: JobsAdminDeps): Route[] {
  return [
    route(
      {
        method: "get",
        path: "/admin/jobs",
        tag,
        permission: "job.manage",
        summary: "Read how the outbox and its consumers are",
        answer: JobsOverview,
        etag: false,
        problems: ["not-permitted"],
      },
      ({ viewer }) => readOverview(deps, viewer),
    ),
    route(
      {
        method: "get",
        path: "/admin/jobs/dead",
        tag,
        permission: "job.manage",
        summary: "List work that gave up, latest first",
        query: DeadJobsQuery,
        answer: pageOf(DeadJob),
        problems: ["not-permitted"],
      },
      ({ viewer, query }) => listDeadJobs(deps, viewer, query),
    ),
    route(
      {
        method: "post",
        path: "/admin/jobs/dead/{id}/replay",
        tag,
        permission: "job.manage",
        summary: "Try work that gave up once more",
        params: IdParams,
        answer: DeadJob,
        status: 202,
        limit: "admin",
        problems: ["not-permitted", "not-found", "not-supported", "not-configured", "unavailable"],
      },
      ({ viewer, params }) => replayDeadJob(deps, viewer, params.id),
    ),
  ];
}
