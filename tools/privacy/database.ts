/** @module The small world: builds it in a throw-away database. */
import { join } from "node:path";
import type { Sql } from "postgres";

const FILES = ["probe.sql", "world.sql", "world_notices.sql", "world_bots.sql"];

/** Puts the world into a migrated database; `sql` is the superuser's. */
export async function buildWorld(sql: Sql): Promise<void> {
  for (const file of FILES) {
    const text = await Deno.readTextFile(join(import.meta.dirname ?? ".", file));
    await sql.begin((transaction) => transaction.unsafe(text).simple());
  }
  // Estimates as on a database that has lived for a while.
  await sql`analyze`;
}
