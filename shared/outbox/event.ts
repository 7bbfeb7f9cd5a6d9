/** @module What a business event looks like on its way to its consumers, and who they are. */
import { z } from "zod";
import type { AppDeps } from "../platform/deps.ts";
import type { Sql } from "../platform/postgres.ts";

/** One event, as it was written in the transaction of its cause. */
export const OutboxEvent = z.object({
  id: z.uuid(),
  topic: z.string().regex(/^[a-z_]+\.[a-z_]+$/),
  subject_id: z.uuid(),
  actor_id: z.uuid().nullable(),
  payload: z.record(z.string(), z.unknown()),
  traceparent: z.string().nullable(),
  created_at: z.string(),
});
/** One event, as it was written in the transaction of its cause. */
export type OutboxEvent = z.output<typeof OutboxEvent>;

/** Reacts to events. Its effects and the note that it ran commit together, or not at all. */
export interface Consumer {
  /** Lower-case word: the last part of its address, and its name in the books. */
  readonly name: string;
  /** Topics it wants; `*` wants all. */
  readonly topics: readonly string[];
  /**
   * Takes its deliveries together with others of the same event: one message, one transaction. For
   * those that ask nothing but the database and are done within milliseconds.
   */
  readonly isShared?: boolean;
  /** True where the deployment leaves it nothing to do: no job is queued for it. */
  isIdle?(deps: AppDeps): boolean;
  /**
   * Handles one event within the transaction of `sql`, which row-level security does not restrict.
   * What it does outside of the database must bear being done twice.
   */
  handle(deps: AppDeps, event: OutboxEvent, sql: Sql): Promise<void>;
  /**
   * Goes on once that is committed, with no transaction open: calls to slow systems. It may happen
   * once, twice or never, so something else must notice what it did not do.
   */
  afterwards?(deps: AppDeps, event: OutboxEvent): Promise<void>;
}

/** Something that is done on a schedule. */
export interface ScheduledTask {
  /** Lower-case word: the last part of its address. */
  readonly name: string;
  /** Five fields, UTC. */
  readonly cron: string;
  /** Is also run every few seconds between: it must be cheap when there is nothing to do. */
  readonly isUrgent?: boolean;
  run(deps: AppDeps): Promise<void>;
}

/** Tells whether a consumer wants events of a topic. */
export function wants(consumer: Consumer, topic: string): boolean {
  return consumer.topics.includes(topic) || consumer.topics.includes("*");
}
