/** @module Files that are made from the migrated database: its snapshot and its dictionary. */
import postgres, { type Sql } from "postgres";
import { run, SUPABASE_CLI } from "./commands.ts";
import type { GeneratedFile } from "./generate.ts";
import { openScratchDatabase } from "./scratch_database.ts";

/** Schemas that the product owns. */
const SCHEMAS = ["private", "public"];

interface Definition {
  readonly name: string;
  readonly definition: string;
}

interface TableRow {
  readonly table_name: string;
  readonly comment: string | null;
  readonly columns: { name: string; type: string; nullable: boolean; fallback: string | null }[];
  readonly policies: { name: string; command: string; roles: string }[];
}

function selectTables(sql: Sql): Promise<TableRow[]> {
  return sql<TableRow[]>`
    select n.nspname || '.' || c.relname as table_name, obj_description(c.oid) as comment,
      (select json_agg(json_build_object(
          'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
          'nullable', not a.attnotnull, 'fallback', pg_get_expr(d.adbin, d.adrelid)
        ) order by a.attnum)
        from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      coalesce((select json_agg(json_build_object(
          'name', p.policyname, 'command', lower(p.cmd), 'roles', array_to_string(p.roles, ', ')
        ) order by p.policyname)
        from pg_policies p where p.schemaname = n.nspname and p.tablename = c.relname), '[]')
        as policies
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname = any (${SCHEMAS})
    order by 1`;
}

/** Everything with a body or a definition, in an order that does not depend on its making. */
function selectDefinitions(sql: Sql): Promise<Definition[]> {
  return sql<Definition[]>`
    with owned as (select oid, nspname from pg_namespace where nspname = any (${SCHEMAS}))
    select 'constraint ' || c.conrelid::regclass || '.' || c.conname as name,
      pg_get_constraintdef(c.oid) as definition
    from pg_constraint c join owned n on n.oid = c.connamespace where c.conrelid <> 0
    union all
    select 'index ' || c.oid::regclass, pg_get_indexdef(c.oid)
    from pg_class c join owned n on n.oid = c.relnamespace
    where c.relkind = 'i' and not exists (
      select from pg_constraint k where k.conindid = c.oid and k.contype in ('p', 'u', 'x'))
    union all
    select 'policy ' || p.schemaname || '.' || p.tablename || '.' || p.policyname,
      concat_ws(' ', p.permissive, p.cmd, 'to', array_to_string(p.roles, ', '),
        'using (' || p.qual || ')', 'with check (' || p.with_check || ')')
    from pg_policies p where p.schemaname in (select nspname from owned)
      or p.schemaname in ('realtime', 'storage')
    union all
    select 'trigger ' || t.tgrelid::regclass || '.' || t.tgname, pg_get_triggerdef(t.oid)
    from pg_trigger t join pg_proc f on f.oid = t.tgfoid join owned n on n.oid = f.pronamespace
    where not t.tgisinternal
    union all
    select 'function ' || p.oid::regprocedure, pg_get_functiondef(p.oid)
    from pg_proc p join owned n on n.oid = p.pronamespace where p.prokind in ('f', 'p')
    union all
    select 'view ' || c.oid::regclass, pg_get_viewdef(c.oid)
    from pg_class c join owned n on n.oid = c.relnamespace where c.relkind in ('v', 'm')
    union all
    select 'grant ' || c.oid::regclass, array_to_string(array(
      select g::text from unnest(c.relacl) g order by 1), ' ')
    from pg_class c join owned n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm') and c.relacl is not null
    union all
    select 'grant ' || a.attrelid::regclass || '.' || a.attname, array_to_string(array(
      select g::text from unnest(a.attacl) g order by 1), ' ')
    from pg_attribute a join pg_class c on c.oid = a.attrelid
      join owned n on n.oid = c.relnamespace where a.attacl is not null
    union all
    select 'grant ' || p.oid::regprocedure, array_to_string(array(
      select g::text from unnest(p.proacl) g order by 1), ' ')
    from pg_proc p join owned n on n.oid = p.pronamespace where p.proacl is not null
    order by 1`;
}

function snapshotFile(tables: readonly TableRow[], definitions: readonly Definition[]) {
  const tableTexts = tables.map(({ table_name, columns }) => {
    const lines = columns.map(({ name, type, nullable, fallback }) =>
      `--   ${name} ${type}${nullable ? "" : " not null"}${
        fallback === null ? "" : ` default ${fallback}`
      }`
    );
    return [`-- table ${table_name}`, ...lines].join("\n");
  });
  const texts = definitions.map(({ name, definition }) => `-- ${name}\n${definition.trimEnd()}`);
  return {
    path: "supabase/schema.snapshot.sql",
    text: [
      "-- Written by `deno task generate` from the catalog; do not edit. For reading diffs only.",
      ...tableTexts,
      ...texts,
      "",
    ].join("\n\n"),
  };
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function dictionaryFile(tables: readonly TableRow[]): GeneratedFile {
  const sections = tables.map(({ table_name, comment, columns, policies }) =>
    [
      `## ${table_name}`,
      "",
      comment ?? "",
      "",
      "| column | type | null | default |",
      "| --- | --- | --- | --- |",
      ...columns.map(({ name, type, nullable, fallback }) =>
        `| ${name} | ${cell(type)} | ${nullable ? "yes" : ""} | ${
          fallback === null ? "" : `\`${cell(fallback)}\``
        } |`
      ),
      "",
      ...policies.map(({ name, command, roles }) => `- ${name}: ${command} to ${roles}`),
      ...(policies.length === 0 ? [] : [""]),
    ].join("\n")
  );
  const text = [
    "<!-- Written by `deno task generate`; do not edit. -->",
    "# Data",
    "",
    "Every table, its columns and its policies, as the migrations make them.",
    "",
    sections.join("\n"),
  ].join("\n");
  return { path: "docs/DATA.md", text };
}

/** What the catalog of a database holds of the product, as one text. */
export async function describeCatalog(url: string): Promise<GeneratedFile[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const tables = await selectTables(sql);
    const definitions = await selectDefinitions(sql);
    return [snapshotFile(tables, definitions), dictionaryFile(tables)];
  } finally {
    await sql.end();
  }
}

/** The client's types, made by the official CLI. */
async function typesFile(url: string): Promise<GeneratedFile> {
  const { ok, output } = await run([
    ...SUPABASE_CLI,
    ...["gen", "types", "typescript", `--remote=${url}`, "--schema", "public"],
  ]);
  const start = output.indexOf("export type Json");
  if (!ok || start < 0) throw new Error(`The CLI made no types: ${output}`);
  const end = output.indexOf("} as const", start) + "} as const".length;
  const notice = "Written by `deno task generate`; do not edit.";
  const text = `/** @module Types of the exposed tables. ${notice} */\n${
    output.slice(start, end)
  }\n`;
  return { path: "shared/database.types.ts", text };
}

/** The files of the database, made from a fresh one. */
export async function databaseFiles(): Promise<GeneratedFile[]> {
  await using database = await openScratchDatabase();
  return [...await describeCatalog(database.adminUrl), await typesFile(database.url)];
}
