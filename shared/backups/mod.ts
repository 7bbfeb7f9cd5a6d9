/** @module Backups: one consistent snapshot of every product table and storage object, written with
 * a manifest and brought back only when every byte and every row is as it was. */
export { backupTask, ledgerTask, verifyTask } from "./jobs.ts";
export { parseLedger, readLedger, writeLedger } from "./ledger.ts";
export { type Place, type PlaceDeps, placeOf, storeOf } from "./places.ts";
export { type Archive, type ArchiveDeps, openArchive } from "./reader.ts";
export { type RestoreOutcome, type RestoreProgress, restoreSnapshot } from "./restore.ts";
export { backupRoutes } from "./routes.ts";
export { Manifest, type Verification } from "./schemas.ts";
export {
  type BackupDeps,
  createBackup,
  findNewest,
  findPlace,
  recordVerification,
  removeOutdated,
  verifyNewest,
} from "./service.ts";
