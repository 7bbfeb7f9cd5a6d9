/** @module Limits of requests per address: sliding buckets in memory, of bounded number. */
import { AuthError } from "./errors.ts";
import type { AuthRateLimits } from "./settings.ts";

/** Which bucket a request draws from. */
export type LimitName =
  | "anonymous"
  | "email"
  | "magiclink"
  | "otp"
  | "password"
  | "recover"
  | "resend"
  | "signup"
  | "token"
  | "user"
  | "verify";

/** Buckets of all addresses. */
export interface RateLimits {
  /** Takes one request. @throws 429 when the bucket of that address is empty */
  take(name: LimitName, address: string): void;
}

interface Bucket {
  level: number;
  readAt: number;
}

const FIVE_MINUTES_MS = 5 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;
/** Beyond it the addresses that were seen longest ago are forgotten. */
const MAX_BUCKETS = 20_000;

function allowance(name: LimitName, limits: AuthRateLimits): { count: number; windowMs: number } {
  switch (name) {
    case "anonymous":
      return { count: limits.anonymousUsers, windowMs: HOUR_MS };
    case "email":
      return { count: limits.emailSent ?? Infinity, windowMs: HOUR_MS };
    case "token":
      return { count: limits.tokenRefresh, windowMs: FIVE_MINUTES_MS };
    case "verify":
      return { count: limits.tokenVerifications, windowMs: FIVE_MINUTES_MS };
    default:
      return { count: limits.signInSignUps, windowMs: FIVE_MINUTES_MS };
  }
}

/** Makes the buckets of one service. */
export function createRateLimits(limits: AuthRateLimits, now: () => number): RateLimits {
  const buckets = new Map<string, Bucket>();
  return {
    take(name, address) {
      const { count, windowMs } = allowance(name, limits);
      if (count === Infinity) return;
      const key = `${name} ${address}`;
      const time = now();
      const old = buckets.get(key);
      const refilled = old === undefined
        ? count
        : Math.min(count, old.level + (time - old.readAt) * count / windowMs);
      // Deleting first keeps the map in the order of last use, so that the first entry is oldest.
      buckets.delete(key);
      const allowed = refilled >= 1;
      buckets.set(key, { level: allowed ? refilled - 1 : refilled, readAt: time });
      if (buckets.size > MAX_BUCKETS) {
        for (const [oldest] of buckets) {
          buckets.delete(oldest);
          break;
        }
      }
      if (allowed) return;
      if (name === "email") {
        throw new AuthError(429, "over_email_send_rate_limit", "email rate limit exceeded");
      }
      throw new AuthError(429, "over_request_rate_limit", "Request rate limit reached");
    },
  };
}
