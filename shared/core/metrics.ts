/**
 * @module What a process has counted and timed since it last told the database. Kept by series, not
 * by event, so that memory is bounded however long the database is away.
 */

/** What a metric is to Prometheus. */
export type MetricType = "counter" | "gauge" | "histogram";

/** A metric: what it means, and which labels tell its series apart. */
export interface MetricSpec {
  readonly type: MetricType;
  readonly help: string;
  readonly labels: readonly string[];
}

/**
 * Upper bounds in seconds by which durations are sorted; one more bucket holds what is slower. The
 * database sums twelve buckets, so their number is fixed.
 */
export const DURATION_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Metrics that processes record. Values of labels come from fixed sets, never from requests. */
export const RECORDED = {
  http_request_duration_seconds: {
    type: "histogram",
    help: "Time from a request's arrival to its answer, by route template",
    labels: ["method", "route", "status_class"],
  },
  db_query_duration_seconds: {
    type: "histogram",
    help: "Time of a call to the database with its wait for a connection",
    labels: ["call", "outcome"],
  },
  cache_requests_total: {
    type: "counter",
    help: "Look-ups in caches",
    labels: ["cache", "outcome"],
  },
  search_requests_total: {
    type: "counter",
    help: "Questions to search engines; one that fails is asked of the next engine",
    labels: ["engine", "outcome"],
  },
  social_feed_requests_total: {
    type: "counter",
    help: "Pages of feeds, by the algorithm that ordered them",
    labels: ["algorithm"],
  },
  social_recommendation_impressions_total: {
    type: "counter",
    help: "Posts that a ranked feed has put before somebody",
    labels: [],
  },
  circuit_state: {
    type: "gauge",
    help: "0 closed, 1 trying, 2 open: the worst that a process has told within a minute",
    labels: ["dependency"],
  },
  circuit_changes_total: {
    type: "counter",
    help: "Circuits that changed to a state",
    labels: ["dependency", "state"],
  },
  circuit_rejections_total: {
    type: "counter",
    help: "Calls that were spared because a circuit was open",
    labels: ["dependency"],
  },
  process_memory_bytes: {
    type: "gauge",
    help: "Memory of the largest process that has told within a minute",
    labels: ["service"],
  },
  metrics_dropped_total: {
    type: "counter",
    help: "Recordings that were dropped because a process held too many series",
    labels: [],
  },
} as const satisfies Readonly<Record<string, MetricSpec>>;

type Recorded = typeof RECORDED;
type Named<T extends MetricType> = {
  [N in keyof Recorded]: Recorded[N]["type"] extends T ? N : never;
}[keyof Recorded];

/** Values of a metric's labels, in their order. */
export type LabelValues<N extends keyof Recorded> = Texts<Recorded[N]["labels"]>;
type Texts<T extends readonly string[]> = { readonly [I in keyof T]: string };

/** Takes down what happens. Nothing here waits or throws. */
export interface Metrics {
  /** Adds to a counter. */
  count<N extends Named<"counter">>(name: N, labels: LabelValues<N>, by?: number): void;
  /** Sorts a duration into its bucket. */
  observe<N extends Named<"histogram">>(name: N, labels: LabelValues<N>, seconds: number): void;
  /** Tells a level; of several that are told within a minute the highest counts. */
  report<N extends Named<"gauge">>(name: N, labels: LabelValues<N>, value: number): void;
}

/** One series as it goes to the database. */
export interface Series {
  readonly name: string;
  readonly labels: readonly string[];
  /** Of a histogram, how many fell into each bucket; empty otherwise. */
  readonly counts: readonly number[];
  /** Sum of a histogram, growth of a counter, value of a level. */
  readonly total: number;
}

interface OpenSeries extends Series {
  readonly counts: number[];
  total: number;
}

/** Series that one process keeps at most until it can tell the database. */
export const SERIES_MAX = 2_000;

const SEPARATOR = "\u0000";

function bucketOf(seconds: number): number {
  const at = DURATION_BOUNDS.findIndex((bound) => seconds <= bound);
  return at === -1 ? DURATION_BOUNDS.length : at;
}

/** Recordings since they were last taken. */
export interface MetricBuffer extends Metrics {
  /** Whether there is nothing to take. */
  isEmpty(): boolean;
  /** Hands over what was recorded, and begins anew. */
  take(): readonly Series[];
  /** Puts back what could not be told. */
  restore(series: readonly Series[]): void;
}

/** Makes an empty buffer. */
export function createMetricBuffer(seriesMax: number = SERIES_MAX): MetricBuffer {
  let open = new Map<string, OpenSeries>();
  let dropped = 0;

  function seriesOf(name: keyof Recorded, labels: readonly string[]): OpenSeries | undefined {
    const key = labels.length === 0 ? name : name + SEPARATOR + labels.join(SEPARATOR);
    const known = open.get(key);
    if (known !== undefined) return known;
    if (open.size >= seriesMax) {
      dropped++;
      return undefined;
    }
    const length = RECORDED[name].type === "histogram" ? DURATION_BOUNDS.length + 1 : 0;
    const made = { name, labels, counts: Array<number>(length).fill(0), total: 0 };
    open.set(key, made);
    return made;
  }

  function add(name: keyof Recorded, labels: readonly string[], by: number): void {
    const series = seriesOf(name, labels);
    if (series !== undefined) series.total += by;
  }

  function level(name: keyof Recorded, labels: readonly string[], value: number): void {
    const series = seriesOf(name, labels);
    if (series !== undefined) series.total = Math.max(series.total, value);
  }

  function time(name: keyof Recorded, labels: readonly string[], seconds: number): void {
    const series = seriesOf(name, labels);
    if (series === undefined) return;
    const bucket = bucketOf(seconds);
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.total += seconds;
  }

  function putBack({ name, labels, counts, total }: Series): void {
    // It was taken from here, so its name is one of ours.
    const known = name as keyof Recorded;
    const series = seriesOf(known, labels);
    if (series === undefined) return;
    if (RECORDED[known].type === "gauge") return level(known, labels, total);
    series.total += total;
    for (const [n, count] of counts.entries()) series.counts[n] = (series.counts[n] ?? 0) + count;
  }

  return {
    count: (name, labels, by = 1) => add(name, labels, by),
    observe: time,
    report: level,
    isEmpty: () => open.size === 0 && dropped === 0,
    take() {
      const taken: Series[] = [...open.values()];
      if (dropped > 0) {
        taken.push({ name: "metrics_dropped_total", labels: [], counts: [], total: dropped });
      }
      open = new Map();
      dropped = 0;
      return taken;
    },
    restore: (series) => series.forEach(putBack),
  };
}

/** Records nothing, for what stands alone. */
export const NO_METRICS: Metrics = { count: ignore, observe: ignore, report: ignore };

function ignore(): void {}
