/** @module What a processor can be asked for, checked at the door. */
import { z } from "zod";
import { Refusal } from "./refusal.ts";

/** Largest picture that is taken in, in bytes. */
export const MAX_INPUT_BYTES = 20 * 1024 * 1024;
/** Largest source of a transformation, in bytes: what Storage's transformations allow. */
export const MAX_RENDER_BYTES = 25_000_000;
const MAX_VARIANTS = 8;
const MAX_VARIANT_WIDTH = 4096;
const MAX_RENDER_SIDE = 2500;

const processSchema = z.strictObject({
  variants: z.array(z.strictObject({
    name: z.string().regex(/^[a-z0-9_-]{1,32}$/).refine(
      (name) => name !== "original" && name !== "result",
      "is reserved",
    ),
    width: z.number().int().min(1).max(MAX_VARIANT_WIDTH),
  })).max(MAX_VARIANTS).refine(
    (variants) => new Set(variants.map((each) => each.name)).size === variants.length,
    "names must differ",
  ),
  square: z.boolean().default(false),
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
/** One transformation. */
export type RenderJob = z.infer<typeof renderSchema>;

/** What goes to a processor. */
export type Job =
  | { readonly kind: "process"; readonly options: ProcessJob }
  | { readonly kind: "render"; readonly options: RenderJob };

/** One picture that comes out. */
export interface OutputFile {
  readonly name: string;
  readonly mime_type: string;
  readonly width: number;
  readonly height: number;
}

/** What comes back, its files in the order of the bytes that follow. */
export type Outcome =
  | { readonly ok: true; readonly files: readonly OutputFile[]; readonly blurhash: string }
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
export function parseJob(pathname: string, options: string | null): Job {
  if (pathname === "/process") {
    return { kind: "process", options: parseOptions(options, processSchema) };
  }
  if (pathname === "/render") {
    return { kind: "render", options: parseOptions(options, renderSchema) };
  }
  throw new Refusal("not_found", `There is nothing at ${pathname}.`);
}
