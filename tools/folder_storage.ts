/** @module A folder in place of the platform's storage, so that a backup can be carried away. */
import { dirname, join } from "node:path";
import { AppError } from "../shared/core/errors.ts";
import type { Storage } from "../shared/platform/storage.ts";

function refuseAddress(): Promise<never> {
  return Promise.reject(new AppError("not-supported", "A folder has no addresses"));
}

/** Keeps objects as files below `folder`; the bucket's name is left out. */
export function createFolderStorage(folder: string): Storage {
  const pathOf = (path: string) => join(folder, path);
  return {
    async put(_bucket, path, { bytes }) {
      await Deno.mkdir(dirname(pathOf(path)), { recursive: true });
      await Deno.writeFile(pathOf(path), bytes);
    },
    async putStream(_bucket, path, { stream }) {
      await Deno.mkdir(dirname(pathOf(path)), { recursive: true });
      await Deno.writeFile(pathOf(path), stream);
    },
    async open(bucket, path) {
      return new Blob([(await this.read(bucket, path)).bytes]).stream();
    },
    async read(_bucket, path) {
      try {
        const bytes = new Uint8Array(await Deno.readFile(pathOf(path)));
        return { bytes, mimeType: "application/octet-stream" };
      } catch (cause) {
        if (!(cause instanceof Deno.errors.NotFound)) throw cause;
        throw new AppError("not-found", `There is no file ${pathOf(path)}`, { cause });
      }
    },
    async remove(_bucket, paths) {
      for (const path of paths) await Deno.remove(pathOf(path));
    },
    sign: refuseAddress,
    signUpload: refuseAddress,
  };
}
