/** @module Puts cleaned files into the bucket and notes them. */
import type { ProcessedFile, ProcessedImage } from "../platform/media_worker.ts";
import type { AppDeps } from "../platform/deps.ts";
import { insertMedia, type NewMedia, type Paths } from "./sql.ts";

/** What media need. */
export type MediaDeps = Pick<AppDeps, "db" | "log" | "media" | "newId" | "platform" | "storage">;

/** Bucket of all files; closed to tokens of people. */
export const MEDIA_BUCKET = "media";
/** Widths of the variants in pixels. */
export const VARIANTS = [
  { name: "thumb", width: 320 },
  { name: "medium", width: 800 },
  { name: "large", width: 1_600 },
] as const;

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "application/pdf": "pdf",
  "application/zip": "zip",
  "text/plain": "txt",
  "application/vnd.ms-office": "doc",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
  "application/vnd.oasis.opendocument.text": "odt",
  "application/vnd.oasis.opendocument.spreadsheet": "ods",
  "application/vnd.oasis.opendocument.presentation": "odp",
};

/** Ending of a file's name; of pictures and videos it is the subtype. */
export function extensionOf(mimeType: string): string {
  const known = EXTENSIONS[mimeType];
  if (known !== undefined) return known;
  return /^(?:image|video)\/([a-z0-9]+)$/.exec(mimeType)?.[1] ?? "bin";
}

/** Whose file it is, and its id: all that its paths are made of. */
export interface Place {
  readonly ownerId: string;
  readonly id: string;
}

/** Where a file lies as it came. */
export function uploadPath({ ownerId, id }: Place): string {
  return `${ownerId}/${id}/upload`;
}

/** Where a variant lies. */
export function variantPath({ ownerId, id }: Place, name: string, mimeType: string): string {
  return `${ownerId}/${id}/${name}.${extensionOf(mimeType)}`;
}

/** Stores files under a place, and tells where each lies. */
export async function putFiles(
  deps: MediaDeps,
  place: Place,
  files: readonly ProcessedFile[],
): Promise<Paths> {
  const paths = files.map((each) => [each.name, variantPath(place, each.name, each.mimeType)]);
  await Promise.all(
    files.map((each, index) => deps.storage.put(MEDIA_BUCKET, paths[index]?.[1] ?? "", each)),
  );
  return Object.fromEntries(paths);
}

/** Removes bytes of which no row will know. A failure leaves them to the sweep. */
export async function removeFiles(deps: MediaDeps, paths: readonly string[]): Promise<void> {
  try {
    await deps.storage.remove(MEDIA_BUCKET, paths);
  } catch (error) {
    deps.log.warn("files were left behind", { error });
  }
}

/** Notes a file whose bytes are in place; when that fails, they are removed again. */
export async function noteMedia(deps: MediaDeps, media: NewMedia): Promise<void> {
  try {
    await deps.db.asService("clients do not write media", async (sql) => {
      await insertMedia(sql, media);
    });
  } catch (error) {
    const { variants, uploadPath: path } = media;
    await removeFiles(deps, [...Object.values(variants), ...(path === undefined ? [] : [path])]);
    throw error;
  }
}

/** Stores a cleaned picture with its variants. */
export async function storeImage(
  deps: MediaDeps,
  place: Place,
  { processed, alt }: { processed: ProcessedImage; alt: string },
): Promise<void> {
  const { original, metadata } = processed;
  const variants = await putFiles(deps, place, [
    { ...original, name: "original" },
    ...processed.variants,
  ]);
  await noteMedia(deps, {
    ...place,
    kind: "image",
    mimeType: metadata.mime_type,
    bytes: metadata.bytes,
    width: metadata.width,
    height: metadata.height,
    blurhash: metadata.blurhash === "" ? undefined : metadata.blurhash,
    alt,
    status: "ready",
    variants,
  });
}
