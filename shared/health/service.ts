/** @module Asks every dependency at once how it is, within a time budget. */
import type { AppDeps } from "../platform/deps.ts";
import { summarize } from "./rules.ts";
import type { Check, Health, Status } from "./schemas.ts";
import { selectDatabaseState } from "./sql.ts";

/** What the checks need. */
export type HealthDeps = Pick<AppDeps, "config" | "db" | "log" | "platform" | "search" | "now">;

/** Longest wait for one dependency. */
const BUDGET_MS = 1_000;
/** How long an answer is good for, so that probes cannot wear the dependencies out. */
const CACHE_MS = 2_000;
/** Age of an unpublished event at which the outbox counts as stuck. */
const OUTBOX_STUCK_SECONDS = 300;

/** The finding of one check: fine, or how it is and why. */
type Finding = "pass" | { readonly status: Status; readonly detail: string };

async function withinBudget(work: Promise<Finding>): Promise<Finding> {
  const { promise, resolve } = Promise.withResolvers<Finding>();
  const timer = setTimeout(
    () => resolve({ status: "fail", detail: `no answer in ${BUDGET_MS} ms` }),
    BUDGET_MS,
  );
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function timed(deps: HealthDeps, name: string, work: () => Promise<Finding>): Promise<Check> {
  const startedAt = performance.now();
  const finding = await withinBudget(work()).catch((error): Finding => {
    deps.log.warn("health check failed", { check: name, error });
    return { status: "fail", detail: "out of reach" };
  });
  const duration_ms = Math.round(performance.now() - startedAt);
  return finding === "pass" ? { status: "pass", duration_ms } : { ...finding, duration_ms };
}

async function checkDatabase({ db }: HealthDeps): Promise<Finding> {
  const state = await db.asService("health looks at the whole database", selectDatabaseState);
  return state === undefined || state.migrations === 0
    ? { status: "fail", detail: "no migration has been applied" }
    : "pass";
}

async function checkOutbox({ db }: HealthDeps): Promise<Finding> {
  const state = await db.asService("health looks at the whole outbox", selectDatabaseState);
  const waits = state?.oldest_event_seconds ?? 0;
  return waits > OUTBOX_STUCK_SECONDS
    ? { status: "warn", detail: `the oldest event has waited ${waits} s` }
    : "pass";
}

async function checkStorage({ platform }: HealthDeps): Promise<Finding> {
  const response = await platform.call({ method: "GET", path: "/storage/v1/bucket" });
  await response.body?.cancel();
  return response.ok ? "pass" : { status: "fail", detail: `answered ${response.status}` };
}

function checkQueue({ config }: HealthDeps): Promise<Finding> {
  return Promise.resolve(
    config.env.QSTASH_TOKEN === undefined
      ? { status: "warn", detail: "QSTASH_TOKEN is not set: jobs do not run" }
      : "pass",
  );
}

async function checkSearch({ search }: HealthDeps): Promise<Finding> {
  if (search === undefined) return "pass";
  return await search.isHealthy()
    ? "pass"
    : { status: "warn", detail: "Meilisearch is away: Postgres searches" };
}

const CHECKS = {
  database: checkDatabase,
  outbox: checkOutbox,
  storage: checkStorage,
  queue: checkQueue,
  search: checkSearch,
} as const;

/** Asks all dependencies. */
async function askAll(deps: HealthDeps, version: string): Promise<Health> {
  const entries = await Promise.all(
    Object.entries(CHECKS).map(async ([name, check]) =>
      [name, await timed(deps, name, () => check(deps))] as const
    ),
  );
  const checks = Object.fromEntries(entries);
  return { status: summarize(checks), version, checks };
}

/** Makes the reader of the product's health; answers are shared for a moment. */
export function createHealthReader(deps: HealthDeps, version: string): () => Promise<Health> {
  let last: { readonly at: number; readonly health: Promise<Health> } | undefined;
  return function readHealth() {
    const at = deps.now().getTime();
    if (last === undefined || at - last.at > CACHE_MS) last = { at, health: askAll(deps, version) };
    return last.health;
  };
}
