/** @module Tells the database what a process has recorded, in the background and in batches. */
import { createMetricBuffer, type Metrics, type Series } from "../core/metrics.ts";
import type { Logger } from "../core/logger.ts";
import { runInBackground } from "./background.ts";
import type { Database } from "./postgres.ts";

/** The recordings of a process and their way to the database. */
export interface ProcessMetrics extends Metrics, Disposable {
  /** Tells the database at once; what it did not take is kept for the next time. */
  flush(): Promise<void>;
}

/** What telling needs. */
export interface MetricsOptions {
  /** Not a recorded one: to tell of telling would never end. */
  readonly db: Database;
  readonly log: Logger;
  /** Name of the process's kind. */
  readonly service: string;
  /** How long recordings wait: what a process that is killed loses at most. */
  readonly flushMs?: number;
  /** How much memory the process uses, where that can be known. */
  readonly memoryBytes?: () => number | undefined;
}

/** Waits before recordings are told. */
export const FLUSH_MS = 10_000;

function tell(db: Database, series: readonly Series[]): Promise<unknown> {
  return db.asServiceOnce(
    "measurements belong to nobody",
    (sql) => sql`select private.add_metrics(${JSON.stringify(series)}::text::jsonb)`,
  );
}

/** The process's memory; the hosted runtime may not say. */
export function processMemory(): number | undefined {
  try {
    return Deno.memoryUsage().rss;
  } catch {
    return undefined;
  }
}

/** Makes the recordings of a process. The first one after a rest starts the wait. */
export function createMetrics(options: MetricsOptions): ProcessMetrics {
  const { db, log, service, flushMs = FLUSH_MS, memoryBytes = processMemory } = options;
  const buffer = createMetricBuffer();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  async function flush(): Promise<void> {
    if (isOver || buffer.isEmpty()) return;
    const bytes = memoryBytes();
    if (bytes !== undefined) buffer.report("process_memory_bytes", [service], bytes);
    const series = buffer.take();
    try {
      await tell(db, series);
    } catch (error) {
      buffer.restore(series);
      log.warn("measurements were not told", { series: series.length, error });
    }
  }

  async function flushLater(): Promise<void> {
    await new Promise<void>((done) => {
      timer = setTimeout(done, flushMs);
      // Nothing is kept running for the sake of a count.
      Deno.unrefTimer(Number(timer));
    });
    timer = undefined;
    await flush();
    // What could not be told is tried again, also when nothing more happens.
    if (!buffer.isEmpty()) arm();
  }

  function arm(): void {
    if (timer === undefined && !isOver) runInBackground(flushLater());
  }

  return {
    count(name, labels, by) {
      buffer.count(name, labels, by);
      arm();
    },
    observe(name, labels, seconds) {
      buffer.observe(name, labels, seconds);
      arm();
    },
    report(name, labels, value) {
      buffer.report(name, labels, value);
      arm();
    },
    flush,
    [Symbol.dispose]() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** The database with every call timed. */
export function timedDatabase(db: Database, metrics: Metrics): Database {
  async function time<T>(call: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    let outcome = "failed";
    try {
      const result = await work();
      outcome = "done";
      return result;
    } finally {
      const seconds = (performance.now() - startedAt) / 1_000;
      metrics.observe("db_query_duration_seconds", [call, outcome], seconds);
    }
  }

  return {
    asViewer: (viewer, work) => time("transaction", () => db.asViewer(viewer, work)),
    read: (viewer, statement) => time("read", () => db.read(viewer, statement)),
    readAll: (viewer, statements) => time("read", () => db.readAll(viewer, statements)),
    write: (viewer, statements) => time("write", () => db.write(viewer, statements)),
    // The reason is the caller's.
    // deno-lint-ignore townsquare/service-reason
    asService: (reason, work) => time("service", () => db.asService(reason, work)),
    asServiceOnce: (reason, statement) =>
      // deno-lint-ignore townsquare/service-reason
      time("service_once", () => db.asServiceOnce(reason, statement)),
    asSnapshot: (reason, work) => time("snapshot", () => db.asSnapshot(reason, work)),
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}
