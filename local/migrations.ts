/** @module Applies a project's migrations and seed, with the history that the CLI keeps. */
import { createHash } from "node:crypto";
import { globSync } from "node:fs";
import { join } from "node:path";
import postgres, { type Sql } from "postgres";
import { splitStatements } from "./sql_statements.ts";

/** One migration file. */
export interface MigrationFile {
  readonly version: string;
  readonly name: string;
  readonly path: string;
}

/** What to apply, and where. */
export interface MigrationOptions {
  /** URL of the role `postgres`. */
  readonly databaseUrl: string;
  /** Folder that holds `supabase/`. */
  readonly projectDir: string;
  /** False leaves migrations alone, as `[db.migrations] enabled = false` asks. */
  readonly migrations?: boolean;
  /** Seed files, relative to `supabase/`, with wildcards; empty for none. */
  readonly seedPaths?: readonly string[];
  /** Told before each file. */
  readonly onFile?: (label: string) => void;
}

/** What was done. */
export interface MigrationResult {
  readonly applied: string[];
  readonly seeded: string[];
}

const FILE_NAME = /^([0-9]+)_(.*)\.sql$/;

const HISTORY_TABLES = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (
    version text not null primary key
  );
  alter table supabase_migrations.schema_migrations
    add column if not exists statements text[],
    add column if not exists name text;
  create table if not exists supabase_migrations.seed_files (
    path text not null primary key, hash text not null
  )`;

/** The project's migrations in order. Files of other names are not migrations. */
export function listMigrations(projectDir: string): MigrationFile[] {
  const folder = join(projectDir, "supabase", "migrations");
  const files: MigrationFile[] = [];
  let entries: Deno.DirEntry[] = [];
  try {
    entries = [...Deno.readDirSync(folder)];
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  for (const entry of entries) {
    const [, version, name] = FILE_NAME.exec(entry.name) ?? [];
    if (!entry.isFile || version === undefined || name === undefined) continue;
    files.push({ version, name, path: join(folder, entry.name) });
  }
  // By file name, as the CLI sorts, so that versions of unequal length keep its order.
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** Says where in a file a statement failed. */
function located(error: unknown, path: string, text: string): Error {
  if (!(error instanceof postgres.PostgresError)) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const position = Number(error.position);
  const line = position > 0 ? `:${text.slice(0, position).split("\n").length}` : "";
  const parts = [error.detail, error.hint, error.where].filter(Boolean);
  const more = parts.length > 0 ? `\n${parts.join("\n")}` : "";
  return new Error(`${path}${line}: ${error.message} (${error.code})${more}`, { cause: error });
}

async function applyFile(sql: Sql, file: MigrationFile): Promise<void> {
  const text = await Deno.readTextFile(file.path);
  const statements = splitStatements(text);
  try {
    await sql`reset all`;
    await sql.begin(async (tx) => {
      await tx.unsafe(text).simple();
      await tx`insert into supabase_migrations.schema_migrations (version, name, statements)
        values (${file.version}, ${file.name}, ${statements})`;
    });
  } catch (error) {
    throw located(error, file.path, text);
  }
}

async function ensureHistory(sql: Sql): Promise<void> {
  const [row] = await sql<{ made: boolean }[]>`
    select to_regclass('supabase_migrations.seed_files') is not null as made`;
  if (row?.made !== true) await sql.unsafe(HISTORY_TABLES).simple();
}

async function applyMigrations(sql: Sql, options: MigrationOptions): Promise<string[]> {
  const done = new Set(
    (await sql<{ version: string }[]>`
      select version from supabase_migrations.schema_migrations`).map((row) => row.version),
  );
  const applied: string[] = [];
  for (const file of listMigrations(options.projectDir)) {
    if (done.has(file.version)) continue;
    options.onFile?.(`migration ${file.version}_${file.name}`);
    await applyFile(sql, file);
    applied.push(file.version);
  }
  return applied;
}

function seedFiles(options: MigrationOptions): string[] {
  const folder = join(options.projectDir, "supabase");
  return (options.seedPaths ?? []).flatMap((pattern) =>
    globSync(pattern, { cwd: folder }).sort().map((found) => join("supabase", found))
  );
}

/** Runs each seed file once. One that changed later is noted, not run again, as the CLI does. */
async function applySeeds(sql: Sql, options: MigrationOptions): Promise<string[]> {
  const known = new Map(
    (await sql<{ path: string; hash: string }[]>`
      select path, hash from supabase_migrations.seed_files`).map((row) => [row.path, row.hash]),
  );
  const seeded: string[] = [];
  for (const path of seedFiles(options)) {
    const text = await Deno.readTextFile(join(options.projectDir, path));
    const hash = createHash("sha256").update(text).digest("hex");
    if (known.get(path) === hash) continue;
    options.onFile?.(`seed ${path}`);
    try {
      await sql`reset all`;
      await sql.begin(async (tx) => {
        if (!known.has(path)) await tx.unsafe(text).simple();
        await tx`reset all`;
        await tx`insert into supabase_migrations.seed_files (path, hash) values (${path}, ${hash})
          on conflict (path) do update set hash = excluded.hash`;
      });
    } catch (error) {
      throw located(error, path, text);
    }
    if (!known.has(path)) seeded.push(path);
  }
  return seeded;
}

/**
 * Applies what is new: migrations in order, each in a transaction of its own, then seed files.
 *
 * @throws naming file and line of the statement that failed
 */
export async function migrate(options: MigrationOptions): Promise<MigrationResult> {
  const sql = postgres(options.databaseUrl, {
    max: 1,
    prepare: false,
    onnotice: () => undefined,
  });
  try {
    await ensureHistory(sql);
    const applied = options.migrations === false ? [] : await applyMigrations(sql, options);
    const seeded = await applySeeds(sql, options);
    return { applied, seeded };
  } finally {
    await sql.end();
  }
}
