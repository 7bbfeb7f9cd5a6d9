/** @module Turns a plain database into one laid out as the hosted platform lays it out. */
import { createHash } from "node:crypto";
import postgres, { type Sql } from "postgres";
import { ensureAuthSchema } from "../auth/schema.ts";
import { ensureNetSchema } from "../net/schema.ts";
import { ensureRealtimeSchema } from "../realtime/schema.ts";
import { ensureStorageSchema } from "../storage/schema.ts";

/** How a database is laid out. */
export interface BootstrapOptions {
  /**
   * Grants the API roles everything that `postgres` makes in `public`, as the platform did before
   * October 2026 and as `[api] auto_expose_new_tables = true` asks for.
   */
  readonly autoExpose?: boolean;
}

const ROLES_FILE = new URL("./roles.sql", import.meta.url);
const DATABASE_FILE = new URL("./database.sql", import.meta.url);
const ROLE_ATTEMPTS = 8;
const ROLE_RETRY_MS = 50;

/** What a concurrent change of the cluster's roles answers; the next try finds them made. */
const CONCURRENT_CHANGE = new Set(["XX000", "23505", "42710", "40001"]);

/** A connection for laying out, silent about notices. */
export function connectAdmin(url: string): Sql {
  return postgres(url, { max: 1, onnotice: () => undefined, prepare: false });
}

/**
 * Makes the platform's roles in the cluster. They belong to all its databases, so the definition's
 * hash is noted as a comment on one of them and nothing is done twice.
 */
export async function ensureRoles(sql: Sql): Promise<void> {
  const text = await Deno.readTextFile(ROLES_FILE);
  const mark = `roles ${createHash("sha256").update(text).digest("hex")}`;
  for (let attempt = 1;; attempt++) {
    try {
      const [row] = await sql<{ mark: string | null }[]>`
        select shobj_description(oid, 'pg_authid') as mark
        from pg_roles where rolname = 'authenticator'`;
      if (row?.mark === mark) return;
      await sql.begin(async (tx) => {
        await tx.unsafe(text);
        await tx.unsafe(`comment on role authenticator is '${mark}'`);
      });
      return;
    } catch (error) {
      const code = error instanceof postgres.PostgresError ? error.code : "";
      if (!CONCURRENT_CHANGE.has(code) || attempt >= ROLE_ATTEMPTS) throw error;
      await new Promise((done) => setTimeout(done, ROLE_RETRY_MS * attempt));
    }
  }
}

/** Gives the current database to `postgres`: ownership is not copied from a template. */
export async function ownDatabase(sql: Sql): Promise<void> {
  await sql.unsafe(`do $$
    begin
      execute format('alter database %I owner to postgres', current_database());
      execute format('alter database %I set search_path = "$user", public, extensions',
        current_database());
      execute format('grant create on database %I to postgres, supabase_auth_admin,
        supabase_storage_admin', current_database());
    end $$`);
}

async function setDefaultPrivileges(sql: Sql, expose: boolean): Promise<void> {
  const action = expose ? "grant all on %s to" : "revoke all on %s from";
  for (const kind of ["tables", "functions", "sequences"]) {
    await sql.unsafe(
      `alter default privileges for role postgres in schema public ${
        action.replace("%s", kind)
      } anon, authenticated, service_role`,
    );
  }
}

/**
 * Lays out the database of a superuser's URL. May be called again; what is there stays.
 *
 * @param superuserUrl any database of any cluster, as a superuser
 */
export async function bootstrapDatabase(
  superuserUrl: string,
  options: BootstrapOptions = {},
): Promise<void> {
  const sql = connectAdmin(superuserUrl);
  try {
    await ensureRoles(sql);
    await ownDatabase(sql);
    await sql.unsafe(await Deno.readTextFile(DATABASE_FILE));
    await setDefaultPrivileges(sql, options.autoExpose ?? false);
    await ensureAuthSchema(sql);
    await ensureStorageSchema(sql);
    await ensureRealtimeSchema(sql);
    await ensureNetSchema(sql);
  } finally {
    await sql.end();
  }
}
