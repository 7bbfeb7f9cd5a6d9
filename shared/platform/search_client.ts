/** @module Connects to Meilisearch, where one is configured. */
import { Meilisearch } from "meilisearch";
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
