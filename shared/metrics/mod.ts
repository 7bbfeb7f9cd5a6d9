/**
 * @module Metrics: what every process has recorded and what the database knows, as one text that
 * Prometheus reads. Owns private.metric_series, private.metric_levels, private.metric_sources and
 * private.event_counts.
 */
export { metricsRoutes } from "./routes.ts";
export { recordAnswer } from "./service.ts";
