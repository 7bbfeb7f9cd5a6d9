/** @module HTTP face of jobs for admins. */
import { IdParams, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { DeadJob, DeadJobsQuery, JobsOverview, ReplayDeadJobs, ReplayedJobs } from "./schemas.ts";
import {
  discardDeadJob,
  type JobsAdminDeps,
  listDeadJobs,
  readOverview,
  replayDeadJob,
  replayDeadJobs,
} from "./service.ts";

const tag = "operations";

function readingRoutes(deps: JobsAdminDeps): Route[] {
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
  ];
}

function deadRoutes(deps: JobsAdminDeps): Route[] {
  return [
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
    route(
      {
        method: "post",
        path: "/admin/jobs/dead/replay",
        tag,
        permission: "job.manage",
        summary: "Try the oldest work that gave up once more, at most 100 pieces at a time",
        body: ReplayDeadJobs,
        answer: ReplayedJobs,
        status: 202,
        limit: "admin",
        problems: ["not-permitted", "not-configured", "unavailable"],
      },
      ({ viewer, body }) => replayDeadJobs(deps, viewer, body),
    ),
    route(
      {
        method: "delete",
        path: "/admin/jobs/dead/{id}",
        tag,
        permission: "job.manage",
        summary: "Take work that gave up off the list",
        params: IdParams,
        limit: "admin",
        problems: ["not-permitted", "not-found"],
      },
      async ({ viewer, params }) => {
        await discardDeadJob(deps, viewer, params.id);
      },
    ),
  ];
}

/** Routes of jobs for admins. */
export function jobsAdminRoutes(deps: JobsAdminDeps): Route[] {
  return [...readingRoutes(deps), ...deadRoutes(deps)];
}
