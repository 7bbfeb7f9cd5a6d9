/** @module The platform's layout of a database. */
import assert from "node:assert/strict";
import { openDatabase } from "../support/database.ts";

Deno.test("postgres: a bootstrapped database has the platform's roles and schemas", async () => {
  await using database = await openDatabase();
  const [row] = await database.sql`
    select rolsuper, rolbypassrls, rolreplication from pg_roles where rolname = 'postgres'`;
  assert.deepEqual({ ...row }, { rolsuper: false, rolbypassrls: true, rolreplication: true });
  const schemas = await database.sql<{ nspname: string }[]>`
    select nspname from pg_namespace
    where nspname in ('auth', 'extensions', 'net', 'realtime', 'storage') order by nspname`;
  assert.deepEqual(
    schemas.map((schema) => schema.nspname),
    ["auth", "extensions", "net", "realtime", "storage"],
  );
});

Deno.test("postgres: role options of the product stay in databases of the product", async () => {
  await using platform = await openDatabase();
  await using product = await openDatabase({ template: "product" });
  const query = `
    select unnest(s.setconfig) as setting from pg_db_role_setting s
    where s.setrole = 'authenticator'::regrole and s.setdatabase in
      (0, (select oid from pg_database where datname = current_database()))`;
  const options = async (sql: typeof platform.sql) =>
    (await sql.unsafe<{ setting: string }[]>(query)).map((row) => row.setting)
      .filter((setting) => setting.startsWith("pgrst.db_pre_request"));
  assert.deepEqual(await options(platform.sql), []);
  assert.equal((await options(product.sql)).length, 1);
});
