/**
 * @module Leaving: people delete, take along and bring back what is theirs. Owns
 * private.legal_holds, private.held_records and private.deletion_ledger. Erases what every other
 * domain owns.
 */
export { eraseDue, eraseTask } from "./erase_service.ts";
export { expireExportsTask, exportConsumer } from "./export_service.ts";
export { forgetImportsTask, importConsumer } from "./import_service.ts";
export { leavingRoutes } from "./routes.ts";
