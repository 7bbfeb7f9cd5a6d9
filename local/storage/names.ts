/** @module What names, sizes and types the Storage API accepts. */
import {
  invalidBucketName,
  invalidKey,
  invalidMimeType,
  invalidParameter,
  StorageError,
} from "./errors.ts";

const KEY = /^[\w/!.*'() &$@=;:+,?-]+$/;
/** Browsers and proxies resolve such parts of a path, so an object of that name is out of reach. */
const DOT_SEGMENT = /(?:^|\/)\.{1,2}(?:\/|$)/;
const BUCKET_NAME = /^[\w!.*'() &$@=;:+,?-]+$/;
const BUCKET_NAME_MAX = 100;
const SIZE = /^(\d+(?:\.\d+)?)(gb|mb|kb|b)$/i;
const UNIT_BYTES: Readonly<Record<string, number>> = { gb: 1e9, mb: 1e6, kb: 1e3, b: 1 };
const MIME_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+*-]+$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Refuses object names with characters that object stores cannot hold. */
export function requireKey(key: string): void {
  if (!KEY.test(key) || DOT_SEGMENT.test(key)) throw invalidKey(key);
}

/** Refuses bucket names with characters or a length that object stores cannot hold. */
export function requireBucketName(name: string): void {
  if (name.trim() === "" || name.length > BUCKET_NAME_MAX || !BUCKET_NAME.test(name)) {
    throw invalidBucketName();
  }
}

/** Reads `5MB` and the like, or a plain number of bytes; units are decimal as in the service. */
export function parseSizeLimit(value: string | number): number {
  if (typeof value === "number") return value;
  if (/^\d+$/.test(value)) return Number(value);
  const match = SIZE.exec(value);
  const unit = UNIT_BYTES[match?.[2]?.toLowerCase() ?? ""];
  if (match?.[1] === undefined || unit === undefined) {
    const message = "Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B";
    throw new StorageError(400, "InvalidRequest", message);
  }
  return Math.floor(Number(match[1]) * unit);
}

/** The type of a content type header, without parameters. */
export function bareMimeType(header: string): string {
  return (header.split(";", 1)[0] ?? "").trim().toLowerCase();
}

/** Refuses a type that is on none of the bucket's patterns (`image/png`, `image/*`). */
export function requireMimeType(header: string, allowed: readonly string[] | null): void {
  if (allowed === null || allowed.length === 0) return;
  const type = bareMimeType(header);
  if (!MIME_TYPE.test(type)) throw invalidMimeType(header);
  const [group] = type.split("/", 1);
  const fits = allowed.some((pattern) => {
    const wanted = pattern.trim().toLowerCase();
    return wanted === type || wanted === "*/*" || wanted === `${group}/*`;
  });
  if (!fits) throw invalidMimeType(header);
}

/** Refuses what cannot be a pattern of `allowed_mime_types`. */
export function requireMimePatterns(patterns: readonly string[] | null | undefined): void {
  for (const pattern of patterns ?? []) {
    if (!MIME_TYPE.test(pattern.trim())) throw invalidParameter(`mime type ${pattern} is invalid`);
  }
}

/** True for the object that keeps a folder visible in dashboards; it must stay empty. */
export function isFolderPlaceholder(key: string): boolean {
  return key.endsWith(".emptyFolderPlaceholder");
}

/** True for a UUID in its usual form. */
export function isUuid(value: string): boolean {
  return UUID.test(value);
}
