/** @module Lays the surface of pg_net into a database. */
import type { Sql } from "postgres";

const SCHEMA_FILE = new URL("./schema.sql", import.meta.url);

/** Creates schema `net` unless it is there. Needs a superuser and the platform's roles. */
export async function ensureNetSchema(sql: Sql): Promise<void> {
  const text = await Deno.readTextFile(SCHEMA_FILE);
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended('townsquare.net.schema', 0))`;
    const [row] = await tx<{ made: boolean }[]>`
      select to_regclass('net.http_request_queue') is not null as made`;
    if (row?.made !== true) await tx.unsafe(text);
  });
}
