/** @module Makes the SQL surface of Realtime in a database, once, and keeps its partitions. */
import type { Sql, TransactionSql } from "postgres";

/** Serialises everyone who makes the schema or its partitions at the same time. */
const SCHEMA_LOCK = 7_263_001;

async function lock(sql: TransactionSql): Promise<void> {
  await sql`select pg_advisory_xact_lock(${SCHEMA_LOCK})`;
}

/** Makes missing daily partitions of `realtime.messages` and drops those past retention. */
export async function maintainMessagePartitions(sql: Sql): Promise<void> {
  await sql.begin(async (tx) => {
    await lock(tx);
    await tx`select realtime.maintain_message_partitions()`;
  });
}

/** Makes schema `realtime` when it is not there. Needs a superuser and the platform's roles. */
export async function ensureRealtimeSchema(sql: Sql): Promise<void> {
  const definition = await Deno.readTextFile(new URL("./schema.sql", import.meta.url));
  await sql.begin(async (tx) => {
    await lock(tx);
    const [marker] = await tx`select to_regclass('realtime.messages') as found`;
    if (marker?.found === null) await tx.unsafe(definition);
    await tx`select realtime.maintain_message_partitions()`;
  });
}
