/**
 * @module Jobs as admins see them: how the outbox is, what gave up, and its way back. Owns no data
 * of its own; the outbox keeps the books.
 */
export { jobsAdminRoutes } from "./routes.ts";
