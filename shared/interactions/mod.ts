/**
 * @module Interactions: what people do with posts besides writing and reacting. Owns shares,
 * bookmarks and followed hashtags; lists posts by hashtag, and what mentions a person.
 */
export { interactionRoutes } from "./routes.ts";
