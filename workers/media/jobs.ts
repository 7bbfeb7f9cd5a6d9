/** @module What a processor can be asked for, checked at the door. */
import { z } from "zod";
import { filterSchema } from "./filters.ts";
import { Refusal } from "./refusal.ts";

/** Largest picture that is taken in, in bytes. */
export const MAX_INPUT_BYTES = 20 * 1024 * 1024;
/** Largest source of a transformation, in bytes: what Storage's transformations allow. */
export const MAX_RENDER_BYTES = 25_000_000;
const MAX_VARIANTS = 8;
const MAX_VARIANT_WIDTH = 4096;
const MAX_RENDER_SIDE = 2500;

const RESERVED = new Set(["original", "poster", "result"]);

const variantsSchema = z.array(z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,32}$/).refine((name) => !RESERVED.has(name), "is reserved"),
  width: z.number().int().min(1).max(MAX_VARIANT_WIDTH),
})).max(MAX_VARIANTS).refine(
  (variants) => new Set(variants.map((each) => each.name)).size === variants.length,
  "names must differ",
);

const cropSchema = z.strictObject({
  x: z.number().int().min(0),
  y: z.number().int().min(0),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
});

const processSchema = z.strictObject({
  variants: variantsSchema,
  square: z.boolean().default(false),
  avif: z.boolean().default(false),
  crop: cropSchema.optional(),
  filter: filterSchema.optional(),
});

const videoSchema = z.strictObject({
  variants: variantsSchema,
  avif: z.boolean().default(false),
  /** Where the video is fetched from. */
  source: z.url({ protocol: /^https?$/ }),
  /** Where the clean one is put, by its type. */
  targets: z.strictObject({
    "video/mp4": z.url({ protocol: /^https?$/ }),
    "video/webm": z.url({ protocol: /^https?$/ }),
  }),
});

const renderSchema = z.strictObject({
  width: z.number().int().min(1).max(MAX_RENDER_SIDE).optional(),
  height: z.number().int().min(1).max(MAX_RENDER_SIDE).optional(),
  resize: z.enum(["cover", "contain", "fill"]).default("cover"),
  quality: z.number().int().min(20).max(100).default(80),
  format: z.enum(["origin", "webp", "avif"]).default("origin"),
});

/** Cleaning and scaling a picture. */
export type ProcessJob = z.infer<typeof processSchema>;
/** A part of an upright picture, in pixels. */
export type Crop = z.infer<typeof cropSchema>;
/** Cleaning a video that lies in a store, and making its poster. */
export type VideoJob = z.infer<typeof videoSchema>;
/** What a processor needs to know of it: the files lie in a folder of their own. */
export interface VideoFileJob {
  readonly variants: VideoJob["variants"];
  readonly avif: boolean;
  readonly sourcePath: string;
  readonly cleanPath: string;
}
/** One transformation. */
export type RenderJob = z.infer<typeof renderSchema>;

/** What goes to a processor. */
export type Job =
  | { readonly kind: "process"; readonly options: ProcessJob }
  | { readonly kind: "render"; readonly options: RenderJob }
  | { readonly kind: "video"; readonly options: VideoFileJob };

/** What a request asks for. */
export type RequestedJob =
  | Exclude<Job, { kind: "video" }>
  | { readonly kind: "video"; readonly options: VideoJob };

/** One picture that comes out. */
export interface OutputFile {
  readonly name: string;
  readonly mime_type: string;
  readonly width: number;
  readonly height: number;
}

/** A clean video, left in its folder. */
export interface VideoFacts {
  readonly mime_type: "video/mp4" | "video/webm";
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly duration_s: number;
}

/** What comes back, its files in the order of the bytes that follow. */
export type Outcome =
  | {
    readonly ok: true;
    readonly files: readonly OutputFile[];
    readonly blurhash: string;
    readonly video?: VideoFacts;
  }
  | { readonly ok: false; readonly code: string; readonly message: string };

function parseOptions<T extends z.ZodType>(text: string | null, schema: T): z.infer<T> {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch {
    throw new Refusal("invalid_options", "The query field `options` is not JSON.");
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = ["options", ...(issue?.path ?? [])].join(".");
  throw new Refusal("invalid_options", `${place}: ${issue?.message ?? "invalid"}`);
}

/** Reads the job that a request asks for. */
export function parseJob(pathname: string, options: string | null): RequestedJob {
  if (pathname === "/process") {
    return { kind: "process", options: parseOptions(options, processSchema) };
  }
  if (pathname === "/render") {
    return { kind: "render", options: parseOptions(options, renderSchema) };
  }
  if (pathname === "/video") {
    return { kind: "video", options: parseOptions(options, videoSchema) };
  }
  throw new Refusal("not_found", `There is nothing at ${pathname}.`);
}
