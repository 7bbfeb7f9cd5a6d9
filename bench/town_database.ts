/** @module The town of the bench in a cluster that is kept, so that it is built once per schema. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import postgres, { type Sql } from "postgres";
import { readConfig } from "../local/config_toml.ts";
import { listMigrations, migrate } from "../local/migrations.ts";
import { bootstrapDatabase } from "../local/postgres/bootstrap.ts";
import { removeCluster, startPostgres } from "../local/postgres/mod.ts";
import { ROOT } from "../tools/commands.ts";
import { BENCH_TOWN, buildTown } from "./town.ts";

/** Where the cluster is kept unless `--data-dir` says otherwise. */
export const TOWN_FOLDER = join(".townsquare", "bench");

/** A running server with the town. */
export interface TownDatabase extends AsyncDisposable {
  /** As the superuser; `max` connections in a pool of its own. */
  connect(max: number): Sql;
}

/** Changes with the schema and with the way the town is made. */
async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  hash.update(await Deno.readTextFile(join(import.meta.dirname ?? ".", "town.ts")));
  for (const { path } of listMigrations(ROOT)) hash.update(await Deno.readTextFile(path));
  return hash.digest("hex");
}

async function fill(url: string, print: string): Promise<void> {
  await bootstrapDatabase(url, { autoExpose: readConfig(ROOT).api.auto_expose_new_tables ?? true });
  const owner = new URL(url);
  owner.username = "postgres";
  await migrate({ databaseUrl: owner.href, projectDir: ROOT });
  const sql = postgres(url, { max: 2, onnotice: () => undefined });
  await buildTown(sql, BENCH_TOWN, (line) => console.error(line));
  await sql.unsafe(`comment on database postgres is '${print}'`);
  await sql.end();
}

async function isCurrent(url: string, print: string): Promise<boolean> {
  const sql = postgres(url, { max: 1 });
  const [row] = await sql<{ print: string | null }[]>`
    select shobj_description(oid, 'pg_database') as print from pg_database
    where datname = current_database()`;
  await sql.end();
  return row?.print === print;
}

/** Starts the server; fills it when the town is not there or was made for another schema. */
export async function openTown(dataDir: string): Promise<TownDatabase> {
  const print = await fingerprint();
  // What is kept can be made again at any time.
  let cluster = await startPostgres({ dataDir, durable: false });
  if (!await isCurrent(cluster.url, print)) {
    await cluster.close();
    await removeCluster(dataDir);
    cluster = await startPostgres({ dataDir, durable: false });
    await fill(cluster.url, print);
  }
  const town = reuseTown(cluster.url);
  return {
    connect: town.connect,
    async [Symbol.asyncDispose]() {
      await town[Symbol.asyncDispose]();
      await cluster.close();
    },
  };
}

/** A server with a town that somebody else keeps running; as the superuser. */
export function reuseTown(url: string): TownDatabase {
  const pools: Sql[] = [];
  return {
    connect(max) {
      const sql = postgres(url, { max, onnotice: () => undefined });
      pools.push(sql);
      return sql;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(pools.map((sql) => sql.end()));
    },
  };
}
