/** @module Cleans and scales pictures with sharp: upright, sRGB, nothing left but the pixels. */
import { encode } from "blurhash";
import sharp, { type Metadata, type OutputInfo, type Sharp } from "sharp";
import { type AcceptedType, isAcceptedType, sniffType } from "../../shared/media/rules.ts";
import { applyFilter } from "./filters.ts";
import type { Crop, OutputFile, ProcessJob, RenderJob } from "./jobs.ts";
import { Refusal } from "./refusal.ts";

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
/** Looks like WebP of the quality above. */
const AVIF_QUALITY = 55;
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

/** Decoded pixels: what all copies are made from, so that a picture is decoded once. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  open(): Sharp;
}

async function decode(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.toColourspace("srgb").raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const raw = { width, height, channels };
  return { width, height, open: () => sharp(data, { raw, limitInputPixels: MAX_PIXELS }) };
}

async function hash(pixels: Pixels): Promise<string> {
  const { data, info } = await pixels.open()
    .resize({ width: BLURHASH_SIDE, height: BLURHASH_SIDE, fit: "inside" })
    .toColourspace("srgb").ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const bytes = new Uint8ClampedArray(data);
  return encode(bytes, info.width, info.height, BLURHASH_COLUMNS, BLURHASH_ROWS);
}

function cropped(image: Sharp, source: Source, { x, y, width, height }: Crop): Sharp {
  if (x + width > source.width || y + height > source.height) {
    const size = `${source.width} x ${source.height}`;
    throw new Refusal("invalid_options", `crop: reaches beyond the image of ${size} pixels.`);
  }
  return image.extract({ left: x, top: y, width, height });
}

/** Cuts and bounds the picture as the job says. */
function framed(image: Sharp, source: Source, job: ProcessJob): Sharp {
  const { crop } = job;
  const cut = crop === undefined ? image : cropped(image, source, crop);
  const { width, height } = crop ?? source;
  if (job.square) {
    const side = Math.min(MAX_ORIGINAL_SIDE, width, height);
    return cut.resize({ width: side, height: side, fit: "cover" });
  }
  return cut.resize({
    width: MAX_ORIGINAL_SIDE,
    height: MAX_ORIGINAL_SIDE,
    fit: "inside",
    withoutEnlargement: true,
  });
}

async function readPixels(source: Source, job: ProcessJob): Promise<Pixels> {
  const plain = await decode(framed(source.open(), source, job));
  if (job.filter === undefined) return plain;
  const side = Math.max(plain.width, plain.height);
  return await decode(applyFilter(plain.open().toColourspace("srgb"), job.filter, side));
}

/** The copy as WebP, and as AVIF where that is smaller. */
async function encodeVariant(name: string, pixels: Pixels, avif: boolean): Promise<Encoded[]> {
  const [webp, other] = await Promise.all([
    finish(name, pixels.open().webp({ quality: VARIANT_QUALITY })),
    avif ? encodeAvif(`${name}_avif`, pixels.open(), AVIF_QUALITY) : undefined,
  ]);
  const isSmaller = other !== undefined && other.bytes.byteLength < webp.bytes.byteLength;
  return isSmaller ? [webp, other] : [webp];
}

async function encodeAvif(name: string, image: Sharp, quality: number): Promise<Encoded> {
  const { file, bytes } = await finish(name, image.avif({ quality, effort: AVIF_EFFORT }));
  return { file: { ...file, mime_type: "image/avif" }, bytes };
}

/** Widest first: each copy is made from the next larger one, which costs a fraction. */
async function scale(pixels: Pixels, job: ProcessJob): Promise<Map<string, Pixels>> {
  const scaled = new Map<string, Pixels>();
  let last = pixels;
  for (const { name, width } of job.variants.toSorted((a, b) => b.width - a.width)) {
    if (width < last.width) last = await decode(last.open().resize({ width }));
    scaled.set(name, last);
  }
  return scaled;
}

async function encodeOriginal(source: Source, job: ProcessJob, pixels: Pixels): Promise<Encoded> {
  // Small copies are stills, the first frame; so is what was cut or filtered.
  const isStill = job.square || job.crop !== undefined || job.filter !== undefined;
  if (!source.animated || isStill) {
    return await finish(
      "original",
      encodeAs(pixels.open(), source.type, false, ORIGINAL_QUALITY),
    );
  }
  const whole = framed(source.open(true), source, job).toColourspace("srgb");
  return await finish("original", encodeAs(whole, source.type, true, ORIGINAL_QUALITY));
}

/** Makes the clean original and its variants. */
export async function processImage(bytes: Uint8Array, job: ProcessJob): Promise<Processed> {
  const source = await inspect(bytes);
  try {
    const pixels = await readPixels(source, job);
    const original = encodeOriginal(source, job, pixels);
    const scaled = await scale(pixels, job);
    const [first, blurhash, ...variants] = await Promise.all([
      original,
      hash(pixels),
      ...job.variants.map(({ name }) => encodeVariant(name, scaled.get(name) ?? pixels, job.avif)),
    ]);
    return { files: [first, ...variants.flat()], blurhash };
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
    if (format === "avif") return await encodeAvif("rendered", coloured, quality);
    return await finish("rendered", encodeAs(coloured, source.type, false, quality));
  } catch (error) {
    throw decodeError(error, source.type);
  }
}
