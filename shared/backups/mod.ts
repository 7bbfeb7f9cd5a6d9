/** @module Backups: one consistent snapshot of every product table, written with a manifest and
 * brought back only when every byte and every row is as it was. */
export { backupRoutes } from "./routes.ts";
export { readManifest, restoreSnapshot } from "./restore.ts";
export { type BackupDeps, backupTask, createBackup } from "./service.ts";
export { Manifest } from "./schemas.ts";
