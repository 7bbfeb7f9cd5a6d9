/** @module Who follows, blocks and mutes whom, for the domains above. */
export { graphRoutes } from "./routes.ts";
