/** @module What the sockets, channels and requests of one server share. */
import type { Sql } from "postgres";
import type { JwtKeys } from "../jwt.ts";
import type { Changes } from "./changes.ts";
import type { Hub } from "./hub.ts";
import { RateCounter, type RealtimeLimits } from "./limits.ts";

/** Waiting times of one server. */
export interface RealtimeTimings {
  /** Pause before a refused join is answered, so that clients do not hammer. */
  readonly joinErrorDelayMs: number;
  /** Pause before a refused connection is answered. */
  readonly connectErrorDelayMs: number;
  /** A socket that sends nothing for so long is closed. */
  readonly idleTimeoutMs: number;
}

/** Rates of the whole project. */
export interface Rates {
  readonly messages: RateCounter;
  readonly joins: RateCounter;
  readonly presence: RateCounter;
}

/** What the parts of one server share. */
export interface Environment {
  readonly sql: Sql;
  readonly jwt: JwtKeys;
  readonly hub: Hub;
  readonly limits: RealtimeLimits;
  readonly timings: RealtimeTimings;
  readonly rates: Rates;
  readonly changes: Changes;
  /** Whether messages of the database are flowing. */
  readonly feedReady: () => boolean;
}

/** Counters for a project's limits. */
export function createRates(limits: RealtimeLimits): Rates {
  return {
    messages: new RateCounter(limits.messagesPerSecond),
    joins: new RateCounter(limits.joinsPerSecond),
    presence: new RateCounter(limits.presencePerSecond),
  };
}
