/** @module The loop that delivers: claims what is due, sends it, sleeps until there is more. */
import {
  claimDue,
  type ClaimedMessage,
  LEASE_MS,
  nextDue,
  releaseLease,
  renewLeases,
} from "./claim.ts";
import type { QstashContext } from "./context.ts";
import { attemptDelivery } from "./delivery.ts";
import { recordOutcome } from "./outcome.ts";
import { fireSchedules } from "./schedules.ts";

/** Deliveries under way at once; also what `GET /v2/globalParallelism` names. */
export const MAX_PARALLEL_DELIVERIES = 20;
/** Looks at the tables at least this often, should a notification ever be lost. */
const MAX_SLEEP_MS = 10_000;
/** Pause after a failure of the database, before it is asked again. */
const ERROR_PAUSE_MS = 1000;
const MAINTENANCE_MS = 60_000;
/** Events kept, as the hosted service keeps them. */
const MAX_EVENTS = 10_000;

/** Delivers messages until it is stopped. */
export class Dispatcher {
  readonly #context: QstashContext;
  readonly #inFlight = new Map<string, { token: string; done: Promise<void> }>();
  readonly #shutdown = new AbortController();
  #dirty = false;
  #interrupt: (() => void) | undefined;
  #loop: Promise<void> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #maintainedAt = 0;

  constructor(context: QstashContext) {
    this.#context = context;
  }

  /** Starts delivering. */
  start(): void {
    this.#heartbeat = setInterval(() => void this.#renew(), LEASE_MS / 3);
    this.#loop = this.#run();
  }

  /** Makes the loop look again; calls that come while it looks are not lost. */
  wake(): void {
    this.#dirty = true;
    this.#interrupt?.();
  }

  /** Ends the loop; deliveries that are under way are given back for the next server. */
  async stop(): Promise<void> {
    this.#shutdown.abort();
    this.wake();
    clearInterval(this.#heartbeat);
    await this.#loop;
    await Promise.all([...this.#inFlight.values()].map(({ done }) => done));
  }

  async #run(): Promise<void> {
    while (!this.#shutdown.signal.aborted) {
      this.#dirty = false;
      let sleep: number;
      try {
        sleep = await this.#pass();
      } catch (error) {
        console.error("message service:", error instanceof Error ? error.message : error);
        sleep = ERROR_PAUSE_MS;
      }
      if (!this.#dirty && sleep > 0) await this.#sleep(sleep);
    }
  }

  /** One look at the tables; gives the milliseconds until the next. */
  async #pass(): Promise<number> {
    const now = this.#context.now();
    const limit = MAX_PARALLEL_DELIVERIES - this.#inFlight.size;
    if (limit <= 0) return MAX_SLEEP_MS;
    const inFlight = [...this.#inFlight.keys()];
    const claimed = await claimDue(this.#context, { now, limit, inFlight });
    for (const message of claimed) this.#deliver(message);
    const next = await nextDue(this.#context, now);
    if (next.scheduleDue) {
      await fireSchedules(this.#context);
      return 0;
    }
    await this.#maintain(now);
    if (next.at === undefined) return MAX_SLEEP_MS;
    return Math.min(MAX_SLEEP_MS, Math.max(1, next.at.getTime() - this.#context.now().getTime()));
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #deliver(message: ClaimedMessage): void {
    const done = this.#attempt(message)
      .catch((error: unknown) => {
        // The lease runs out and the message is delivered again: at least once is kept.
        console.error("message service:", error instanceof Error ? error.message : error);
      })
      .finally(() => {
        this.#inFlight.delete(message.id);
        this.wake();
      });
    this.#inFlight.set(message.id, { token: message.lease_token, done });
  }

  async #attempt(message: ClaimedMessage): Promise<void> {
    let attempt;
    try {
      attempt = await attemptDelivery(this.#context, message, this.#shutdown.signal);
    } catch (error) {
      if (!this.#shutdown.signal.aborted) throw error;
      await releaseLease(this.#context, message.lease_token);
      return;
    }
    await recordOutcome(this.#context, message, attempt);
  }

  async #renew(): Promise<void> {
    try {
      await renewLeases(this.#context, [...this.#inFlight.values()].map(({ token }) => token));
    } catch (error) {
      console.error("message service:", error instanceof Error ? error.message : error);
    }
  }

  async #maintain(now: Date): Promise<void> {
    if (now.getTime() - this.#maintainedAt < MAINTENANCE_MS) return;
    this.#maintainedAt = now.getTime();
    const { sql } = this.#context;
    await sql`delete from qstash.dedup where expires_at <= ${now}`;
    await sql`delete from qstash.dlq where expires_at <= ${now}`;
    await sql`delete from qstash.events
      where id <= (select max(id) from qstash.events) - ${MAX_EVENTS}`;
  }
}
