/**
 * @module Outbox: every business event is a row written with its cause, and reaches each consumer
 * at least once, with effects that happen exactly once. Owns private.outbox, private.job_runs and
 * private.dead_jobs.
 */
export type { Consumer, OutboxEvent, ScheduledTask } from "./event.ts";
export { createRelay, type Relay } from "./relay.ts";
