/** @module The files by which a stack is found, and by which two never share a folder. */
import { join } from "node:path";
import { z } from "zod";

const stackInfo = z.object({
  url: z.string(),
  publishable_key: z.string(),
  secret_key: z.string(),
  db_url: z.string(),
  qstash_url: z.string(),
  qstash_token: z.string(),
  mail_url: z.string(),
  pid: z.number(),
});

/** What `stack.json` tells of a running stack. */
export type StackInfo = z.output<typeof stackInfo>;

/** The folder belongs to a stack that runs. */
export class AlreadyRunningError extends Error {
  override readonly name = "AlreadyRunningError";
}

const PRIVATE_MODE = 0o600;

function infoPath(dataDir: string): string {
  return join(dataDir, "stack.json");
}

/** What the stack of a folder says of itself; undefined when none has said so. */
export async function readStackInfo(dataDir: string): Promise<StackInfo | undefined> {
  const text = await Deno.readTextFile(infoPath(dataDir)).catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = stackInfo.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
}

/** Writes `stack.json` whole, so that whoever waits for it never reads half of it. */
export async function writeStackInfo(dataDir: string, info: StackInfo): Promise<void> {
  const draft = `${infoPath(dataDir)}.new`;
  await Deno.writeTextFile(draft, JSON.stringify(info, null, 2) + "\n", { mode: PRIVATE_MODE });
  await Deno.rename(draft, infoPath(dataDir));
}

/** Removes `stack.json`. */
export async function removeStackInfo(dataDir: string): Promise<void> {
  await Deno.remove(infoPath(dataDir)).catch(() => undefined);
}

function openLock(dataDir: string): Deno.FsFile {
  const path = join(dataDir, "stack.lock");
  return Deno.openSync(path, { read: true, write: true, create: true, mode: PRIVATE_MODE });
}

function readPid(file: Deno.FsFile): number | undefined {
  const buffer = new Uint8Array(32);
  file.seekSync(0, Deno.SeekMode.Start);
  const length = file.readSync(buffer) ?? 0;
  const pid = Number.parseInt(new TextDecoder().decode(buffer.subarray(0, length)), 10);
  return Number.isInteger(pid) ? pid : undefined;
}

/** Process that holds a folder; undefined when it is free. A lock ends with its process. */
export function lockHolder(dataDir: string): number | undefined {
  let file: Deno.FsFile;
  try {
    file = openLock(dataDir);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  using lock = file;
  return lock.tryLockSync(true) ? undefined : readPid(lock) ?? 0;
}

/**
 * Takes a folder for this process. It is free again when the result is disposed of, or when the
 * process ends in any way.
 *
 * @throws {AlreadyRunningError} when another stack holds it
 */
export async function lockDataDir(dataDir: string): Promise<Disposable> {
  const file = openLock(dataDir);
  if (!file.tryLockSync(true)) {
    const pid = readPid(file);
    file.close();
    const info = await readStackInfo(dataDir);
    const where = info === undefined ? "" : ` at ${info.url}`;
    throw new AlreadyRunningError(
      `A stack already runs in ${dataDir} (process ${pid ?? "unknown"})${where}. ` +
        "Stop it with `deno task stop`, or choose another --data-dir.",
    );
  }
  file.truncateSync();
  file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  return file;
}
