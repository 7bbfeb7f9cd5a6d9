/**
 * @module Imports: chat archives of Slack, Discord, Mattermost, Gitter and IRC become rooms. Owns
 * private.archive_imports and private.imported_profiles.
 */
export { ARCHIVE_LIMITS } from "./archive.ts";
export { type FileSource, importFile } from "./file_service.ts";
export { archivesConsumer, forgetArchivesTask } from "./jobs.ts";
export type { LineFormat } from "./line_rules.ts";
export { importRoutes } from "./routes.ts";
export { readColumns } from "./rules.ts";
export { ARCHIVE_FORMATS, type ArchiveFormat } from "./schemas.ts";
export { BATCH_SIZE, importArchive, type ImportReport, type ImportSource } from "./service.ts";
