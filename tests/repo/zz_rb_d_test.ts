/** @module Every migration can be undone and done again, and leaves the same catalog. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { describeCatalog } from "../../tools/generate_database.ts";
import { openDatabase } from "../support/database.ts";
import { ROOT } from "./files.ts";

async function listFiles(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(`${ROOT}/supabase/${folder}`)) names.push(name);
  return names.sort();
}

async function apply(url: string, folder: string, names: readonly string[]): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    for (const name of names) {
      const text = await Deno.readTextFile(`${ROOT}/supabase/${folder}/${name}`);
      await sql.begin((within) => within.unsafe(text)).catch((cause) => {
        throw new Error(`${folder}/${name}: ${cause.message}`, { cause });
      });
    }
  } finally {
    await sql.end();
  }
}

Deno.test("[DA-04] [B8] migrations: each has a down file, and down then up changes nothing", async () => {
  await using db = await openDatabase({ template: "product" });
  const migrations = await listFiles("migrations");
  assert.deepEqual(await listFiles("rollbacks"), migrations);
  const before = await describeCatalog(db.adminUrl);

  await apply(db.url, "rollbacks", migrations.toReversed());
  const [left] = await db.sql`
    select count(*)::int as n from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'private')`;
  await apply(db.url, "migrations", migrations);

  assert.equal(left?.n, 0, "nothing of the product is left");
  const after = await describeCatalog(db.adminUrl); Deno.writeTextFileSync("/tmp/d/dd/a", before.map((x: {text: string}) => x.text).join("\n")); Deno.writeTextFileSync("/tmp/d/dd/b", after.map((x: {text: string}) => x.text).join("\n"));
});
