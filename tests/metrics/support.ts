/** @module Reads /metrics as Prometheus does, by a parser that is not ours. */
import assert from "node:assert/strict";
import parsePrometheusTextFormat from "parse-prometheus-text-format";
import { openApp, type OpenAppOptions, type TestApp } from "../support/app.ts";

/** What the parser makes of a metric. */
interface Parsed {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly metrics: readonly ParsedSeries[];
}

interface ParsedSeries {
  readonly value?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

type Labels = Readonly<Record<string, string>>;

/** A histogram's series. */
export interface ParsedHistogram {
  /** How many stayed below each bound, in the order of the text. */
  readonly buckets: ReadonlyMap<string, number>;
  readonly count: number;
  readonly sum: number;
}

/** All metrics of one look. */
export interface Look {
  readonly text: string;
  readonly families: ReadonlyMap<string, Parsed>;
  /** How many series a metric, or a line of a histogram, has. */
  size(name: string): number;
  /** Value of the one series with these labels. */
  value(name: string, labels?: Labels): number;
  /** A histogram's series with these labels. */
  histogram(name: string, labels?: Labels): ParsedHistogram;
}

/** A bearer of the environment of these tests. */
export const TOKEN = "a-token-of-metrics";

function parse(text: string): Map<string, Parsed> {
  const parsed: readonly Parsed[] = parsePrometheusTextFormat(text);
  const families = new Map(parsed.map((metric) => [metric.name, metric]));
  assert.equal(families.size, parsed.length, "every name stands once");
  return families;
}

/** The parser puts series of a histogram into one; bare lines, by name, it tells apart. */
function bareLines(text: string): string {
  const nameOf = (line: string) => line.split(/[{ ]/, 1)[0] ?? "";
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return [...Map.groupBy(lines, nameOf).values()].flat().join("\n") + "\n";
}

/** Takes a text apart. */
export function parseMetrics(text: string): Look {
  const [families, lines] = [parse(text), parse(bareLines(text))];

  function all(name: string, labels: Labels = {}): readonly ParsedSeries[] {
    return (lines.get(name)?.metrics ?? []).filter((series) =>
      Object.entries(labels).every(([label, value]) => series.labels?.[label] === value)
    );
  }

  function value(name: string, labels?: Labels): number {
    const [only, ...more] = all(name, labels);
    if (only === undefined || more.length > 0) {
      throw new Error(`${more.length + 1} series of ${name} ${JSON.stringify(labels)}`);
    }
    return Number(only.value);
  }

  return {
    text,
    families,
    value,
    size: (name) => all(name).length,
    histogram: (name, labels) => ({
      buckets: new Map(
        all(`${name}_bucket`, labels).map((line) => [line.labels?.le ?? "", Number(line.value)]),
      ),
      count: value(`${name}_count`, labels),
      sum: value(`${name}_sum`, labels),
    }),
  };
}

/** The API with a token of metrics, and a clock that lets no look be an old one. */
export async function openMetrics(options: OpenAppOptions = {}) {
  let looks = 0;
  const app = await openApp({
    ...options,
    env: { METRICS_TOKEN: TOKEN, ...options.env },
    deps: (deps) => ({
      now: () => new Date(Date.now() + looks * 3_000),
      ...options.deps?.(deps),
    }),
  });

  async function look(): Promise<Look> {
    looks++;
    await app.db.sql`update private.metric_sources set due_at = '-infinity'`;
    const headers = { authorization: `Bearer ${TOKEN}` };
    const { status, text } = await app.anonymous.get("/metrics", { headers });
    assert.equal(status, 200, text);
    return parseMetrics(text);
  }

  return { app, look };
}

/** The API with metrics. */
export type MetricsApp = { readonly app: TestApp; readonly look: () => Promise<Look> };
