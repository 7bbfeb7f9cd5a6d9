/** @module Connects to Meilisearch, where one is configured. */
import { Meilisearch, MeilisearchApiError } from "meilisearch";
import type { Config } from "../core/config.ts";

/** Longest that a search waits before the other engine answers. */
const TIMEOUT_MS = 1_500;

/** The client, or nothing when Postgres alone searches. */
export function createSearchClient(config: Config): Meilisearch | undefined {
  const { MEILISEARCH_URL: host, MEILISEARCH_KEY: apiKey } = config.env;
  if (host === undefined) return undefined;
  return new Meilisearch({
    host,
    timeout: TIMEOUT_MS,
    ...(apiKey === undefined ? {} : { apiKey }),
  });
}

/** Tells an outage of the service from its refusal of a question. */
export function isSearchOutage(error: unknown): boolean {
  return !(error instanceof MeilisearchApiError) || error.response.status >= 500;
}
