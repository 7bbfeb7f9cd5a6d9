/** @module Shapes of what admins see of jobs. */
import { z } from "zod";
import { Id, ListQuery, Time } from "../core/shapes.ts";

/** How the outbox and its consumers are. */
export const JobsOverview = z.object({
  pending: z.number().int(),
  leased: z.number().int(),
  published_last_hour: z.number().int(),
  oldest_pending_seconds: z.number().int(),
  dead: z.number().int(),
  consumers: z.array(z.object({
    name: z.string(),
    handled_last_hour: z.number().int(),
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

/** Query of the list. */
export const DeadJobsQuery = ListQuery;

/** What is needed to publish dead work again. */
export const ReplayPayload = z.object({
  path: z.string().regex(/^\/functions\/v1\/jobs\/[a-z_/]+$/),
  body: z.unknown(),
});
