/**
 * @module Integrations: tells other systems of events (outgoing webhooks), reads their feeds into
 * rooms and writes feeds for them. Owns private.webhook_endpoints, private.webhook_secrets,
 * private.webhook_deliveries, private.room_feeds and private.room_feed_entries.
 */
export { sendConsumer, webhooksConsumer, webhooksTask } from "./jobs.ts";
export { feedsInConsumer, feedsInTask } from "./room_feeds.ts";
export { integrationRoutes } from "./routes.ts";
