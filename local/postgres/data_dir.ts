/** @module Makes a new cluster, from a cached copy when there is one. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { runChecked } from "./commands.ts";
import type { ServerPlace } from "./server_user.ts";

const PRIVATE_MODE = 0o700;
const HASH_LENGTH = 12;

/**
 * The builtin provider sorts alike on every machine, whatever libraries it has. Trust is no hole
 * here: the server listens on loopback alone and holds development data.
 */
const INITDB_ARGS = [
  "-U",
  "supabase_admin",
  "-A",
  "trust",
  "-E",
  "UTF8",
  "--locale-provider=builtin",
  "--locale=C.UTF-8",
  "--no-sync",
];

async function isCluster(dataDir: string): Promise<boolean> {
  try {
    return (await Deno.stat(join(dataDir, "PG_VERSION"))).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function makeOwnFolder(folder: string, place: ServerPlace): Promise<void> {
  // Parents keep the usual mode: the server's account has to walk through them.
  await Deno.mkdir(folder, { recursive: true });
  if (Deno.build.os !== "windows") await Deno.chmod(folder, PRIVATE_MODE);
  if (place.user !== undefined) await Deno.chown(folder, place.user.uid, place.user.gid);
}

/** The cached cluster for these binaries, arguments and account; made at first use. */
async function cachedCluster(place: ServerPlace, version: string): Promise<string> {
  const owner = place.user?.uid ?? "own";
  const key = createHash("sha256").update([version, owner, ...INITDB_ARGS].join("\n"))
    .digest("hex").slice(0, HASH_LENGTH);
  const cached = join(place.cacheDir, `template-${key}`);
  if (await isCluster(cached)) return cached;
  const draft = `${cached}.${crypto.randomUUID()}`;
  await makeOwnFolder(draft, place);
  try {
    const initdb = join(place.native, "bin", "initdb");
    await runChecked(
      initdb,
      [...INITDB_ARGS, "-D", draft],
      "Initialising Postgres",
      place.user ?? {},
    );
    // Another start may have been faster; its copy is as good.
    await Deno.rename(draft, cached).catch(() => undefined);
  } finally {
    await Deno.remove(draft, { recursive: true }).catch(() => undefined);
  }
  return cached;
}

async function hasEntries(folder: string): Promise<boolean> {
  try {
    for await (const _entry of Deno.readDir(folder)) return true;
    return false;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function createCluster(place: ServerPlace, version: string): Promise<void> {
  const cached = await cachedCluster(place, version);
  // Copied aside and renamed: a copy that is cut short never looks like a cluster.
  const draft = `${place.dataDir}.new`;
  await Deno.remove(draft, { recursive: true }).catch(() => undefined);
  await makeOwnFolder(draft, place);
  const what = `Creating the data directory ${place.dataDir}`;
  await runChecked("cp", ["-R", `${cached}/.`, draft], what, place.user ?? {});
  await Deno.rename(draft, place.dataDir);
}

/**
 * Makes sure that the folder holds a cluster.
 *
 * @throws when it holds something else or cannot be read
 */
export async function prepareDataDir(place: ServerPlace, version: string): Promise<void> {
  try {
    if (await isCluster(place.dataDir)) return;
    if (await hasEntries(place.dataDir)) {
      throw new Error(`${place.dataDir} is not empty and holds no Postgres data.`);
    }
    await createCluster(place, version);
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new Error(
        `The data directory ${place.dataDir} cannot be read or written: ${error.message}. ` +
          "Check its owner, or choose another --data-dir.",
        { cause: error },
      );
    }
    throw error;
  }
}
