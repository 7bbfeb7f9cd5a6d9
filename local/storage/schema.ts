/** @module Lays the storage schema into a database. */
import type { Sql } from "postgres";

const SCHEMA_FILE = new URL("./schema.sql", import.meta.url);

/**
 * Creates the storage schema unless it is there. Needs a superuser and the platform's roles.
 *
 * All of it happens in one transaction, so that a half-made schema never stays behind.
 */
export async function ensureStorageSchema(sql: Sql): Promise<void> {
  const text = await Deno.readTextFile(SCHEMA_FILE);
  await sql.begin(async (tx) => {
    // Two starters on one database: the second waits and then finds the schema made.
    await tx`select pg_advisory_xact_lock(hashtextextended('townsquare.storage.schema', 0))`;
    const [row] = await tx<{ made: boolean }[]>`
      select to_regclass('storage.objects') is not null as made
    `;
    if (row?.made !== true) await tx.unsafe(text);
  });
}
