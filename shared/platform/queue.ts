/** @module The job queue: hands work to QStash and knows its deliveries by their signature. */
import { Client, QstashError, Receiver, type VerifyRequest } from "@upstash/qstash";
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

/** A schedule as the queue has it. */
export interface StandingSchedule {
  readonly id: string;
  readonly cron: string;
  readonly destination: string;
}

/** A message of ours that the queue gave up. */
export interface DeadLetter {
  readonly messageId: string;
  /** Path under the public address to which it was to go. */
  readonly path: string;
  readonly body: string;
  /** What the last attempt was answered. */
  readonly status: number | undefined;
  readonly answer: string;
  readonly attempts: number;
  readonly createdAt: Date;
}

/** The queue does not take this job, and will not the next time. */
export class JobRefused extends Error {
  override readonly name = "JobRefused";
}

/** Hands work over and takes it in. */
export interface JobQueue {
  /**
   * @throws `unavailable` when the queue took none of the jobs, `not-configured` without one
   * @throws JobRefused when one of the jobs is at fault; none was taken
   */
  publish(jobs: readonly Job[]): Promise<void>;
  /** Makes sure that a schedule stands. */
  schedule(schedule: Schedule): Promise<void>;
  /** Schedules that call an address. */
  listSchedules(address: string): Promise<StandingSchedule[]>;
  /** Ends a schedule; one that is gone is no failure. */
  unschedule(id: string): Promise<void>;
  /** One page of what the queue gave up, newest first. */
  listDead(cursor?: string): Promise<{ letters: DeadLetter[]; next?: string }>;
  /** Why a delivery does not come from the queue, or not whole; undefined when it does. */
  refusalOf(delivery: Delivery): Promise<string | undefined>;
}

/** Deliveries after the first. */
export const RETRIES = 4;
/** Milliseconds before a retry: 1 s, 4 s, 16 s, then a minute. */
const RETRY_DELAY = "min(60000, 1000 * pow(4, retried))";
/** Where work goes that used up its attempts. */
export const DEAD_PATH = "/functions/v1/jobs/dead";
/** Clocks of two services differ. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** The outbox waits and tries again by itself: nobody should be kept waiting here. */
const CONNECT_RETRIES = { retries: 1, backoff: () => 200 };
/** How long the queue may take to answer: less than the lease on what is being published. */
const ANSWER_TIMEOUT_MS = 15_000;

function outage(cause: unknown): AppError {
  return new AppError("unavailable", "The job queue is out of reach", { cause });
}

/** The queue of projects without one: says what to set. */
function missingQueue(): JobQueue {
  function refuse(): never {
    throw new AppError("not-configured", "Jobs need QSTASH_TOKEN and its signing keys to be set");
  }
  return {
    publish: refuse,
    schedule: refuse,
    listSchedules: refuse,
    unschedule: refuse,
    listDead: refuse,
    refusalOf: () => Promise.resolve("The signing keys are not set"),
  };
}

/** Statuses by which the queue blames the message and not the moment. */
const REFUSALS: readonly (number | undefined)[] = [400, 413, 422];
const NOT_FOUND = 404;
/** Dead letters of one page. */
const DEAD_PAGE_SIZE = 100;
/** Status by which a receiver gives a message up at once. */
const NON_RETRYABLE_STATUS = 489;

function failureOf(cause: unknown): Error {
  return cause instanceof QstashError && REFUSALS.includes(cause.status)
    ? new JobRefused(cause.message, { cause })
    : outage(cause);
}

function textOf(text: string | undefined, base64: string | undefined): string {
  if (text !== undefined || base64 === undefined) return text ?? "";
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
}

type DeadMessage = Awaited<ReturnType<Client["dlq"]["listMessages"]>>["messages"][number];

function letterOf(message: DeadMessage, publicUrl: string): DeadLetter {
  const { responseStatus: status, maxRetries = 0 } = message;
  return {
    messageId: message.messageId,
    path: message.url.slice(publicUrl.length),
    body: textOf(message.body, message.bodyBase64),
    status,
    answer: textOf(message.responseBody, message.responseBodyBase64),
    attempts: status === NON_RETRYABLE_STATUS ? 1 : maxRetries + 1,
    createdAt: new Date(message.createdAt),
  };
}

/** The client has no timeout of its own: a queue that never answers would stop a relay for good. */
async function answered<T>(call: Promise<T>, timeoutMs: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`no answer within ${timeoutMs} ms`)),
    timeoutMs,
  );
  try {
    return await Promise.race([call, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** What looks after the queue itself, through its official client. */
function upkeepOf(client: Client, publicUrl: string, timeoutMs: number) {
  return {
    async listSchedules(address: string) {
      try {
        const all = await answered(client.schedules.list(), timeoutMs);
        return all.filter(({ destination }) => destination.startsWith(`${address}/`))
          .map(({ scheduleId: id, cron, destination }) => ({ id, cron, destination }));
      } catch (cause) {
        throw outage(cause);
      }
    },
    async unschedule(id: string) {
      try {
        await answered(client.schedules.delete(id), timeoutMs);
      } catch (cause) {
        if (cause instanceof QstashError && cause.status === NOT_FOUND) return;
        throw outage(cause);
      }
    },
    async listDead(cursor?: string) {
      try {
        const wanted = { count: DEAD_PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) };
        const page = await answered(client.dlq.listMessages(wanted), timeoutMs);
        const letters = page.messages.filter(({ url }) => url.startsWith(`${publicUrl}/`))
          .map((message) => letterOf(message, publicUrl));
        return { letters, ...(page.cursor === undefined ? {} : { next: page.cursor }) };
      } catch (cause) {
        throw outage(cause);
      }
    },
  };
}

/** What the library says of a signature by another key. */
const WRONG_KEY = "signature verification failed";

/** Why a delivery is not signed by a key; both at once would tell of the second alone. */
async function refusalBy(key: string, delivery: VerifyRequest): Promise<string | undefined> {
  try {
    await new Receiver({ currentSigningKey: key, nextSigningKey: key }).verify(delivery);
    return undefined;
  } catch (error) {
    // The library tells every kind of bad signature by throwing.
    return error instanceof Error ? error.message : "unknown";
  }
}

/** Connects to the queue that the environment names. */
export function createQueue(config: Config, timeoutMs = ANSWER_TIMEOUT_MS): JobQueue {
  const { env, publicUrl } = config;
  if (env.QSTASH_TOKEN === undefined) return missingQueue();
  const client = new Client({
    token: env.QSTASH_TOKEN,
    ...(env.QSTASH_URL === undefined ? {} : { baseUrl: env.QSTASH_URL }),
    enableTelemetry: false,
    retry: CONNECT_RETRIES,
  });
  const keys = [env.QSTASH_CURRENT_SIGNING_KEY ?? "", env.QSTASH_NEXT_SIGNING_KEY ?? ""] as const;

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
    ...upkeepOf(client, publicUrl, timeoutMs),
    async publish(jobs) {
      if (jobs.length === 0) return;
      try {
        await answered(client.batchJSON(jobs.map(messageOf)), timeoutMs);
      } catch (cause) {
        throw failureOf(cause);
      }
    },
    async schedule({ id, cron, path }) {
      try {
        const schedule = {
          scheduleId: id,
          cron,
          destination: `${publicUrl}${path}`,
          retries: 0,
        };
        await answered(client.schedules.create(schedule), timeoutMs);
      } catch (cause) {
        throw outage(cause);
      }
    },
    async refusalOf({ signature, body, path }) {
      const url = `${publicUrl}${path}`;
      const delivery = { signature, body, url, clockTolerance: CLOCK_TOLERANCE_SECONDS };
      const reasons: string[] = [];
      for (const key of keys) {
        const reason = await refusalBy(key, delivery);
        if (reason === undefined) return undefined;
        reasons.push(reason);
      }
      // A key that is not the right one says only that.
      return reasons.find((reason) => reason !== WRONG_KEY) ?? WRONG_KEY;
    },
  };
}
