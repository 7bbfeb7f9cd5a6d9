/** @module Calls in rooms. Owns calls and private.call_participants. */
export { callServerConsumer, callsTask, missedCallsConsumer } from "./jobs.ts";
export { callRoutes } from "./routes.ts";
export { takeReport } from "./service.ts";
