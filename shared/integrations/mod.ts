/**
 * @module Integrations: tells other systems of events (outgoing webhooks). Owns
 * private.webhook_endpoints, private.webhook_secrets and private.webhook_deliveries.
 */
export { sendConsumer, webhooksConsumer, webhooksTask } from "./jobs.ts";
export { integrationRoutes } from "./routes.ts";
