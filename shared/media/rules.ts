/** @module Tells what a file is by its content; names and declared types are not believed. */

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
  ["application/vnd.ms-office", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
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

/** Folders of Office files, which are archives. */
const OFFICE_FOLDERS = [
  ["word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
  ["xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ["ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"],
] as const;
/** First entry of an OpenDocument file, stored as it is. */
const OPEN_DOCUMENT = /^.{30}mimetype(application\/vnd\.oasis\.opendocument\.[a-z]+)/s;

/** The type of an archive: that of Office files where it is one. */
function archiveType(bytes: Uint8Array): string {
  const text = new TextDecoder("latin1").decode(bytes);
  const open = OPEN_DOCUMENT.exec(text)?.[1];
  if (open !== undefined) return open;
  if (!text.includes("[Content_Types].xml")) return "application/zip";
  return OFFICE_FOLDERS.find(([folder]) => text.includes(folder))?.[1] ?? "application/zip";
}

/** Plain text: no NUL, and UTF-8 but for a character that the end may have cut. */
function isText(bytes: Uint8Array): boolean {
  if (bytes.byteLength === 0 || bytes.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Best guess of a file's type; `application/octet-stream` when nothing fits. */
export function sniffType(bytes: Uint8Array): string {
  for (const [type, signature] of SIGNATURES) {
    if (signature.every((byte, index) => bytes[index] === byte)) {
      return type === "application/zip" ? archiveType(bytes) : type;
    }
  }
  if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 4) === "WEBP") return "image/webp";
  const known = isoMediaType(bytes) ?? markupType(bytes);
  return known ?? (isText(bytes) ? "text/plain" : "application/octet-stream");
}

/** True for a type that the worker takes. */
export function isAcceptedType(type: string): type is AcceptedType {
  return ACCEPTED.has(type);
}

/** What is told apart by how it is worked on. */
export type MediaKind = "image" | "video" | "document";

/** Largest file of each kind, in bytes. */
export const BYTES_MAX: Readonly<Record<MediaKind, number>> = {
  image: 20_000_000,
  video: 200_000_000,
  document: 50_000_000,
};

const DOCUMENT_TYPES = new Set([
  "application/pdf",
  "application/vnd.ms-office",
  "application/zip",
  "text/plain",
]);
const OFFICE_TYPE = /^application\/vnd\.(?:openxmlformats-officedocument|oasis\.opendocument)\./;

/** The kind of a type that is taken; undefined for all others. */
export function kindOf(type: string): MediaKind | undefined {
  if (isAcceptedType(type)) return "image";
  if (type === "video/mp4" || type === "video/webm") return "video";
  return DOCUMENT_TYPES.has(type) || OFFICE_TYPE.test(type) ? "document" : undefined;
}

/** True when a client calls a file a picture or a video, and it is the other or neither. */
export function contradicts(declaredType: string, kind: MediaKind): boolean {
  const family = declaredType.split("/")[0] ?? "";
  return (family === "image" || family === "video") && family !== kind;
}

/** How much of a document's end is looked at: where archives have their directory's record. */
export const TAIL_BYTES = 65_557;

/** Says what is wrong with a document of whose content only the end is at hand. */
export function documentFault(type: string, tail: Uint8Array): string | undefined {
  const end = new TextDecoder("latin1").decode(tail);
  const isArchive = end.includes("PK\x05\x06");
  if (type === "application/pdf") {
    if (isArchive) return "The file is a PDF and an archive at once";
    return end.includes("%%EOF") ? undefined : "The PDF is damaged or incomplete";
  }
  if (type === "application/zip" || OFFICE_TYPE.test(type)) {
    return isArchive ? undefined : "The archive is damaged or incomplete";
  }
  return isArchive ? "The file is an archive behind something else" : undefined;
}
