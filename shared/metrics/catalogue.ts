/** @module Every metric of /metrics: what it means, and which series are there from the start. */
import { type MetricSpec, RECORDED } from "../core/metrics.ts";
import { DecisionAction } from "../moderation/mod.ts";
import { DEPENDENCIES } from "../platform/circuits.ts";

/** Metrics that the database knows by itself. */
const KNOWN = {
  social_posts_created_total: {
    type: "counter",
    help: "Posts that were published, comments left out",
    labels: [],
  },
  chat_messages_total: {
    type: "counter",
    help: "Messages that were written in rooms, notes of the system included",
    labels: [],
  },
  social_recommendation_clicks_total: {
    type: "counter",
    help: "Clicks on recommendations, as clients have told them",
    labels: [],
  },
  social_engagement_rate: {
    type: "gauge",
    help: "Reactions, comments and shares for each view, within a day",
    labels: [],
  },
  social_active_users: {
    type: "gauge",
    help: "People who signed in or renewed their session within the window",
    labels: ["window"],
  },
  events_total: {
    type: "counter",
    help: "Business events, by topic",
    labels: ["topic"],
  },
  realtime_connections: {
    type: "gauge",
    help: "Open connections that listen to a room, for the twenty busiest rooms, by id",
    labels: ["room"],
  },
  realtime_connections_open: {
    type: "gauge",
    help: "Open connections of all people",
    labels: [],
  },
  jobs_queue_depth: {
    type: "gauge",
    help: "Events that wait for the queue, and work that gave up and nobody has looked at",
    labels: ["state"],
  },
  jobs_queue_oldest_seconds: {
    type: "gauge",
    help: "Age of the oldest among them: of pending ones, how far the outbox lags behind",
    labels: ["state"],
  },
  jobs_processed_total: {
    type: "counter",
    help: "Runs of jobs, by what came of them",
    labels: ["job", "outcome"],
  },
  jobs_duration_seconds: {
    type: "histogram",
    help: "Time that jobs ran",
    labels: ["job"],
  },
  webhook_deliveries_total: {
    type: "counter",
    help: "Attempts to tell webhooks of events",
    labels: ["outcome"],
  },
  moderation_decisions_total: {
    type: "counter",
    help: "Decisions of moderators",
    labels: ["action"],
  },
  moderation_cases_open: {
    type: "gauge",
    help: "Cases that wait for a decision",
    labels: [],
  },
  backup_last_verified_age_seconds: {
    type: "gauge",
    help: "Age of the newest backup that was checked and found whole; absent without one",
    labels: [],
  },
  db_connections: {
    type: "gauge",
    help: "Connections of the database",
    labels: ["state"],
  },
  db_connections_max: {
    type: "gauge",
    help: "Connections that the database allows",
    labels: [],
  },
  db_transactions_total: {
    type: "counter",
    help: "Transactions of the database, by how they ended",
    labels: ["end"],
  },
  db_blocks_total: {
    type: "counter",
    help: "Blocks that the database read, by where it found them",
    labels: ["source"],
  },
  db_deadlocks_total: {
    type: "counter",
    help: "Transactions that waited for each other",
    labels: [],
  },
  db_size_bytes: {
    type: "gauge",
    help: "Size of the database",
    labels: [],
  },
  db_uptime_seconds: {
    type: "gauge",
    help: "Time since the database was started",
    labels: [],
  },
} as const satisfies Readonly<Record<string, MetricSpec>>;

/** Every metric by its name. */
export const METRICS: Readonly<Record<string, MetricSpec>> = { ...KNOWN, ...RECORDED };

/** Values of labels that are there, as zero, before anything has happened. */
const EXPECTED: Readonly<Record<string, readonly (readonly string[])[]>> = {
  cache_requests_total: pairs(["feed", "tokens"], ["hit", "miss"]).concat([["feed", "error"]]),
  search_requests_total: pairs(["meilisearch", "postgres"], ["found", "empty", "failed"]),
  social_feed_requests_total: [
    "following",
    "hybrid",
    "newest",
    "personalized",
    "trending",
  ].map((algorithm) => [algorithm]),
  social_recommendation_impressions_total: [[]],
  circuit_state: DEPENDENCIES.map((dependency) => [dependency]),
  circuit_rejections_total: DEPENDENCIES.map((dependency) => [dependency]),
  metrics_dropped_total: [[]],
  webhook_deliveries_total: ["delivered", "retried", "failed"].map((outcome) => [outcome]),
  moderation_decisions_total: DecisionAction.options.map((action) => [action]),
};

function pairs(first: readonly string[], second: readonly string[]): string[][] {
  return first.flatMap((one) => second.map((other) => [one, other]));
}

/** Series of a metric that are there before anything has happened. */
export function expectedOf(name: string): readonly (readonly string[])[] {
  return EXPECTED[name] ?? [];
}
