/** @module Shapes of media. */
import { z } from "zod";
import { Id, UploadedFile } from "../core/shapes.ts";

/** A file as others see it. */
export const Media = z.object({
  id: Id,
  kind: z.enum(["image", "video", "document"]),
  mime_type: z.string(),
  bytes: z.number().int(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  duration_s: z.number().nullable(),
  blurhash: z.string().nullable(),
  alt: z.string(),
  status: z.enum(["processing", "ready", "rejected"]),
  urls: z.object({
    original: z.url(),
    thumb: z.url().optional(),
    medium: z.url().optional(),
    large: z.url().optional(),
    poster: z.url().optional(),
  }),
}).meta({ id: "Media" });
/** A file as others see it. */
export type Media = z.output<typeof Media>;

/** Form of an upload. */
export const UploadMedia = z.object({
  file: UploadedFile,
  alt: z.string().max(1_500).optional(),
});
/** Form of an upload. */
export type UploadMedia = z.output<typeof UploadMedia>;

/** Which variant is fetched, and by what right when the caller has none of their own. */
export const StreamQuery = z.object({
  variant: z.enum(["original", "thumb", "medium", "large", "poster"]).default("original"),
  expires: z.coerce.number().int().optional(),
  signature: z.string().max(128).optional(),
});
/** Which variant is fetched. */
export type StreamQuery = z.output<typeof StreamQuery>;
