/** @module Connections: who holds how many sockets open. Owns private.connections. */
export { connectionsTask } from "./jobs.ts";
export { presenceRoutes } from "./routes.ts";
