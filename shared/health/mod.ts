/**
 * @module Health: owns no data, asks every dependency how it is, within one second, and sums it up.
 * A missing search engine degrades, a missing database fails.
 */
export { healthRoutes } from "./routes.ts";
export { Health } from "./schemas.ts";
