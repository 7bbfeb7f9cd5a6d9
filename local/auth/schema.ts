/** @module Lays out the schema `auth` in a database, as the hosted platform has it. */
import type { Sql } from "postgres";

/** In this order: rights are given to what is there. */
const SCHEMA_FILES = ["accounts.sql", "access.sql"].map((name) =>
  new URL(`./schema/${name}`, import.meta.url)
);

/**
 * Creates the schema `auth` unless it is there. Needs a superuser and the platform's roles.
 *
 * All of it happens in one transaction, so that a half-made schema never stays behind.
 */
export async function ensureAuthSchema(sql: Sql): Promise<void> {
  const texts = await Promise.all(SCHEMA_FILES.map((file) => Deno.readTextFile(file)));
  await sql.begin(async (tx) => {
    // Two starters on one database: the second waits and then finds the schema made.
    await tx`select pg_advisory_xact_lock(hashtextextended('townsquare.auth.schema', 0))`;
    const [row] = await tx<{ made: boolean }[]>`
      select to_regclass('auth.schema_migrations') is not null as made
    `;
    if (row?.made !== true) await tx.unsafe(texts.join("\n"));
  });
}
