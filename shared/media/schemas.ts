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

/** What a picture shows, for those who do not see it. */
const Alt = z.string().max(1_500);

/** Fields of an upload besides the file. */
export const UploadFields = z.strictObject({ alt: Alt.optional() });

/** Form of an upload. */
export const UploadMedia = z.object({ file: UploadedFile, alt: Alt.optional() });

/** What an owner may change. */
export const ChangeMedia = z.object({ alt: Alt });
/** What an owner may change. */
export type ChangeMedia = z.output<typeof ChangeMedia>;

/** Strength of one effect. */
const Amount = z.number().min(-100).max(100).optional();

/** A part of an upright picture, in pixels. */
export const Crop = z.strictObject({
  x: z.int().min(0),
  y: z.int().min(0),
  width: z.int().min(1),
  height: z.int().min(1),
});

/** Names of the ready-made filters. */
export const FILTER_PRESETS = [
  "grayscale",
  "sepia",
  "vintage",
  "warm",
  "cool",
  "noir",
  "vivid",
  "fade",
] as const;

/** A filter, a crop, or both; a preset and parameters add up. */
export const FilterMedia = z.object({
  preset: z.enum(FILTER_PRESETS).optional(),
  brightness: Amount,
  contrast: Amount,
  saturation: Amount,
  blur: Amount,
  sharpen: Amount,
  grayscale: Amount,
  sepia: Amount,
  crop: Crop.optional(),
});
/** A filter, a crop, or both. */
export type FilterMedia = z.output<typeof FilterMedia>;

/** Which variant is fetched, and by what right when the caller has none of their own. */
export const StreamQuery = z.object({
  variant: z.enum(["original", "thumb", "medium", "large", "poster"]).default("original"),
  viewer: Id.optional(),
  expires: z.coerce.number().int().min(0).max(99_999_999_999).optional(),
  signature: z.string().max(128).optional(),
});
/** Which variant is fetched. */
export type StreamQuery = z.output<typeof StreamQuery>;
