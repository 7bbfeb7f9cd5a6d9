/** @module A database of its own for one test file, cloned in milliseconds from a prepared one. */
import postgres, { type Sql } from "postgres";

/** What the database starts with. */
export type DatabaseTemplate = "platform" | "product";

/** A database that lives as long as the test file. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  /** As the role `postgres`, which is what the product connects with. */
  readonly url: string;
  /** As the superuser. */
  readonly adminUrl: string;
  /** URL of any other role. */
  urlAs(role: string): string;
  /** A connection as the superuser. */
  readonly sql: Sql;
}

/** Options of a test database. */
export interface OpenOptions {
  /** `platform` holds the services' schemas, `product` also the project's migrations. */
  readonly template?: DatabaseTemplate;
}

const ATTEMPTS_MAX = 20;
const RETRY_MS = 100;
const IN_USE = "55006";
const POOL_SIZE = 4;

function clusterUrl(): URL {
  const url = Deno.env.get("TOWNSQUARE_TEST_CLUSTER");
  if (url === undefined) {
    throw new Error("No test cluster: run tests through `deno task test [paths]`.");
  }
  return new URL(url);
}

function urlOf(cluster: URL, role: string, database: string): string {
  const url = new URL(cluster);
  url.username = role;
  url.password = role === cluster.username ? cluster.password : "postgres";
  url.pathname = `/${database}`;
  return url.href;
}

/** A replication slot is let go of a moment after its reader has gone. */
async function dropDatabase(admin: Sql, name: string): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      return;
    } catch (error) {
      const isInUse = error instanceof postgres.PostgresError && error.code === IN_USE;
      if (!isInUse || attempt === ATTEMPTS_MAX) throw error;
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
}

/** Settings of roles are not copied from a template, so they are carried over by hand. */
async function copyRoleSettings(admin: Sql, template: string, name: string): Promise<void> {
  const rows = await admin<{ role: string | null; setting: string }[]>`
    select r.rolname as role, unnest(s.setconfig) as setting
    from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
    left join pg_roles r on r.oid = s.setrole where d.datname = ${template}`;
  for (const { role, setting } of rows) {
    const at = setting.indexOf("=");
    const option = setting.slice(0, at);
    const value = setting.slice(at + 1);
    const target = role === null ? "database %2$I" : "role %1$I in database %2$I";
    // search_path is a list: quoting it as one value would make it one name.
    const literal = option === "search_path" ? "%4$s" : "%4$L";
    const [made] = await admin<{ command: string }[]>`
      select format(${`alter ${target} set %3$s = ${literal}`}, ${role ?? ""}::text, ${name}::text,
        ${option}::text, ${value}::text) as command`;
    if (made !== undefined) await admin.unsafe(made.command);
  }
}

async function createDatabase(admin: Sql, name: string, template: string): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      await admin.unsafe(
        `create database ${name} template ${template} owner postgres strategy file_copy`,
      );
      return;
    } catch (error) {
      const busy = error instanceof postgres.PostgresError && error.code === IN_USE;
      if (!busy || attempt >= ATTEMPTS_MAX) throw error;
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
}

/** Clones a database. Dispose of it at the end of the test file. */
export async function openDatabase(options: OpenOptions = {}): Promise<TestDatabase> {
  const cluster = clusterUrl();
  const template = `template_${options.template ?? "platform"}`;
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  const admin = postgres(cluster.href, { max: 1, onnotice: () => undefined });
  await createDatabase(admin, name, template);
  await copyRoleSettings(admin, template, name);
  const adminUrl = urlOf(cluster, cluster.username, name);
  const sql = postgres(adminUrl, { max: POOL_SIZE, onnotice: () => undefined });
  return {
    name,
    url: urlOf(cluster, "postgres", name),
    adminUrl,
    urlAs: (role) => urlOf(cluster, role, name),
    sql,
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 1 });
      await dropDatabase(admin, name);
      await admin.end();
    },
  };
}
