/** @module What must hold for every table, function and policy of the product, by the catalog. */
import assert from "node:assert/strict";
import { openDatabase } from "../support/database.ts";

/** Runs a query that names offenders; there must be none. */
async function findOffenders(query: string): Promise<string[]> {
  await using db = await openDatabase({ template: "product" });
  const rows = await db.sql.unsafe<{ name: string }[]>(query);
  return rows.map(({ name }) => name);
}

/** A rule and the query for what breaks it. */
const RULES: readonly (readonly [title: string, query: string])[] = [
  [
    "every exposed table has row-level security",
    `select c.oid::regclass::text as name from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and not c.relrowsecurity`,
  ],
  [
    "every exposed table has a policy, every table a comment",
    `select c.oid::regclass::text as name from pg_class c
     where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in ('public', 'private')
       and (obj_description(c.oid) is null or (c.relnamespace = 'public'::regnamespace
         and not exists (select from pg_policy p where p.polrelid = c.oid)))`,
  ],
  [
    "every foreign key is led by an index and says what happens on delete",
    `select k.conname as name from pg_constraint k
     where k.contype = 'f' and k.connamespace::regnamespace::text in ('public', 'private')
       and (k.confdeltype = 'a' or not exists (select from pg_index i
         where i.indrelid = k.conrelid
           and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey))`,
  ],
  [
    "every function has an empty search path and a comment",
    `select p.oid::regprocedure::text as name from pg_proc p
     where p.pronamespace::regnamespace::text in ('public', 'private')
       and (obj_description(p.oid) is null
         or not coalesce(p.proconfig @> array['search_path=""'], false))`,
  ],
  [
    "every definer says why",
    `select p.oid::regprocedure::text as name from pg_proc p
     where p.pronamespace::regnamespace::text in ('public', 'private') and p.prosecdef
       and obj_description(p.oid) not like 'Definer, %'`,
  ],
  [
    "no definer is exposed, and nobody holds execute by default",
    `select p.oid::regprocedure::text as name from pg_proc p
     where (p.pronamespace = 'public'::regnamespace and p.prosecdef)
       or (p.pronamespace::regnamespace::text in ('public', 'private')
         and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
           where a.grantee = 0))`,
  ],
  [
    "every policy names its roles, one command, and asks who is asking once",
    `select tablename || '.' || policyname as name from pg_policies
     where schemaname = 'public' and (cmd = 'ALL' or roles = '{public}'
       or regexp_replace(concat(qual, with_check), 'SELECT auth.uid()', '', 'g') ~
         '(?<!SELECT )auth\\.uid\\(\\)')`,
  ],
  [
    "every right to write by table ends with the active state of an account",
    `select distinct g.table_schema || '.' || g.table_name || ' ' || g.privilege_type as name
     from (select table_schema, table_name, privilege_type, grantee
         from information_schema.column_privileges
       union select table_schema, table_name, privilege_type, grantee
         from information_schema.table_privileges) g
     where g.table_schema in ('public', 'private') and g.grantee in ('anon', 'authenticated')
       and g.privilege_type in ('INSERT', 'UPDATE', 'DELETE')
       and not exists (select from pg_policies p
         where p.schemaname = g.table_schema and p.tablename = g.table_name
           and p.permissive = 'RESTRICTIVE' and p.cmd = g.privilege_type
           and concat(p.qual, p.with_check) ~ 'private\\.may_(write|publish)\\(\\)')`,
  ],
  [
    "no client may write a column that is the database's to fill",
    `select table_name || '.' || column_name as name
     from information_schema.column_privileges
     where table_schema = 'public' and grantee in ('anon', 'authenticated')
       and privilege_type in ('INSERT', 'UPDATE')
       and column_name in ('author_id', 'follower_id', 'blocker_id', 'muter_id', 'status', 'seq',
         'body_html', 'created_at', 'edited_at', 'screened_at')`,
  ],
];

for (const [title, query] of RULES) {
  Deno.test(`schema: ${title}`, async () => {
    assert.deepEqual(await findOffenders(query), []);
  });
}
