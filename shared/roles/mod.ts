/** @module Roles: named sets of permissions, and who holds them. */
export { roleRoutes } from "./routes.ts";
