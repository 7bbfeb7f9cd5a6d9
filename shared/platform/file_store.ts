/** @module Where backups are kept: one folder of files, in the platform's storage or elsewhere. */
import type { Storage } from "./storage.ts";

/** Bytes in a buffer of their own. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Files below one root. Paths are relative, without a slash before or after. */
export interface FileStore {
  /** Writes a file, in place of one that is there. */
  put(path: string, bytes: Bytes): Promise<void>;
  /** As {@linkcode put}, without holding the file in memory. */
  putStream(path: string, stream: ReadableStream<Uint8Array>): Promise<void>;
  /**
   * Reads a file piece by piece.
   *
   * @throws `not-found`
   */
  open(path: string): Promise<ReadableStream<Uint8Array>>;
  /** @throws `not-found` */
  read(path: string): Promise<Bytes>;
  /** Removes files; one that is not there is no fault. */
  remove(paths: readonly string[]): Promise<void>;
  /**
   * Names what lies directly in a folder (`""` is the root), in order, the first `limit`.
   * Folders end with a slash.
   */
  list(folder: string, limit: number): Promise<string[]>;
}

/** Most names that {@linkcode FileStore.list} gives at once. */
export const LISTED_MAX = 1_000;

/** Files in a bucket of the platform's storage. */
export function createBucketStore(storage: Storage, bucket: string): FileStore {
  const mimeType = "application/octet-stream";
  return {
    put: (path, bytes) => storage.put(bucket, path, { bytes, mimeType }),
    putStream: (path, stream) => storage.putStream(bucket, path, { stream, mimeType }),
    open: (path) => storage.open(bucket, path),
    read: async (path) => (await storage.read(bucket, path)).bytes,
    remove: (paths) => storage.remove(bucket, paths),
    list: (folder, limit) => storage.list(bucket, folder, limit),
  };
}
