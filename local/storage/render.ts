/** @module The image transformations of the Storage API, done by a renderer that is plugged in. */
import { z } from "zod";
import { invalidRequest, StorageError } from "./errors.ts";

/** What a renderer is asked for. */
export interface TransformOptions {
  readonly width?: number;
  readonly height?: number;
  readonly resize?: "cover" | "contain" | "fill";
  readonly quality?: number;
  readonly format?: "origin" | "webp" | "avif";
}

/** The port through which pictures are scaled; the media worker's client fits it. */
export interface ImageRenderer {
  render(
    bytes: Uint8Array<ArrayBuffer>,
    options: TransformOptions,
  ): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly mimeType: string }>;
}

/** Largest picture that may be transformed, in bytes. */
export const MAX_RENDER_SOURCE_BYTES = 25_000_000;
const MAX_SIDE = 2500;

const side = z.coerce.number().int().min(0).transform((value) =>
  Math.min(Math.max(value, 1), MAX_SIDE)
);

/** The fields of a transformation, in a query or a body. */
export const transformSchema = z.object({
  width: side.optional(),
  height: side.optional(),
  resize: z.enum(["cover", "contain", "fill"]).optional(),
  quality: z.coerce.number().int().min(20).max(100).optional(),
  format: z.enum(["origin", "avif"]).optional(),
});

/** A checked transformation. */
export type Transform = z.infer<typeof transformSchema>;

/** Reads a transformation from a query. */
export function transformFromQuery(query: URLSearchParams): Transform {
  const parsed = transformSchema.safeParse(Object.fromEntries(query));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalidRequest(`querystring/${issue?.path.join("/")} ${issue?.message}`);
}

/** Writes a transformation the way signed tokens carry it: `width:100,resize:cover`. */
export function formatTransform(transform: Transform): string {
  return Object.entries(transform).map(([name, value]) => `${name}:${value}`).join(",");
}

/** Reads what {@linkcode formatTransform} wrote. */
export function parseTransform(text: string): Transform {
  const pairs = text.split(",").map((part) => {
    const at = part.indexOf(":");
    return [part.slice(0, at), part.slice(at + 1)];
  });
  return transformSchema.parse(Object.fromEntries(pairs));
}

/** The renderer's options: browsers that take WebP get it unless the origin's format is wanted. */
export function rendererOptions(transform: Transform, accept: string | null): TransformOptions {
  const { width, height, resize, quality, format } = transform;
  const wanted = format ?? (accept?.includes("image/webp") === true ? "webp" : "origin");
  return {
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(resize === undefined ? {} : { resize }),
    ...(quality === undefined ? {} : { quality }),
    format: wanted,
  };
}

/** Says that a picture could not be transformed. */
export function renderFailed(error: unknown): StorageError {
  const status = typeof error === "object" && error !== null && "status" in error
    ? Number(error.status)
    : 500;
  const message = error instanceof Error ? error.message : "Image processing failed";
  const statusCode = Number.isInteger(status) && status >= 400 ? status : 500;
  return new StorageError(
    statusCode,
    statusCode > 499 ? "InternalError" : "InvalidRequest",
    message,
    "ImageProcessingError",
  );
}
