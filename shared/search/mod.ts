/** @module Search over people, rooms and posts, by Postgres or by Meilisearch. Owns no tables. */
export { copyDocuments, rebuildConsumer, removeDocument, searchConsumer } from "./jobs.ts";
export { searchRoutes } from "./routes.ts";
