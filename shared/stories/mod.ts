/**
 * @module Stories: owns stories and who has seen them. Who sees a story, and until when, is decided
 * by the policies of its table; nothing here widens that.
 */
export { storiesSweep } from "./jobs.ts";
export { storyRoutes } from "./routes.ts";
