/**
 * @module Cleans pictures without a worker, by the image transformation of the platform's storage:
 * what it renders has new bytes, stands upright and carries no metadata.
 */
import { imageSize } from "image-size";
import { AppError, invalidField } from "../core/errors.ts";
import type { ProcessedFile, ProcessedImage } from "../platform/media_worker.ts";
import {
  MEDIA_BUCKET,
  type MediaDeps,
  type Place,
  removeFiles,
  uploadPath,
  VARIANTS,
} from "./store.ts";

const PIXELS_MAX = 50_000_000;
/** Longest side that the transformation makes. */
const SIDE_MAX = 2_500;
const RENDER_TIMEOUT_MS = 30_000;
const ORIGINAL_QUALITY = 90;
const VARIANT_QUALITY = 80;
/** Where metadata blocks begin, in whatever container. */
const METADATA_MARKS = ["Exif\0\0", "http://ns.adobe.com/xap/1.0/", "GPSLatitude"];

interface Rendering {
  readonly name: string;
  readonly width: number;
  readonly quality: number;
  /** The source's own format, or what the transformation deems best. */
  readonly keepsFormat: boolean;
}

/** EXIF orientations from this one on turn a picture by 90 degrees. */
const FIRST_TURNED = 5;

/** Size of a picture once it stands upright. */
function sizeOf(bytes: Uint8Array): { width: number; height: number } {
  try {
    const { width, height, orientation = 1 } = imageSize(bytes);
    return orientation < FIRST_TURNED ? { width, height } : { width: height, height: width };
  } catch (cause) {
    throw new AppError("invalid-input", "The image is damaged or incomplete", {
      cause,
      errors: [{ path: "file", message: "The image is damaged or incomplete" }],
    });
  }
}

function notConfigured(cause?: unknown): AppError {
  const detail = "Set MEDIA_WORKER_URL and MEDIA_WORKER_SECRET, or switch image transformation on";
  return new AppError("not-configured", detail, { cause });
}

async function requireRendered(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  const text = await response.text();
  const isOff = response.status === 501 || /not.?(?:enabled|implemented|supported)/i.test(text);
  if (isOff) throw notConfigured(new Error(text.slice(0, 200)));
  if (response.status >= 500) {
    throw new AppError("unavailable", "The image transformation does not answer");
  }
  throw invalidField("file", "The image is damaged, or of a form that cannot be transformed");
}

/** A rendering that still tells of place or camera is worth nothing. */
function requireClean(bytes: Uint8Array): void {
  const text = new TextDecoder("latin1").decode(bytes);
  if (METADATA_MARKS.some((mark) => text.includes(mark))) throw notConfigured();
}

async function render(deps: MediaDeps, path: string, wanted: Rendering): Promise<ProcessedFile> {
  const { name, quality, keepsFormat } = wanted;
  const format = keepsFormat ? "&format=origin" : "";
  const response = await deps.platform.call({
    method: "GET",
    path: `/storage/v1/render/image/authenticated/${MEDIA_BUCKET}/${path}` +
      `?width=${wanted.width}&resize=contain&quality=${quality}${format}`,
    headers: { accept: "image/webp,image/*" },
    timeoutMs: RENDER_TIMEOUT_MS,
  });
  const mimeType = response.headers.get("content-type") ?? "image/webp";
  const bytes = await requireRendered(response);
  requireClean(bytes);
  return { name, mimeType, bytes, ...sizeOf(bytes) };
}

/**
 * Cleans a picture and makes its variants.
 *
 * @throws `not-configured` where the platform transforms no images, `invalid-input`, `unavailable`
 */
export async function transformImage(
  deps: MediaDeps,
  place: Place,
  { bytes, mimeType }: { bytes: Uint8Array<ArrayBuffer>; mimeType: string },
): Promise<ProcessedImage> {
  const { width, height } = sizeOf(bytes);
  if (width * height > PIXELS_MAX) {
    throw invalidField("file", `The image has more than ${PIXELS_MAX / 1e6} megapixels`);
  }
  const path = uploadPath(place);
  const scale = Math.min(1, SIDE_MAX / Math.max(width, height));
  const widest = Math.max(1, Math.round(width * scale));
  await deps.storage.put(MEDIA_BUCKET, path, { bytes, mimeType });
  try {
    const [original, ...variants] = await Promise.all([
      render(deps, path, {
        name: "original",
        width: widest,
        quality: ORIGINAL_QUALITY,
        keepsFormat: true,
      }),
      ...VARIANTS.map((each) =>
        render(deps, path, {
          name: each.name,
          width: Math.min(each.width, widest),
          quality: VARIANT_QUALITY,
          keepsFormat: false,
        })
      ),
    ]);
    const { mimeType: mime_type, bytes: clean, ...size } = original;
    const facts = { width: size.width, height: size.height, bytes: clean.byteLength };
    return {
      metadata: { kind: "image", mime_type, ...facts, blurhash: "" },
      original,
      variants,
    };
  } finally {
    await removeFiles(deps, [path]);
  }
}
