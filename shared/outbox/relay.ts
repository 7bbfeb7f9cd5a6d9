/** @module Carries events from the outbox to the queue, as jobs of the consumers that want them. */
import type { AppDeps } from "../platform/deps.ts";
import { type Job, JobRefused } from "../platform/queue.ts";
import { type Consumer, type OutboxEvent, wants } from "./event.ts";
import {
  type ClaimedEvent,
  claimEvents,
  insertDeadJob,
  markPublished,
  releaseEvents,
} from "./sql.ts";

/** What the relay needs. */
export type RelayDeps = Pick<AppDeps, "db" | "queue" | "log">;

/** Carries what is due. */
export interface Relay {
  /** Publishes due events and counts them; calls during a run make it look once more. */
  drain(): Promise<number>;
}

/** Name under which those consumers are called together that share their deliveries. */
export const SHARED = "shared";
/** Where deliveries of a consumer go. */
export const JOBS_PATH = "/functions/v1/jobs";
/** Events that are leased at a time. */
const BATCH_SIZE = 100;
/** Batches of one run: a backlog is shared with the next run. */
const BATCHES_MAX = 50;

/** The job that has a receiver handle an event. */
export function jobOf(event: OutboxEvent, receiver: string): Job {
  return {
    path: `${JOBS_PATH}/${receiver}`,
    body: event,
    deduplicationId: `${event.id}-${receiver}`,
    ...(event.traceparent === null ? {} : { traceparent: event.traceparent }),
  };
}

function jobsOf(claimed: ClaimedEvent, consumers: readonly Consumer[]): Job[] {
  const { attempts: _attempts, delay_seconds: delaySeconds, ...event } = claimed;
  const wanting = consumers.filter((consumer) => wants(consumer, event.topic));
  const sharing = wanting.filter(({ isShared }) => isShared === true);
  const receivers = sharing.length < 2
    ? wanting
    : [{ name: SHARED }, ...wanting.filter((consumer) => !sharing.includes(consumer))];
  return receivers.map(({ name }) => ({
    ...jobOf(event, name),
    ...(delaySeconds === null || delaySeconds === 0 ? {} : { delaySeconds }),
  }));
}

/** Keeps an event that the queue will never take, so that those after it go on. */
async function bury(deps: RelayDeps, event: ClaimedEvent, jobs: readonly Job[], reason: string) {
  deps.log.error("event refused by the queue", { event: event.id, topic: event.topic });
  await deps.db.asService("the outbox belongs to nobody", async (sql) => {
    for (const { path, body, deduplicationId } of jobs) {
      await insertDeadJob(sql, {
        messageId: deduplicationId,
        topic: event.topic,
        error: `refused by the queue: ${reason}`,
        attempts: event.attempts,
        firstAt: new Date(event.created_at),
        payload: { path, body },
      });
    }
    await markPublished(sql, [event.id]);
  });
}

async function release(deps: RelayDeps, ids: readonly string[], error: unknown): Promise<void> {
  deps.log.warn("events could not be published", { count: ids.length, error });
  const reason = error instanceof Error ? error.message : "unknown";
  await deps.db.asService("the outbox belongs to nobody", (sql) => releaseEvents(sql, ids, reason));
}

/**
 * Publishes leased events in their order and counts those that are done with; fewer than were given
 * means that the queue is away. A batch that the queue refuses for what is in it is halved until
 * the one at fault stands alone.
 */
async function publishEvents(
  deps: RelayDeps,
  consumers: readonly Consumer[],
  events: readonly ClaimedEvent[],
): Promise<number> {
  const ids = events.map((event) => event.id);
  const jobs = events.flatMap((event) => jobsOf(event, consumers));
  try {
    await deps.queue.publish(jobs);
  } catch (error) {
    const [only, ...others] = events;
    if (!(error instanceof JobRefused) || only === undefined) {
      await release(deps, ids, error);
      return 0;
    }
    if (others.length === 0) {
      await bury(deps, only, jobs, error.message);
      return 1;
    }
    const half = Math.ceil(events.length / 2);
    const first = await publishEvents(deps, consumers, events.slice(0, half));
    if (first === half) return half + await publishEvents(deps, consumers, events.slice(half));
    // What comes later in line must not leave before what has to wait.
    await release(deps, ids.slice(half), new Error("those before it could not be published"));
    return first;
  }
  // A crash right here publishes the events again: the queue and the consumers' books absorb it.
  await deps.db.asServiceOnce("the outbox belongs to nobody", (sql) => markPublished(sql, ids));
  return events.length;
}

async function publishBatch(deps: RelayDeps, consumers: readonly Consumer[]): Promise<number> {
  const events = await deps.db.asServiceOnce(
    "the outbox belongs to nobody",
    (sql) => claimEvents(sql, BATCH_SIZE),
  );
  return events.length === 0 ? 0 : await publishEvents(deps, consumers, events);
}

async function publishDue(deps: RelayDeps, consumers: readonly Consumer[]): Promise<number> {
  let total = 0;
  for (let batch = 0; batch < BATCHES_MAX; batch++) {
    const published = await publishBatch(deps, consumers);
    total += published;
    if (published < BATCH_SIZE) break;
  }
  return total;
}

/** Makes the relay of a process. */
export function createRelay(deps: RelayDeps, consumers: readonly Consumer[]): Relay {
  let running: Promise<number> | undefined;
  let next: Promise<number> | undefined;

  function start(): Promise<number> {
    const run = publishDue(deps, consumers).finally(() => {
      if (running === run) running = undefined;
    });
    running = run;
    return run;
  }

  function startNext(): Promise<number> {
    next = undefined;
    return start();
  }

  return {
    drain() {
      if (running === undefined) return start();
      // An event written after the running look may not be seen by it.
      next ??= running.then(startNext, startNext);
      return next;
    },
  };
}
