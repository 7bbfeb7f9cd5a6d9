/** @module Use cases of media. */
import { AppError, invalidField, type ProblemName } from "../core/errors.ts";
import type { AppDeps } from "../platform/deps.ts";
import { MediaWorkerError, type ProcessedFile } from "../platform/media_worker.ts";
import type { Person, Viewer } from "../platform/postgres.ts";
import type { Media, StreamQuery, UploadMedia } from "./schemas.ts";
import { deleteMedia, insertMedia, selectMedia, selectSignature, selectVariant } from "./sql.ts";

/** What media need. */
export type MediaDeps = Pick<AppDeps, "db" | "log" | "media" | "newId" | "platform" | "storage">;

/** Bucket of all files; closed to tokens of people. */
export const MEDIA_BUCKET = "media";
/** Largest image in bytes: 20 MB. */
export const IMAGE_BYTES_MAX = 20_000_000;
/** Widths of the variants in pixels. */
const VARIANTS = [
  { name: "thumb", width: 320 },
  { name: "medium", width: 800 },
  { name: "large", width: 1_600 },
] as const;

/** What the worker's refusals are to the person who uploads. */
const REFUSALS: Readonly<Record<string, ProblemName>> = {
  unsupported_type: "unsupported-media-type",
  too_large: "too-large",
  too_many_pixels: "invalid-input",
  corrupt_image: "invalid-input",
  busy: "unavailable",
  deadline: "unavailable",
  unreachable: "unavailable",
};

function asAppError(cause: unknown): unknown {
  if (!(cause instanceof MediaWorkerError)) return cause;
  const problem = REFUSALS[cause.code];
  if (problem === undefined) return cause;
  if (problem === "invalid-input") return invalidField("file", cause.message);
  const retryAfterSeconds = cause.retryAfterSeconds;
  return new AppError(problem, cause.message, {
    cause,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function extensionOf(file: ProcessedFile): string {
  return file.mimeType === "image/jpeg" ? "jpg" : file.mimeType.replace("image/", "");
}

/** Cleans an upload, stores it with its variants and answers with it. */
export async function uploadMedia(
  deps: MediaDeps,
  viewer: Person,
  { file, alt = "" }: UploadMedia,
): Promise<Media> {
  if (deps.media === undefined) {
    throw new AppError("not-configured", "Set MEDIA_WORKER_URL and MEDIA_WORKER_SECRET to upload");
  }
  if (file.size > IMAGE_BYTES_MAX) {
    throw new AppError("too-large", `An image has at most ${IMAGE_BYTES_MAX} bytes`);
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const processed = await deps.media.process(bytes, { variants: VARIANTS }).catch((error) => {
    throw asAppError(error);
  });
  const id = deps.newId();
  const files = [{ ...processed.original, name: "original" }, ...processed.variants];
  const paths = Object.fromEntries(
    files.map((each) => [each.name, `${viewer.userId}/${id}/${each.name}.${extensionOf(each)}`]),
  );
  const { metadata } = processed;
  try {
    await Promise.all(
      files.map((each) => deps.storage.put(MEDIA_BUCKET, paths[each.name] ?? "", each)),
    );
    await deps.db.asService("clients do not write media", async (sql) => {
      await insertMedia(sql, {
        id,
        ownerId: viewer.userId,
        kind: metadata.kind,
        mimeType: metadata.mime_type,
        bytes: metadata.bytes,
        width: metadata.width,
        height: metadata.height,
        blurhash: metadata.blurhash,
        alt,
        variants: paths,
      });
    });
  } catch (error) {
    await removeFiles(deps, Object.values(paths));
    throw error;
  }
  return await readMedia(deps, viewer, id);
}

/** Removes bytes whose row is gone. A failure leaves an orphan, never a row without bytes. */
async function removeFiles(deps: MediaDeps, paths: readonly string[]): Promise<void> {
  try {
    await deps.storage.remove(MEDIA_BUCKET, paths);
  } catch (error) {
    deps.log.warn("files were left behind", { error });
  }
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

function notFound(): AppError {
  return new AppError("not-found", "The file does not exist");
}

async function findPath(
  deps: MediaDeps,
  viewer: Viewer,
  id: string,
  { variant, expires, signature }: StreamQuery,
): Promise<string | undefined> {
  if (expires !== undefined && signature !== undefined) {
    return await deps.db.asService("the address itself is the right to read", async (sql) => {
      const [proof] = await selectSignature(sql, id, variant, expires);
      if (proof === undefined || !proof.is_fresh || proof.signature !== signature) return undefined;
      return (await selectVariant(sql, id, variant))[0]?.path ?? undefined;
    });
  }
  const [row] = await deps.db.read(viewer, (sql) => selectVariant(sql, id, variant));
  return row?.path ?? undefined;
}

/** Headers of storage that matter to whoever plays or shows a file. */
const PASSED_HEADERS = ["content-type", "content-length", "content-range", "etag", "last-modified"];

/** Streams a variant, in part when `range` asks for it. */
export async function streamMedia(
  deps: MediaDeps,
  viewer: Viewer,
  request: { id: string; query: StreamQuery; range: string | undefined },
): Promise<Response> {
  const path = await findPath(deps, viewer, request.id, request.query);
  if (path === undefined) throw notFound();
  const response = await deps.platform.call({
    method: "GET",
    path: `/storage/v1/object/${MEDIA_BUCKET}/${path}`,
    headers: request.range === undefined ? {} : { range: request.range },
  });
  if (response.status !== 200 && response.status !== 206) {
    await response.body?.cancel();
    throw notFound();
  }
  const headers = new Headers({
    "accept-ranges": "bytes",
    "cache-control": "private, max-age=300",
    "x-content-type-options": "nosniff",
  });
  for (const name of PASSED_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(response.body, { status: response.status, headers });
}

/**
 * Removes one's own file everywhere.
 *
 * @throws `not-found`
 */
export async function removeMedia(deps: MediaDeps, viewer: Person, id: string): Promise<void> {
  const [row] = await deps.db.asViewer(viewer, async (sql) => await deleteMedia(sql, id));
  if (row === undefined) throw notFound();
  await removeFiles(deps, Object.values(row.variants));
}
