/**
 * @module Feed: chooses and orders posts for one person. Owns the orders that were shown and
 * what people said of them. Shows only what the policies of posts let that person see.
 */
export { feedConsumer } from "./jobs.ts";
export { feedRoutes } from "./routes.ts";
export { FeedItem } from "./schemas.ts";
