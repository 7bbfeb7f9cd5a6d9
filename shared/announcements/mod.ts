/**
 * @module Announcements and spotlights: owns what the people who run the place want everybody to
 * see. Whoever holds `flag.manage` announces, whoever holds `post.remove` puts posts forward.
 */
export { announcementsConsumer } from "./jobs.ts";
export { announcementRoutes } from "./routes.ts";
