/** @module Where backups lie: in the project's bucket, in an S3-compatible one, or elsewhere. */
import { AppError } from "../core/errors.ts";
import type { AppDeps } from "../platform/deps.ts";
import { createBucketStore, type FileStore } from "../platform/file_store.ts";

/** Where the files of a backup lie; what lies elsewhere is not looked after from here. */
export type Place = "bucket" | "s3" | "elsewhere";

/** What knows the places. */
export type PlaceDeps = Pick<AppDeps, "backupStore" | "config" | "storage"> & {
  /** In place of all others: a folder, for commands. */
  readonly archive?: FileStore;
};

/** Where new backups go. */
export function placeOf(deps: PlaceDeps): Place {
  if (deps.archive !== undefined) return "elsewhere";
  return deps.backupStore === undefined ? "bucket" : "s3";
}

/** The files of a place. @throws `conflict` saying what is needed to reach it */
export function storeOf(deps: PlaceDeps, place: Place = placeOf(deps)): FileStore {
  if (deps.archive !== undefined) return deps.archive;
  if (place === "bucket") return createBucketStore(deps.storage, deps.config.env.BACKUP_BUCKET);
  if (place === "s3" && deps.backupStore !== undefined) return deps.backupStore;
  throw new AppError(
    "conflict",
    place === "s3"
      ? "The backup lies in an S3-compatible bucket: set BACKUP_S3_*"
      : "The backup lies elsewhere: `deno task backup:drill --from FOLDER` checks it",
  );
}
