/** @module Search by Postgres: full text for what is written, trigrams for names. */
import type { Database } from "../platform/postgres.ts";
import { CANDIDATES_MAX, type SearchEngine } from "./engine.ts";
import { selectCandidates } from "./sql.ts";

/** Makes the engine that is always there. */
export function createPostgresEngine(db: Database): SearchEngine {
  return {
    name: "postgres",
    async search(query) {
      const { viewer, ...search } = query;
      const rows = await db.read(
        viewer,
        (sql) => selectCandidates(sql, { ...search, limit: CANDIDATES_MAX }),
      );
      return [...rows];
    },
  };
}
