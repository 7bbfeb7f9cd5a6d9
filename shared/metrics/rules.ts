/** @module Puts what was read into the form that the library of the text format takes. */
import { DURATION_BOUNDS, type MetricSpec, type Series } from "../core/metrics.ts";

/** One value of a metric that is no histogram. */
export interface Fact {
  readonly name: string;
  readonly labels: readonly string[];
  readonly value: number;
}

/** One bound of a job's durations; the last is infinite and holds all runs. */
export interface JobDuration {
  readonly job: string;
  readonly le: number;
  readonly runs_below: number | null;
  readonly runs: number;
  readonly seconds: number;
}

/** A line of a metric. */
export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** Of histograms: the name with its ending. */
  readonly metricName?: string;
}

/** A metric with its lines. */
export interface Family {
  readonly name: string;
  readonly type: MetricSpec["type"];
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** A histogram's series. */
interface Histogram {
  readonly labels: readonly string[];
  /** How many stayed at or below each bound; the last bound is `+Inf`. */
  readonly below: readonly (readonly [bound: string | number, count: number])[];
  readonly sum: number;
}

const INFINITE = "+Inf";

function named(spec: MetricSpec, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(spec.labels.map((label, at) => [label, values[at] ?? ""]));
}

function linesOf(name: string, spec: MetricSpec, { labels, below, sum }: Histogram): Sample[] {
  const own = named(spec, labels);
  const count = below.at(-1)?.[1] ?? 0;
  return [
    ...below.map(([le, value]) => ({
      labels: { ...own, le },
      value,
      metricName: `${name}_bucket`,
    })),
    { labels: own, value: sum, metricName: `${name}_sum` },
    { labels: own, value: count, metricName: `${name}_count` },
  ];
}

function histogramOf({ labels, counts, total }: Series): Histogram {
  let reached = 0;
  const below = [...DURATION_BOUNDS, INFINITE].map((bound, at) => {
    reached += counts[at] ?? 0;
    return [bound, reached] as const;
  });
  return { labels, below, sum: total };
}

/** Durations of jobs, whose bounds are the database's own. */
export function jobFamily(name: string, spec: MetricSpec, rows: readonly JobDuration[]): Family {
  const jobs = Map.groupBy(rows, ({ job }) => job);
  const samples = [...jobs].flatMap(([job, bounds]) =>
    linesOf(name, spec, {
      labels: [job],
      below: bounds.toSorted((a, b) => a.le - b.le).map(({ le, runs_below, runs }) =>
        Number.isFinite(le) ? [le, runs_below ?? 0] : [INFINITE, runs]
      ),
      sum: bounds[0]?.seconds ?? 0,
    })
  );
  return { name, type: spec.type, help: spec.help, samples };
}

/** A metric from what was read of it; what is expected and was not read is zero. */
export function familyOf(
  name: string,
  spec: MetricSpec,
  read: { readonly series: readonly Series[]; readonly facts: readonly Fact[] },
  expected: readonly (readonly string[])[],
): Family {
  const { type, help } = spec;
  if (type === "histogram") {
    const samples = read.series.flatMap((series) => linesOf(name, spec, histogramOf(series)));
    return { name, type, help, samples };
  }
  const values = new Map(expected.map((labels) => [labels.join("\u0000"), { labels, value: 0 }]));
  const all = [
    ...read.series.map(({ labels, total }) => ({ labels, value: total })),
    ...read.facts,
  ];
  for (const { labels, value } of all) values.set(labels.join("\u0000"), { labels, value });
  const samples = [...values.values()]
    .map(({ labels, value }) => ({ labels: named(spec, labels), value }));
  return { name, type, help, samples };
}
