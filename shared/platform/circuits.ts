/**
 * @module Circuit breakers: a dependency that fails again and again is left alone for a while, so
 * that nobody waits for it. Each process finds out for itself.
 */
import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
} from "cockatiel";
import { AppError } from "../core/errors.ts";
import type { Metrics } from "../core/metrics.ts";
import { type JobQueue, JobRefused } from "./queue.ts";

/** What may fail without the product failing. */
export const DEPENDENCIES = ["mail", "meilisearch", "qstash"] as const;
/** What may fail without the product failing. */
export type Dependency = typeof DEPENDENCIES[number];

/** Calls a dependency, unless it has failed too often just now. */
export interface Circuit {
  /**
   * @throws `unavailable` at an outage, and at once while the circuit is open; else what `work`
   * throws
   */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Failures in a row that open a circuit. */
export const FAILURES_MAX = 5;
/** How long it stays open before one call tries. */
const OPEN_MS = 5_000;

/** The value of `circuit_state`, and the state's name. */
const STATES: Readonly<Record<number, readonly [value: number, name: string]>> = {
  [CircuitState.Closed]: [0, "closed"],
  [CircuitState.HalfOpen]: [1, "half_open"],
  [CircuitState.Open]: [2, "open"],
};

/** A circuit that is never open, for adapters that stand alone. */
export const NO_CIRCUIT: Circuit = { run: (work) => work() };

/**
 * Makes the circuit of one dependency.
 *
 * @param isOutage tells failures of the dependency from refusals of what it was asked
 */
export function createCircuit(
  dependency: Dependency,
  metrics: Metrics,
  isOutage: (error: unknown) => boolean,
  openMs: number = OPEN_MS,
): Circuit {
  const policy = circuitBreaker(handleWhen(isOutage), {
    halfOpenAfter: openMs,
    breaker: new ConsecutiveBreaker(FAILURES_MAX),
  });
  policy.onStateChange((state) => {
    const [value, name] = STATES[state] ?? [0, "closed"];
    metrics.count("circuit_changes_total", [dependency, name]);
    metrics.report("circuit_state", [dependency], value);
  });

  function outageOf(cause: unknown): unknown {
    if (cause instanceof AppError || !isOutage(cause)) return cause;
    return new AppError("unavailable", `${dependency} does not answer`, { cause });
  }

  return {
    async run(work) {
      try {
        return await policy.execute(() => work());
      } catch (cause) {
        if (!(cause instanceof BrokenCircuitError)) throw outageOf(cause);
        metrics.count("circuit_rejections_total", [dependency]);
        metrics.report("circuit_state", [dependency], 2);
        throw new AppError("unavailable", `Too many calls failed just now: ${dependency}`, {
          cause,
        });
      }
    },
  };
}

/** The queue behind its circuit. To refuse a job, or not to be set up, is no outage. */
export function guardedQueue(queue: JobQueue, metrics: Metrics, openMs?: number): JobQueue {
  const circuit = createCircuit("qstash", metrics, isQueueOutage, openMs);
  return { ...queue, publish: (jobs) => circuit.run(async () => await queue.publish(jobs)) };
}

function isQueueOutage(error: unknown): boolean {
  return !(error instanceof JobRefused) &&
    !(error instanceof AppError && error.problem === "not-configured");
}
