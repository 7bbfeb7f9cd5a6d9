/** @module Cleans and scales pictures with sharp: upright, sRGB, nothing left but the pixels. */
import { encode } from "blurhash";
import sharp, { type Metadata, type OutputInfo, type Sharp } from "sharp";
import type { OutputFile, ProcessJob, RenderJob } from "./jobs.ts";
import { Refusal } from "./refusal.ts";
import { type AcceptedType, isAcceptedType, sniffType } from "./sniff.ts";

/** Most pixels of a picture, all frames of an animation together. */
export const MAX_PIXELS = 50_000_000;
/** Longest side of the cleaned original: bounds the time that encoding takes. */
export const MAX_ORIGINAL_SIDE = 4096;
const MAX_FRAMES = 500;
const BLURHASH_SIDE = 32;
const BLURHASH_COLUMNS = 4;
const BLURHASH_ROWS = 3;
const ORIGINAL_QUALITY = 90;
const VARIANT_QUALITY = 80;
/** Higher efforts of AVIF take minutes on a large photo. */
const AVIF_EFFORT = 0;

// The type is told from the content before libvips sees it; this keeps the loaders that read other
// files or run scripts shut even so.
sharp.block({
  operation: [
    "VipsForeignLoadSvg",
    "VipsForeignLoadPdf",
    "VipsForeignLoadMagick",
    "VipsForeignLoadTiff",
  ],
});
sharp.cache(false);
sharp.concurrency(1);

/** A picture with its bytes. */
export interface Encoded {
  readonly file: OutputFile;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What cleaning gives: the original first, then the variants. */
export interface Processed {
  readonly files: readonly Encoded[];
  readonly blurhash: string;
}

interface Source {
  readonly type: AcceptedType;
  readonly width: number;
  readonly height: number;
  readonly animated: boolean;
  open(animated?: boolean): Sharp;
}

function decodeError(error: unknown, type: string): Refusal {
  if (error instanceof Refusal) return error;
  const message = error instanceof Error ? error.message : "";
  if (/pixel limit/i.test(message)) {
    const text = `The image has more than ${MAX_PIXELS / 1e6} megapixels.`;
    return new Refusal("too_many_pixels", text);
  }
  if (type === "image/heic" && /support|plugin|codec|compression/i.test(message)) {
    return new Refusal("unsupported_type", "image/heic cannot be decoded here.");
  }
  return new Refusal("corrupt_image", `The ${type} file is damaged or incomplete.`);
}

function framesOf(metadata: Metadata): number {
  return metadata.pages ?? 1;
}

/** Tells the type, reads the header and checks the limits before anything is decoded. */
async function inspect(bytes: Uint8Array): Promise<Source> {
  const type = bytes.byteLength === 0 ? "an empty file" : sniffType(bytes);
  if (!isAcceptedType(type)) {
    throw new Refusal("unsupported_type", `${type} is not an accepted image.`);
  }
  function open(animated = false): Sharp {
    const image = sharp(bytes, {
      animated,
      failOn: "error",
      limitInputPixels: MAX_PIXELS,
      sequentialRead: true,
    });
    return image.autoOrient();
  }
  try {
    const metadata = await open().metadata();
    const { width, height } = metadata.autoOrient;
    if (width < 1 || height < 1) throw new Refusal("corrupt_image", "The image has no size.");
    const frames = framesOf(metadata);
    const animated = frames > 1 && frames <= MAX_FRAMES && width * height * frames <= MAX_PIXELS;
    return { type, width, height, animated, open };
  } catch (error) {
    throw decodeError(error, type);
  }
}

function encodeAs(image: Sharp, type: AcceptedType, animated: boolean, quality: number): Sharp {
  if (animated) return image.webp({ quality });
  if (type === "image/jpeg" || type === "image/heic") return image.jpeg({ quality });
  if (type === "image/png" || type === "image/gif") return image.png();
  return image.webp({ quality });
}

async function finish(name: string, image: Sharp): Promise<Encoded> {
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  const { format, width } = info;
  const file = { name, mime_type: `image/${format}`, width, height: frameHeight(info) };
  return { file, bytes: new Uint8Array(data) };
}

/** An animation's frames lie one below the other; the height that counts is one frame's. */
function frameHeight(info: OutputInfo): number {
  return info.pageHeight ?? info.height;
}

function squared(image: Sharp, source: Source, side: number): Sharp {
  const fitting = Math.min(side, source.width, source.height);
  return image.resize({ width: fitting, height: fitting, fit: "cover" });
}

async function hash(source: Source, square: boolean): Promise<string> {
  const image = source.open();
  const small = square
    ? image.resize({ width: BLURHASH_SIDE, height: BLURHASH_SIDE, fit: "cover" })
    : image.resize({ width: BLURHASH_SIDE, height: BLURHASH_SIDE, fit: "inside" });
  const { data, info } = await small.toColourspace("srgb").ensureAlpha().raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint8ClampedArray(data);
  return encode(pixels, info.width, info.height, BLURHASH_COLUMNS, BLURHASH_ROWS);
}

/** Makes the clean original and its WebP variants. */
export async function processImage(bytes: Uint8Array, job: ProcessJob): Promise<Processed> {
  const source = await inspect(bytes);
  try {
    const animated = source.animated && !job.square;
    const whole = source.open(animated);
    const limited = job.square ? squared(whole, source, MAX_ORIGINAL_SIDE) : whole.resize({
      width: MAX_ORIGINAL_SIDE,
      height: MAX_ORIGINAL_SIDE,
      fit: "inside",
      withoutEnlargement: true,
    });
    const clean = encodeAs(
      limited.toColourspace("srgb"),
      source.type,
      animated,
      ORIGINAL_QUALITY,
    );
    const files = [await finish("original", clean)];
    for (const { name, width } of job.variants) {
      // Small copies are stills: the first frame of an animation.
      const scaled = job.square
        ? squared(source.open(), source, width)
        : source.open().resize({ width, withoutEnlargement: true });
      const variant = scaled.toColourspace("srgb").webp({ quality: VARIANT_QUALITY });
      files.push(await finish(name, variant));
    }
    return { files, blurhash: await hash(source, job.square) };
  } catch (error) {
    throw decodeError(error, source.type);
  }
}

const FITS = { cover: "cover", contain: "inside", fill: "fill" } as const;

/** Makes one transformation, as Storage's `/render/image` offers them. */
export async function renderImage(bytes: Uint8Array, job: RenderJob): Promise<Encoded> {
  const source = await inspect(bytes);
  try {
    const image = source.open();
    const { width, height, resize, quality, format } = job;
    const sized = width === undefined && height === undefined ? image : image.resize({
      ...(width === undefined ? {} : { width }),
      ...(height === undefined ? {} : { height }),
      fit: FITS[resize],
      withoutEnlargement: true,
    });
    const coloured = sized.toColourspace("srgb");
    if (format === "webp") return await finish("rendered", coloured.webp({ quality }));
    if (format === "avif") {
      const { file, bytes } = await finish(
        "rendered",
        coloured.avif({ quality, effort: AVIF_EFFORT }),
      );
      return { file: { ...file, mime_type: "image/avif" }, bytes };
    }
    return await finish("rendered", encodeAs(coloured, source.type, false, quality));
  } catch (error) {
    throw decodeError(error, source.type);
  }
}
