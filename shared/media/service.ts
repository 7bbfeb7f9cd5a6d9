/** @module Use cases of media that exist. */
import { AppError } from "../core/errors.ts";
import type { Person, Viewer } from "../platform/postgres.ts";
import type { Media } from "./schemas.ts";
import { deleteMedia, selectMedia, updateAlt } from "./sql.ts";
import type { MediaDeps } from "./store.ts";

/** A file that is not there, or not for the one who asks. */
export function notFound(): AppError {
  return new AppError("not-found", "The file does not exist");
}

/**
 * Reads one file's description.
 *
 * @throws `not-found`
 */
export async function readMedia(deps: MediaDeps, viewer: Viewer, id: string): Promise<Media> {
  const [row] = await deps.db.read(viewer, (sql) => selectMedia(sql, id));
  if (row === undefined || row.media === null) throw notFound();
  return row.media;
}

/**
 * Says what one's own picture shows.
 *
 * @throws `not-found`
 */
export async function describeMedia(
  deps: MediaDeps,
  viewer: Person,
  { id, alt }: { id: string; alt: string },
): Promise<Media> {
  const [row] = await deps.db.asViewer(viewer, async (sql) => await updateAlt(sql, id, alt));
  if (row === undefined) throw notFound();
  return await readMedia(deps, viewer, id);
}

/**
 * Removes one's own file everywhere: its row now, its bytes by a job right after.
 *
 * @throws `not-found`
 */
export async function removeMedia(deps: MediaDeps, viewer: Person, id: string): Promise<void> {
  const [row] = await deps.db.asViewer(viewer, async (sql) => await deleteMedia(sql, id));
  if (row === undefined) throw notFound();
}
