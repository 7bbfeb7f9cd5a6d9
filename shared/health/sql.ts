/** @module Statements of the health checks. */
import type { Sql } from "../platform/postgres.ts";

/** State of the database and of what waits in it. */
export interface DatabaseState {
  readonly migrations: number;
  readonly oldest_event_seconds: number;
}

/** Reads how many migrations stand, and how long the oldest unpublished event waits. */
export async function selectDatabaseState(sql: Sql): Promise<DatabaseState | undefined> {
  const [row] = await sql<DatabaseState[]>`
    select
      (select count(*)::int from supabase_migrations.schema_migrations) as migrations,
      coalesce((
        select extract(epoch from clock_timestamp() - min(o.created_at))::int
        from private.outbox o where o.published_at is null
      ), 0) as oldest_event_seconds`;
  return row;
}
