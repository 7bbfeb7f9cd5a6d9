/** @module Shapes of what admins see of jobs. */
import { z } from "zod";
import { Id, ListQuery, Time } from "../core/shapes.ts";

/** How the outbox and its consumers are. */
export const JobsOverview = z.object({
  pending: z.number().int(),
  leased: z.number().int(),
  delayed: z.number().int(),
  published_last_hour: z.number().int(),
  oldest_pending_seconds: z.number().int(),
  dead: z.number().int(),
  consumers: z.array(z.object({
    name: z.string(),
    handled_last_hour: z.number().int(),
    duplicates_last_hour: z.number().int(),
    failed_last_hour: z.number().int(),
    dead_last_hour: z.number().int(),
    failure_rate: z.number(),
    mean_seconds: z.number().nullable(),
    p50_seconds: z.number().nullable(),
    p99_seconds: z.number().nullable(),
    mean_wait_seconds: z.number().nullable(),
    last_finished_at: Time.nullable(),
  })),
}).meta({ id: "JobsOverview" });
/** How the outbox and its consumers are. */
export type JobsOverview = z.output<typeof JobsOverview>;

/** Work that gave up. */
export const DeadJob = z.object({
  id: Id,
  topic: z.string(),
  error: z.string(),
  attempts: z.number().int(),
  first_at: Time,
  last_at: Time,
  payload: z.unknown(),
  replayed_at: Time.nullable(),
}).meta({ id: "DeadJob" });
/** Work that gave up. */
export type DeadJob = z.output<typeof DeadJob>;

const Topic = z.string().regex(/^[a-z_]{1,60}\.[a-z_]{1,60}$/);

/** Query of the list. */
export const DeadJobsQuery = ListQuery.extend({ topic: Topic.optional() });
/** Query of the list. */
export type DeadJobsQuery = z.output<typeof DeadJobsQuery>;

/** The most that one request replays. */
export const REPLAY_MAX = 100;

/** What is to be tried once more: the oldest that nobody has looked at. */
export const ReplayDeadJobs = z.object({
  ids: z.array(Id).min(1).max(REPLAY_MAX).optional(),
  topic: Topic.optional(),
}).refine(({ ids, topic }) => ids !== undefined || topic !== undefined, {
  path: ["topic"],
  message: "Name ids or a topic",
});
/** What is to be tried once more. */
export type ReplayDeadJobs = z.output<typeof ReplayDeadJobs>;

/** How many were handed over, and how many of the kind are left. */
export const ReplayedJobs = z.object({
  replayed: z.number().int(),
  remaining: z.number().int(),
}).meta({ id: "ReplayedJobs" });

/** What is needed to publish dead work again. */
export const ReplayPayload = z.object({
  path: z.string().regex(/^\/functions\/v1\/jobs\/[a-z_/]+$/),
  body: z.unknown(),
});
