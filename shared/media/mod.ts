/** @module Media: cleaned uploads and their variants. Promises that nobody fetches a file who may
 * not see what it hangs on, and that no byte of the original's metadata is kept. */
export { Media } from "./schemas.ts";
export { mediaRoutes } from "./routes.ts";
export { mediaConsumer, mediaSweep } from "./jobs.ts";
export { MEDIA_BUCKET } from "./store.ts";
