/**
 * @module Moderation: reports, the queue of cases, decisions, and screening of table writes. Owns
 * reports, private.moderation_cases and private.moderation_decisions.
 */
export { moderationConsumer } from "./jobs.ts";
export { moderationRoutes } from "./routes.ts";
export { DecisionAction } from "./schemas.ts";
