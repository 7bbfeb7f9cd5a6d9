/** @module A throw-away Postgres with the project's migrations, for tools that read the catalog. */
import { join } from "node:path";
import { readConfig } from "../local/config_toml.ts";
import { migrate } from "../local/migrations.ts";
import { bootstrapDatabase } from "../local/postgres/bootstrap.ts";
import { startPostgres } from "../local/postgres/mod.ts";
import { ROOT } from "./commands.ts";

/** The database; it goes away when disposed of. */
export interface ScratchDatabase extends AsyncDisposable {
  /** As the role `postgres`. */
  readonly url: string;
  /** As the superuser. */
  readonly adminUrl: string;
}

/** The server has an account of its own when we are root, and must reach its folder. */
const TRAVERSABLE_MODE = 0o711;

/** Makes the database; `migrated: false` leaves it as the platform provides it. */
export async function openScratchDatabase(
  options: { migrated?: boolean } = {},
): Promise<ScratchDatabase> {
  const stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "townsquare-scratch-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  await Deno.chmod(folder, TRAVERSABLE_MODE);
  const cluster = stack.use(
    await startPostgres({ dataDir: join(folder, "postgres"), durable: false }),
  );
  await bootstrapDatabase(cluster.url, {
    autoExpose: readConfig(ROOT).api.auto_expose_new_tables ?? true,
  });
  const url = new URL(cluster.url);
  url.username = "postgres";
  if (options.migrated !== false) await migrate({ databaseUrl: url.href, projectDir: ROOT });
  return {
    url: url.href,
    adminUrl: cluster.url,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
