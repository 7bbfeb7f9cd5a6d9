/** @module Who follows, blocks and mutes whom, for the domains above. */
export { graphConsumer } from "./jobs.ts";
export { graphRoutes } from "./routes.ts";
export { dismissSuggestion } from "./suggestion_service.ts";
