/** @module Calls in rooms. Owns calls and private.call_participants. */
export { callsTask, missedCallsConsumer } from "./jobs.ts";
export { callRoutes } from "./routes.ts";
export { takeReport } from "./service.ts";
