/** @module The job queue: hands work to QStash and knows its deliveries by their signature. */
import { Client, Receiver } from "@upstash/qstash";
import type { Config } from "../core/config.ts";
import { AppError } from "../core/errors.ts";

/** One piece of work for one consumer. */
export interface Job {
  /** Path under the public address, as in `/functions/v1/jobs/search`. */
  readonly path: string;
  readonly body: unknown;
  /** Published twice within ten minutes, it is delivered once. */
  readonly deduplicationId: string;
  readonly traceparent?: string;
  readonly delaySeconds?: number;
}

/** A delivery as it came in. */
export interface Delivery {
  readonly signature: string;
  readonly body: string;
  /** Path under the public address to which it was delivered. */
  readonly path: string;
}

/** Something that happens again and again. */
export interface Schedule {
  /** The same id replaces the schedule. */
  readonly id: string;
  /** Five fields, UTC. */
  readonly cron: string;
  readonly path: string;
}

/** Hands work over and takes it in. */
export interface JobQueue {
  /** @throws `unavailable` when the queue took none of the jobs, `not-configured` without one */
  publish(jobs: readonly Job[]): Promise<void>;
  /** Makes sure that a schedule stands. */
  schedule(schedule: Schedule): Promise<void>;
  /** Tells whether a delivery comes from the queue and is whole. */
  isGenuine(delivery: Delivery): Promise<boolean>;
}

/** Deliveries after the first. */
export const RETRIES = 4;
/** Milliseconds before a retry: 1 s, 4 s, 16 s, then a minute. */
const RETRY_DELAY = "min(60000, 1000 * pow(4, retried))";
/** Where work goes that used up its attempts. */
export const DEAD_PATH = "/functions/v1/jobs/dead";
/** Clocks of two services differ. */
const CLOCK_TOLERANCE_SECONDS = 5;

function outage(cause: unknown): AppError {
  return new AppError("unavailable", "The job queue is out of reach", { cause });
}

/** The queue of projects without one: says what to set. */
function missingQueue(): JobQueue {
  function refuse(): never {
    throw new AppError("not-configured", "Jobs need QSTASH_TOKEN and its signing keys to be set");
  }
  return { publish: refuse, schedule: refuse, isGenuine: () => Promise.resolve(false) };
}

/** Connects to the queue that the environment names. */
export function createQueue(config: Config): JobQueue {
  const { env, publicUrl } = config;
  if (env.QSTASH_TOKEN === undefined) return missingQueue();
  const client = new Client({
    token: env.QSTASH_TOKEN,
    ...(env.QSTASH_URL === undefined ? {} : { baseUrl: env.QSTASH_URL }),
    enableTelemetry: false,
  });
  const receiver = new Receiver({
    currentSigningKey: env.QSTASH_CURRENT_SIGNING_KEY ?? "",
    nextSigningKey: env.QSTASH_NEXT_SIGNING_KEY ?? "",
  });

  function messageOf(job: Job) {
    return {
      url: `${publicUrl}${job.path}`,
      body: job.body,
      deduplicationId: job.deduplicationId,
      retries: RETRIES,
      retryDelay: RETRY_DELAY,
      failureCallback: `${publicUrl}${DEAD_PATH}`,
      ...(job.delaySeconds === undefined ? {} : { delay: job.delaySeconds }),
      ...(job.traceparent === undefined ? {} : { headers: { traceparent: job.traceparent } }),
    };
  }

  return {
    async publish(jobs) {
      if (jobs.length === 0) return;
      try {
        await client.batchJSON(jobs.map(messageOf));
      } catch (cause) {
        throw outage(cause);
      }
    },
    async schedule({ id, cron, path }) {
      try {
        await client.schedules.create({
          scheduleId: id,
          cron,
          destination: `${publicUrl}${path}`,
          retries: 0,
        });
      } catch (cause) {
        throw outage(cause);
      }
    },
    async isGenuine({ signature, body, path }) {
      try {
        return await receiver.verify({
          signature,
          body,
          url: `${publicUrl}${path}`,
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
        });
      } catch {
        // The library tells every kind of bad signature by throwing.
        return false;
      }
    },
  };
}
