/** @module Where the throw-away database of the tests lies. */
import { statfs } from "node:fs/promises";
import { join } from "node:path";

const PREFIX = "townsquare-test-";
const TRAVERSABLE_MODE = 0o711;
/** Linux' file system in memory: each test file clones a database, which is a thousand files. */
const MEMORY = "/dev/shm";
/** Databases, write-ahead log and all: about 1 GB is used. */
const MEMORY_FREE_MIN = 4_000_000_000;
/** No run takes so long: what is older was left by one that was killed. */
const LEFT_MS = 6 * 3_600_000;

async function hasRoom(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  const room = await statfs(MEMORY).catch(() => undefined);
  return room !== undefined && room.bavail * room.bsize > MEMORY_FREE_MIN;
}

async function removeLeft(parent: string): Promise<void> {
  for await (const { name } of Deno.readDir(parent)) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(parent, name);
    const { mtime } = await Deno.stat(folder);
    if (Date.now() - (mtime?.getTime() ?? 0) < LEFT_MS) continue;
    await Deno.remove(folder, { recursive: true }).catch(() => undefined);
  }
}

/** A new folder for one run: in memory where there is room for it, else among temporary files. */
export async function makeTestFolder(): Promise<string> {
  const inMemory = await hasRoom();
  if (inMemory) await removeLeft(MEMORY);
  const folder = await Deno.makeTempDir({
    prefix: PREFIX,
    ...(inMemory ? { dir: MEMORY } : {}),
  });
  // The server runs under an account of its own when we are root, and must reach its folder.
  await Deno.chmod(folder, TRAVERSABLE_MODE);
  return folder;
}
