/** @module Uploads: told apart by content, cleaned or checked, stored, noted. */
import { AppError } from "../core/errors.ts";
import type { ImageCrop, ImageFilter, ProcessedImage } from "../platform/media_worker.ts";
import type { Person } from "../platform/postgres.ts";
import { type IncomingFile, openForm } from "./form.ts";
import { collect, peek, type Peeked, watch } from "./inspect.ts";
import { asAppError } from "./refusals.ts";
import { contradicts, kindOf, type MediaKind, sniffType } from "./rules.ts";
import type { FilterMedia, Media } from "./schemas.ts";
import { notFound, readMedia } from "./service.ts";
import { selectBytesLeft, selectOwn } from "./sql.ts";
import {
  MEDIA_BUCKET,
  type MediaDeps,
  noteMedia,
  type Place,
  removeFiles,
  storeImage,
  uploadPath,
  variantPath,
  VARIANTS,
} from "./store.ts";
import { transformImage } from "./transform.ts";

/** A file whose kind is known, and which still has to be read. */
interface Told extends Peeked {
  readonly kind: MediaKind;
  readonly mimeType: string;
  readonly form: IncomingFile;
}

function requireWorker(deps: MediaDeps, what: string) {
  if (deps.media !== undefined) return deps.media;
  throw new AppError("not-configured", `Set MEDIA_WORKER_URL and MEDIA_WORKER_SECRET to ${what}`);
}

/** Refuses early what cannot be kept; the database decides at the end. */
async function requireRoom(deps: MediaDeps, viewer: Person, declaredBytes: number): Promise<void> {
  const [row] = await deps.db.asService(
    "usage is closed to clients",
    async (sql) => await selectBytesLeft(sql, viewer.userId),
  );
  if ((row?.bytes_left ?? 0) >= declaredBytes) return;
  throw new AppError("quota-exceeded", "Your files have reached what one person may keep");
}

async function tell(form: IncomingFile): Promise<Told> {
  const { head, stream } = await peek(form.stream);
  const mimeType = sniffType(head);
  const kind = kindOf(mimeType);
  const found = head.byteLength === 0 ? "an empty file" : mimeType;
  if (kind === undefined) {
    await stream.cancel();
    throw new AppError("unsupported-media-type", `${found} is not taken`);
  }
  if (contradicts(form.declaredType, kind)) {
    await stream.cancel();
    const detail = `The file is ${mimeType}, not ${form.declaredType} as it was called`;
    throw new AppError("unsupported-media-type", detail);
  }
  return { head, stream, kind, mimeType, form };
}

async function cleanImage(
  deps: MediaDeps,
  place: Place,
  bytes: Uint8Array<ArrayBuffer>,
  mimeType: string,
): Promise<ProcessedImage> {
  if (deps.media === undefined) return await transformImage(deps, place, { bytes, mimeType });
  return await deps.media.process(bytes, { variants: VARIANTS, avif: true }).catch((error) => {
    throw asAppError(error);
  });
}

async function takeImage(deps: MediaDeps, place: Place, file: Told): Promise<void> {
  const bytes = await collect(file.stream, file.kind);
  const { alt } = await file.form.fields();
  const processed = await cleanImage(deps, place, bytes, file.mimeType);
  await storeImage(deps, place, { processed, alt });
}

/** Lets a file flow into the store; what turns out to be unfit is removed again. */
async function pour(deps: MediaDeps, path: string, file: Told) {
  const watched = watch(file.kind, file.mimeType);
  const stream = file.stream.pipeThrough(watched.through);
  try {
    await deps.storage.putStream(MEDIA_BUCKET, path, { stream, mimeType: file.mimeType });
    const fault = watched.failure() ?? watched.fault();
    if (fault !== undefined) throw fault;
    return { bytes: watched.size(), ...await file.form.fields() };
  } catch (error) {
    await removeFiles(deps, [path]);
    // The store only saw its input end; the reason is with whoever ended it.
    throw watched.failure() ?? error;
  }
}

async function takeDocument(deps: MediaDeps, place: Place, file: Told): Promise<void> {
  const { kind, mimeType } = file;
  const path = variantPath(place, "original", mimeType);
  const facts = await pour(deps, path, file);
  const variants = { original: path };
  await noteMedia(deps, { ...place, ...facts, kind, mimeType, status: "ready", variants });
}

/** A video is worked on by a job: its clean form is another file. */
async function takeVideo(deps: MediaDeps, place: Place, file: Told): Promise<void> {
  const { kind, mimeType } = file;
  requireWorker(deps, "upload videos");
  const path = uploadPath(place);
  const facts = await pour(deps, path, file);
  const media = { ...place, ...facts, kind, mimeType, variants: {}, uploadPath: path };
  await noteMedia(deps, { ...media, status: "processing" });
}

const TAKERS = { image: takeImage, video: takeVideo, document: takeDocument } as const;

async function take(deps: MediaDeps, place: Place, form: IncomingFile): Promise<void> {
  const file = await tell(form);
  try {
    await TAKERS[file.kind](deps, place, file);
  } catch (error) {
    await file.stream.cancel().catch(() => undefined);
    throw error;
  }
}

/**
 * Takes an upload in and answers with it.
 *
 * @throws `unsupported-media-type`, `too-large`, `quota-exceeded`, `invalid-input`,
 *   `malformed-request`, `not-configured`, `unavailable`
 */
export async function uploadMedia(
  deps: MediaDeps,
  viewer: Person,
  request: Request,
): Promise<Media> {
  await requireRoom(deps, viewer, Number(request.headers.get("content-length") ?? 0));
  const form = await openForm(request);
  const place = { ownerId: viewer.userId, id: deps.newId() };
  await take(deps, place, form).catch((error) => {
    throw form.failure() ?? error;
  });
  return await readMedia(deps, viewer, place.id);
}

function filterOf({ crop, ...filter }: FilterMedia): { filter?: ImageFilter; crop?: ImageCrop } {
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return { ...(isFiltered ? { filter } : {}), ...(crop === undefined ? {} : { crop }) };
}

/**
 * Makes a new picture of one's own one.
 *
 * @throws `not-found`, `invalid-input`, `not-configured`, `quota-exceeded`, `unavailable`
 */
export async function filterMedia(
  deps: MediaDeps,
  viewer: Person,
  { id, wanted }: { id: string; wanted: FilterMedia },
): Promise<Media> {
  const [own] = await deps.db.read(viewer, (sql) => selectOwn(sql, id));
  if (own === undefined) throw notFound();
  if (own.kind !== "image" || own.status !== "ready" || own.path === null) {
    throw new AppError("not-permitted", "Only pictures can be filtered");
  }
  const worker = requireWorker(deps, "filter pictures");
  await requireRoom(deps, viewer, 0);
  const { bytes } = await deps.storage.read(MEDIA_BUCKET, own.path);
  const options = { variants: VARIANTS, avif: true, ...filterOf(wanted) };
  const processed = await worker.process(bytes, options).catch((error) => {
    throw asAppError(error);
  });
  const place = { ownerId: viewer.userId, id: deps.newId() };
  await storeImage(deps, place, { processed, alt: own.alt });
  return await readMedia(deps, viewer, place.id);
}
