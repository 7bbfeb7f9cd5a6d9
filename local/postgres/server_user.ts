/** @module Chooses the account and the folders of Postgres, which refuses to run as root. */
import { createHash } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import { hydrateLinks, type PostgresBinaries } from "./binaries.ts";
import { runChecked } from "./commands.ts";

/** Account of the server process; absent when it is simply the caller's own. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Where one cluster really lives and which binaries it runs on. */
export interface ServerPlace {
  readonly user: ServerUser | undefined;
  readonly native: string;
  readonly dataDir: string;
  /** Folder for the cached, freshly initialised cluster. */
  readonly cacheDir: string;
}

const NOBODY: ServerUser = { uid: 65534, gid: 65534 };
const EXECUTE_BY_OTHERS = 0o001;
const EXECUTE_BY_GROUP = 0o010;
const EXECUTE_BY_OWNER = 0o100;
const HASH_LENGTH = 12;

async function lookUpUser(name: string): Promise<ServerUser | undefined> {
  const passwd = await Deno.readTextFile("/etc/passwd").catch(() => "");
  const fields = passwd.split("\n").find((line) => line.startsWith(`${name}:`))?.split(":");
  if (fields?.[2] === undefined || fields[3] === undefined) return undefined;
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

/** The account to run as: none of its own unless the caller is root. */
export async function chooseUser(): Promise<ServerUser | undefined> {
  if (Deno.build.os === "windows" || Deno.uid() !== 0) return undefined;
  return await lookUpUser("postgres") ?? await lookUpUser("nobody") ?? NOBODY;
}

/** Whether the account can walk into the folder and all its parents (that exist). */
export async function isTraversable(path: string, user: ServerUser): Promise<boolean> {
  for (let folder = resolve(path);; folder = dirname(folder)) {
    const info = await Deno.stat(folder).catch(() => undefined);
    if (info?.isDirectory && info.mode !== null) {
      const bit = info.uid === user.uid
        ? EXECUTE_BY_OWNER
        : info.gid === user.gid
        ? EXECUTE_BY_GROUP
        : EXECUTE_BY_OTHERS;
      if ((info.mode & bit) === 0) return false;
    }
    if (folder === dirname(folder)) return true;
  }
}

/** A folder outside the project that both we and the server's account can use. */
async function sharedFolder(user: ServerUser | undefined): Promise<string> {
  const owner = Deno.build.os === "windows" ? 0 : Deno.uid() ?? 0;
  const home = Deno.env.get("XDG_CACHE_HOME") ??
    (Deno.env.get("HOME") === undefined ? undefined : join(Deno.env.get("HOME") ?? "", ".cache"));
  const folder = user === undefined && home !== undefined
    ? join(home, "townsquare")
    : `/var/tmp/townsquare-${owner}`;
  await Deno.mkdir(folder, { recursive: true });
  const info = await Deno.lstat(folder);
  // Anybody may create names under /var/tmp: a folder that is not ours is not to be trusted.
  if (!info.isDirectory || (info.uid !== null && info.uid !== owner)) {
    throw new Error(`${folder} belongs to somebody else; remove it or set XDG_CACHE_HOME.`);
  }
  return folder;
}

async function copyBinaries(binaries: PostgresBinaries, shared: string): Promise<string> {
  const target = join(shared, `native-${binaries.version}`);
  if (await Deno.stat(join(target, "bin", "postgres")).then(() => true, () => false)) return target;
  const draft = `${target}.${crypto.randomUUID()}`;
  await runChecked("cp", ["-R", binaries.directory, draft], "copying the Postgres binaries");
  const draftParent = join(draft, "..");
  await hydrateCopied(draft, draftParent);
  await Deno.rename(draft, target).catch(() => Deno.remove(draft, { recursive: true }));
  return target;
}

/** The link list names targets under `native/`; in a copy the folder has another name. */
async function hydrateCopied(draft: string, parent: string): Promise<void> {
  const listFile = join(draft, "pg-symlinks.json");
  const listing = (await Deno.readTextFile(listFile)).replaceAll(
    '"native/',
    `"${basename(draft)}/`,
  );
  await Deno.writeTextFile(listFile, listing);
  if (!await hydrateLinks(draft)) throw new Error(`Cannot create library links in ${parent}.`);
}

/** Where the cluster of `dataDir` lives when the server's account cannot reach `dataDir` itself. */
function displacedDataDir(shared: string, dataDir: string): string {
  const hash = createHash("sha256").update(resolve(dataDir)).digest("hex");
  return join(shared, `data-${hash.slice(0, HASH_LENGTH)}`);
}

/** Decides account, binaries and folders for a cluster. */
export async function choosePlace(
  binaries: PostgresBinaries,
  dataDir: string,
): Promise<ServerPlace> {
  const user = await chooseUser();
  const shared = await sharedFolder(user);
  const linked = await hydrateLinks(binaries.directory);
  const reachable = user === undefined || await isTraversable(binaries.directory, user);
  const native = linked && reachable ? binaries.directory : await copyBinaries(binaries, shared);
  const place = user === undefined || await isTraversable(dirname(resolve(dataDir)), user)
    ? resolve(dataDir)
    : displacedDataDir(shared, dataDir);
  return { user, native, dataDir: place, cacheDir: shared };
}

/** Removes a cluster, wherever it was put. */
export async function removeCluster(dataDir: string): Promise<void> {
  const user = await chooseUser();
  const folders = [resolve(dataDir)];
  if (user !== undefined) folders.push(displacedDataDir(await sharedFolder(user), dataDir));
  for (const folder of folders) {
    await Deno.remove(folder, { recursive: true }).catch((error: unknown) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
}
