/** @module Tells the type of a file by its content; names and declared types are not believed. */

/** Pictures that the worker takes. */
export type AcceptedType =
  | "image/jpeg"
  | "image/png"
  | "image/webp"
  | "image/gif"
  | "image/avif"
  | "image/heic";

const ACCEPTED: ReadonlySet<string> = new Set<AcceptedType>([
  "image/jpeg",
  "image/png",
  "image/webp",
  "image/gif",
  "image/avif",
  "image/heic",
]);

/** How much of a file is looked at for markup. */
const TEXT_PROBE_BYTES = 1024;
const BRAND_BYTES = 4;
const MAX_BRANDS = 32;

const SIGNATURES: readonly (readonly [type: string, bytes: readonly number[]])[] = [
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38, 0x37, 0x61]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38, 0x39, 0x61]],
  ["image/tiff", [0x49, 0x49, 0x2a, 0x00]],
  ["image/tiff", [0x4d, 0x4d, 0x00, 0x2a]],
  ["image/bmp", [0x42, 0x4d]],
  ["image/vnd.microsoft.icon", [0x00, 0x00, 0x01, 0x00]],
  ["image/jxl", [0xff, 0x0a]],
  ["application/pdf", [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ["application/zip", [0x50, 0x4b, 0x03, 0x04]],
  ["video/webm", [0x1a, 0x45, 0xdf, 0xa3]],
];

const HEIC_BRANDS = new Set(["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"]);

function ascii(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}

/** The type of an ISO base media file (`ftyp` box): AVIF, HEIC or a video. */
function isoMediaType(bytes: Uint8Array): string | undefined {
  if (ascii(bytes, 4, BRAND_BYTES) !== "ftyp") return undefined;
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const end = Math.min(size, bytes.byteLength, 16 + MAX_BRANDS * BRAND_BYTES);
  const brands = [ascii(bytes, 8, BRAND_BYTES)];
  for (let at = 16; at + BRAND_BYTES <= end; at += BRAND_BYTES) {
    brands.push(ascii(bytes, at, BRAND_BYTES));
  }
  if (brands.some((brand) => brand === "avif" || brand === "avis")) return "image/avif";
  if (brands.some((brand) => HEIC_BRANDS.has(brand))) return "image/heic";
  return "video/mp4";
}

/** The type of a file that is text. */
function markupType(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(bytes.subarray(0, TEXT_PROBE_BYTES)).toLowerCase();
  const start = text.replace(/^[\ufeff\s]+/, "");
  if (!start.startsWith("<")) return undefined;
  if (start.includes("<svg")) return "image/svg+xml";
  if (/<(?:!doctype html|html|head|body|script|iframe|img|a )/.test(start)) return "text/html";
  return "application/xml";
}

/** Best guess of a file's type; `application/octet-stream` when nothing fits. */
export function sniffType(bytes: Uint8Array): string {
  for (const [type, signature] of SIGNATURES) {
    if (signature.every((byte, index) => bytes[index] === byte)) return type;
  }
  if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 4) === "WEBP") return "image/webp";
  return isoMediaType(bytes) ?? markupType(bytes) ?? "application/octet-stream";
}

/** True for a type that the worker takes. */
export function isAcceptedType(type: string): type is AcceptedType {
  return ACCEPTED.has(type);
}
