/** @module Reads all metrics, writes them as text, and knows who may see them. */
import { createHash, timingSafeEqual } from "node:crypto";
import ipaddr from "ipaddr.js";
import { AppError } from "../core/errors.ts";
import type { Metrics } from "../core/metrics.ts";
import type { AnswerRecord } from "../http/server.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Viewer } from "../platform/postgres.ts";
import { expectedOf, METRICS } from "./catalogue.ts";
import { type Family, familyOf, jobFamily } from "./rules.ts";
import {
  refreshMetrics,
  requireOperator,
  selectFacts,
  selectJobDurations,
  selectTotals,
} from "./sql.ts";

/** What metrics need. */
export type MetricsDeps = Pick<AppDeps, "config" | "db" | "metrics" | "now">;

/** Content type of the Prometheus text format. */
export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** How long a text is good for, so that impatient scrapers cost nothing. */
const CACHE_MS = 2_000;

const JOB_DURATIONS = "jobs_duration_seconds";

/** Methods that routes have; whatever else clients think up is one series. */
const METHODS: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
]);

/** Counts an answer and the time it took. */
export function recordAnswer(metrics: Metrics, { method, route, status, seconds }: AnswerRecord) {
  const labels = [
    METHODS.has(method) ? method : "other",
    route,
    `${Math.floor(status / 100)}xx`,
  ] as const;
  metrics.observe("http_request_duration_seconds", labels, seconds);
}

async function readFamilies(deps: MetricsDeps): Promise<Family[]> {
  // What this process has not told yet belongs to the picture.
  await deps.metrics.flush();
  await deps.db.asServiceOnce("measurements belong to nobody", refreshMetrics);
  const [totals, facts, durations] = await deps.db.asSnapshot(
    "measurements belong to nobody",
    (sql) => Promise.all([selectTotals(sql), selectFacts(sql), selectJobDurations(sql)]),
  );
  const [series, values] = [
    Map.groupBy(totals, ({ name }) => name),
    Map.groupBy(facts, ({ name }) => name),
  ];
  return Object.entries(METRICS).map(([name, spec]) => {
    if (name === JOB_DURATIONS) return jobFamily(name, spec, durations);
    const read = { series: series.get(name) ?? [], facts: values.get(name) ?? [] };
    return familyOf(name, spec, read, expectedOf(name));
  });
}

/** Has the library write the text: it knows how names and values are escaped. */
async function writeText(families: readonly Family[]): Promise<string> {
  // Loaded by the first look, so that others start without it.
  const { AggregatorRegistry } = await import("prom-client");
  return await AggregatorRegistry.aggregate(
    [families.map(({ samples, ...family }) => ({
      ...family,
      aggregator: "first",
      values: samples.map((sample) => ({ ...sample })),
    }))],
  ).metrics();
}

function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/**
 * Whether the request comes from this machine: every address that gateways have noted must be its
 * own. A client may add addresses, and take none away.
 */
export function isFromLoopback(forwarded: string | null): boolean {
  return forwarded !== null &&
    forwarded.split(",").map((part) => part.trim()).every((address) =>
      ipaddr.isValid(address) && ipaddr.process(address).range() === "loopback"
    );
}

/**
 * Lets in whoever has the token; without one in the environment, admins and this machine.
 *
 * @throws `not-authenticated`, `not-permitted`
 */
export async function admit(deps: MetricsDeps, viewer: Viewer, headers: Headers): Promise<void> {
  const { METRICS_TOKEN: token, CLIENT_ADDRESS_HEADER: addressHeader } = deps.config.env;
  if (token === undefined && isFromLoopback(headers.get(addressHeader))) return;
  if (token !== undefined && isSame(headers.get("authorization") ?? "", `Bearer ${token}`)) return;
  if (viewer.kind !== "person") {
    throw new AppError("not-authenticated", "Metrics need a token, or an admin's session");
  }
  if (token !== undefined) throw new AppError("not-permitted", "Metrics need the metrics token");
  await deps.db.read(viewer, requireOperator);
}

/** Makes the reader of all metrics; a text is shared for a moment. */
export function createMetricsReader(deps: MetricsDeps): () => Promise<string> {
  let last: { readonly at: number; readonly text: Promise<string> } | undefined;
  return async function readMetrics() {
    const at = deps.now().getTime();
    if (last === undefined || Math.abs(at - last.at) > CACHE_MS) {
      last = { at, text: readFamilies(deps).then(writeText) };
    }
    const { text } = last;
    try {
      return await text;
    } catch (error) {
      // A failure is nobody's cache.
      if (last?.text === text) last = undefined;
      throw error;
    }
  };
}
