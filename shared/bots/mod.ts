/**
 * @module Bots: programs that speak in rooms with tokens of their own, systems that speak by
 * webhooks, and the bot that greets newcomers. What they say is a message of kind `bot`.
 */
export { welcomeConsumer } from "./jobs.ts";
export { botRoutes } from "./routes.ts";
export { takeWebhookCall } from "./webhook_service.ts";
