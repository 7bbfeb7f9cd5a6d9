/**
 * @module Interactions: what people do with posts besides writing and reacting. Owns shares,
 * bookmarks, followed hashtags and the upkeep of counts; lists posts by hashtag, and what mentions
 * a person.
 */
export { foldCounters, reconcileCounters } from "./jobs.ts";
export { interactionRoutes } from "./routes.ts";
