/**
 * @module Notifications: what people are told. Owns notifications. Stored first, delivered after;
 * who may be told what is decided before anything is stored.
 */
export { createDeliverConsumer, deliverConsumer, notificationsConsumer } from "./jobs.ts";
export type { EmitToUser } from "./jobs.ts";
export { notificationRoutes } from "./routes.ts";
export { digestConsumer, digestTask } from "./digests.ts";
export { pushConsumer, ringConsumer } from "./push.ts";
