/**
 * @module Runs tests on a throw-away Postgres and, when a test asks for it, a throw-away stack.
 *
 * `deno task test [--no-stack] [--repeat=N] [paths and flags of deno test]`
 */
import { join } from "node:path";
import postgres from "postgres";
import { readConfig } from "../local/config_toml.ts";
import { migrate } from "../local/migrations.ts";
import { bootstrapDatabase } from "../local/postgres/bootstrap.ts";
import { startPostgres } from "../local/postgres/mod.ts";
import { makeTestFolder } from "./test_folder.ts";
import { closingLine, findTestFiles, needsStack, summarize } from "./test_report.ts";

const ROOT = join(import.meta.dirname ?? ".", "..");
const JOBS = "2";
const STACK_TIMEOUT_MS = 180_000;
const POLL_MS = 50;
const INTERRUPTED = 130;
const REPEAT = "--repeat=";

interface Arguments {
  readonly paths: string[];
  readonly flags: string[];
  readonly stack: boolean;
  /** How often everything is run; the first failure ends it. */
  readonly repeat: number;
}

function readRepeat(arg: string | undefined): number {
  const count = Number(arg?.slice(REPEAT.length) ?? 1);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`${arg}: how often is a whole number above 0`);
}

function parseArguments(args: readonly string[]): Arguments {
  const flags: string[] = [];
  const paths: string[] = [];
  // Flags with a value of their own are written with "=", as in --filter=name.
  for (const arg of args) {
    if (arg === "--no-stack" || arg === "--" || arg.startsWith(REPEAT)) continue;
    (arg.startsWith("-") ? flags : paths).push(arg);
  }
  return {
    paths: paths.length > 0 ? paths : ["tests"],
    flags,
    stack: !args.includes("--no-stack"),
    repeat: readRepeat(args.find((arg) => arg.startsWith(REPEAT))),
  };
}

function withDatabase(url: string, role: string, database: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.pathname = `/${database}`;
  return changed.href;
}

/**
 * Options that migrations give to roles hold for the whole cluster, where they would reach the
 * databases of other templates too; here they are made options of the role in one database.
 */
async function confineRoleOptions(clusterUrl: string, database: string): Promise<void> {
  const sql = postgres(clusterUrl, { max: 1 });
  try {
    const rows = await sql<{ setting: string }[]>`
      select unnest(s.setconfig) as setting from pg_db_role_setting s
      where s.setrole = 'authenticator'::regrole and s.setdatabase = 0`;
    for (const { setting } of rows.filter((row) => row.setting.startsWith("pgrst."))) {
      const [name, ...value] = setting.split("=");
      const [made] = await sql<{ command: string }[]>`
        select format('alter role authenticator in database %I set %s = %L',
          ${database}::text, ${name ?? ""}::text, ${value.join("=")}::text) as command`;
      if (made !== undefined) await sql.unsafe(made.command);
      await sql.unsafe(`alter role authenticator reset ${name}`);
    }
  } finally {
    await sql.end();
  }
}

/**
 * Makes the two databases that tests clone.
 *
 * @returns false when the project's migrations do not apply; tests of the platform still can run
 */
async function makeTemplates(clusterUrl: string): Promise<boolean> {
  const sql = postgres(clusterUrl, { max: 1 });
  try {
    await sql`create database template_platform`;
    await bootstrapDatabase(withDatabase(clusterUrl, "supabase_admin", "template_platform"));
    await sql`create database template_product template template_platform`;
    // What bootstrap sets for a database is not copied with it.
    await bootstrapDatabase(withDatabase(clusterUrl, "supabase_admin", "template_product"), {
      autoExpose: readConfig(ROOT).api.auto_expose_new_tables ?? true,
    });
    const databaseUrl = withDatabase(clusterUrl, "postgres", "template_product");
    await migrate({ databaseUrl, projectDir: ROOT });
  } catch (error) {
    console.error("The template of the product cannot be made:", error);
    await sql`drop database if exists template_product with (force)`;
    return false;
  } finally {
    await sql.end();
  }
  await confineRoleOptions(clusterUrl, "template_product");
  return true;
}

/** A whole stack on free ports, as a process of its own. */
async function startStack(folder: string): Promise<Deno.ChildProcess> {
  const dataDir = join(folder, "stack");
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      join(ROOT, "local", "cli.ts"),
      "start",
      "--port",
      "0",
      "--quiet",
      "--data-dir",
      dataDir,
      "--allow-loopback-targets",
    ],
    cwd: ROOT,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  let ended = false;
  child.status.then(() => ended = true);
  const deadline = Date.now() + STACK_TIMEOUT_MS;
  while (!ended && Date.now() < deadline) {
    const ready = await Deno.stat(join(dataDir, "stack.json")).then(() => true, () => false);
    if (ready) return child;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  if (!ended) child.kill("SIGTERM");
  await child.status;
  throw new Error("The stack for the tests did not start; its messages stand above.");
}

async function runTests(
  args: Arguments,
  folder: string,
  environment: Record<string, string>,
  failedBefore: number,
): Promise<number> {
  const report = join(folder, "report.xml");
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--no-check",
      "--parallel",
      "-A",
      `--junit-path=${report}`,
      ...args.flags,
      ...args.paths,
    ],
    cwd: ROOT,
    env: { DENO_JOBS: JOBS, ...environment },
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  const { code } = await child.status;
  const counted = summarize(await Deno.readTextFile(report).catch(() => ""));
  // A file that does not load fails the run without being counted as a test.
  const unloaded = code !== 0 && counted.failed === 0 ? 1 : 0;
  const failed = counted.failed + unloaded + failedBefore;
  console.log(closingLine({ ...counted, failed }));
  return code === 0 && failed > 0 ? 1 : code;
}

async function main(): Promise<number> {
  const args = parseArguments(Deno.args);
  const files = await findTestFiles(args.paths.map((path) => join(Deno.cwd(), path)));
  const folder = await makeTestFolder();
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => Deno.remove(folder, { recursive: true }));
  const interrupted = Promise.withResolvers<number>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const onSignal = () => interrupted.resolve(INTERRUPTED);
    Deno.addSignalListener(signal, onSignal);
    cleanup.defer(() => Deno.removeSignalListener(signal, onSignal));
  }
  async function run(): Promise<number> {
    const cluster = cleanup.use(
      await startPostgres({ dataDir: join(folder, "postgres"), durable: false }),
    );
    const migrated = await makeTemplates(cluster.url);
    const environment: Record<string, string> = { TOWNSQUARE_TEST_CLUSTER: cluster.url };
    if (args.stack && await needsStack(files)) {
      const stack = await startStack(folder);
      cleanup.defer(async () => {
        stack.kill("SIGTERM");
        await stack.status;
      });
      environment.TOWNSQUARE_TEST_STACK = join(folder, "stack", "stack.json");
    }
    for (let round = 1;; round++) {
      const code = await runTests(args, folder, environment, migrated ? 0 : 1);
      if (args.repeat > 1) console.log(`round ${round} of ${args.repeat}`);
      if (code !== 0 || round >= args.repeat) return code;
    }
  }
  return await Promise.race([run(), interrupted.promise]);
}

if (import.meta.main) Deno.exit(await main());
