/** @module Creates the tables of the message service, once. */
import type { Sql } from "postgres";

/** Serialises the creation when two servers start at once; any constant does. */
const LOCK_KEY = 7_714_001;

/** Creates schema `qstash` unless it is there. Runs as any role that may create a schema. */
export async function ensureQstashSchema(sql: Sql): Promise<void> {
  const ddl = await Deno.readTextFile(new URL("./schema.sql", import.meta.url));
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${LOCK_KEY})`;
    const [row] = await tx`select to_regclass('qstash.keys') is not null as present`;
    if (row?.["present"] !== true) await tx.unsafe(ddl);
  });
}
