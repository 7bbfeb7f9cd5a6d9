/** @module Accounts and sessions. */
export { accountRoutes } from "./routes.ts";
