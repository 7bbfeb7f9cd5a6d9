/** @module When a failed delivery is tried again. */
import { parseDuration } from "./duration.ts";
import { evaluateRetryDelay, ExpressionError } from "./expression.ts";

/** No wait between two attempts is longer than this. */
export const MAX_RETRY_DELAY_MS = 86_400_000;

/** Headers by which a destination may ask for a wait, most specific last. */
const WAIT_HEADERS = [
  "retry-after",
  "x-ratelimit-reset",
  "x-ratelimit-reset-requests",
  "x-ratelimit-reset-tokens",
] as const;

/** The service's own backoff before retry n (from 1): e^(2.5 n) seconds, at most a day. */
export function defaultBackoff(retry: number): number {
  return Math.min(MAX_RETRY_DELAY_MS, Math.round(Math.exp(2.5 * retry)) * 1000);
}

function parseWait(value: string, now: Date): number | undefined {
  const duration = parseDuration(value);
  if (duration !== undefined) return duration;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

/** The wait a response asks for, at most a day; undefined when it asks for none. */
export function requestedWait(headers: Headers, now: Date): number | undefined {
  for (const name of WAIT_HEADERS) {
    const value = headers.get(name);
    const wait = value === null ? undefined : parseWait(value, now);
    if (wait !== undefined) return Math.min(wait, MAX_RETRY_DELAY_MS);
  }
  return undefined;
}

/**
 * The wait before the next attempt in milliseconds.
 *
 * @param retried retries that were made already
 */
export function retryDelay(
  input: {
    readonly headers: Headers | undefined;
    readonly expression: string | undefined;
    readonly retried: number;
    readonly now: Date;
    readonly backoff: (retry: number) => number;
  },
): number {
  const asked = input.headers === undefined ? undefined : requestedWait(input.headers, input.now);
  if (asked !== undefined) return asked;
  let wait = input.backoff(input.retried + 1);
  if (input.expression !== undefined) {
    try {
      wait = evaluateRetryDelay(input.expression, input.retried);
    } catch (error) {
      // Checked when it was published; a later value may still leave the domain of a function.
      if (!(error instanceof ExpressionError)) throw error;
    }
  }
  return Math.min(Math.max(0, Math.round(wait)), MAX_RETRY_DELAY_MS);
}
