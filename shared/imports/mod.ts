/** @module Imports: chat archives become rooms. Owns no tables. */
export { readColumns } from "./rules.ts";
export { ARCHIVE_FORMATS, type ArchiveFormat } from "./schemas.ts";
export { BATCH_SIZE, importArchive, type ImportReport, type ImportSource } from "./service.ts";
