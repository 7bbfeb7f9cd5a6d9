/** @module A folder in place of the platform's storage, so that a backup can be carried away. */
import { dirname, join } from "node:path";
import { AppError } from "../shared/core/errors.ts";
import { createBucketStore, type FileStore } from "../shared/platform/file_store.ts";
import type { Storage } from "../shared/platform/storage.ts";

function refuseAddress(): Promise<never> {
  return Promise.reject(new AppError("not-supported", "A folder has no addresses"));
}

async function find<T>(path: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new AppError("not-found", `There is no file ${path}`, { cause });
  }
}

function ignoreAbsent(error: unknown): void {
  if (!(error instanceof AppError && error.problem === "not-found")) throw error;
}

async function listFolder(path: string, limit: number): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(path)) {
      names.push(entry.isDirectory ? `${entry.name}/` : entry.name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort().slice(0, limit);
}

/** How a folder stands for buckets. */
export interface FolderOptions {
  /** Gives each bucket a folder of its own; otherwise the bucket's name is left out. */
  readonly hasBuckets?: boolean;
}

/** Keeps backups as files below `folder`. */
export function createFolderStore(folder: string): FileStore {
  return createBucketStore(createFolderStorage(folder), "");
}

/** Keeps objects as files below `folder`. */
export function createFolderStorage(folder: string, options: FolderOptions = {}): Storage {
  const pathOf = (bucket: string, path: string) =>
    options.hasBuckets === true ? join(folder, bucket, path) : join(folder, path);
  return {
    async put(bucket, path, { bytes }) {
      const file = pathOf(bucket, path);
      await Deno.mkdir(dirname(file), { recursive: true });
      await Deno.writeFile(file, bytes);
    },
    async putStream(bucket, path, { stream }) {
      const file = pathOf(bucket, path);
      await Deno.mkdir(dirname(file), { recursive: true });
      await Deno.writeFile(file, stream);
    },
    async open(bucket, path) {
      const file = pathOf(bucket, path);
      return (await find(file, () => Deno.open(file))).readable;
    },
    async read(bucket, path) {
      const file = pathOf(bucket, path);
      const bytes = new Uint8Array(await find(file, () => Deno.readFile(file)));
      return { bytes, mimeType: "application/octet-stream" };
    },
    async remove(bucket, paths) {
      for (const path of paths) {
        await find(path, () => Deno.remove(pathOf(bucket, path))).catch(ignoreAbsent);
      }
    },
    list: (bucket, folder, limit) => listFolder(pathOf(bucket, folder), limit),
    sign: refuseAddress,
    signUpload: refuseAddress,
  };
}
