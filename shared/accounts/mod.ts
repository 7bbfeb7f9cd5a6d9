/** @module Accounts and sessions. */
export { accountsTask } from "./jobs.ts";
export { accountRoutes } from "./routes.ts";
