/** @module Jobs of imports. */
import type { Consumer, ScheduledTask } from "../outbox/mod.ts";
import { claimImport, continueImport, forgetArchives, noteFailure } from "./job_service.ts";

/** Reads archives that were brought, a piece with each event. */
export const archivesConsumer: Consumer = {
  name: "archive_imports",
  topics: ["import.requested", "import.continued"],
  async handle(deps, event, sql) {
    await claimImport(sql, event.subject_id);
    try {
      await continueImport(deps, sql, event.subject_id);
    } catch (error) {
      if (await noteFailure(deps, event.subject_id, error)) throw error;
    }
  },
};

/** Keeps no archive longer than it is needed. */
export const forgetArchivesTask: ScheduledTask = {
  name: "forget_archives",
  cron: "*/10 * * * *",
  run: forgetArchives,
};
