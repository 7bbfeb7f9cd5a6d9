/** @module Streams files: whole, by range, or their headers only, to whoever may see them now. */
import { AppError } from "../core/errors.ts";
import type { Viewer } from "../platform/postgres.ts";
import type { StreamQuery } from "./schemas.ts";
import { notFound } from "./service.ts";
import { beginSignedRead, type FoundVariant, selectVariant } from "./sql.ts";
import { extensionOf, MEDIA_BUCKET, type MediaDeps } from "./store.ts";

/** A request for a file. */
export interface StreamRequest {
  readonly id: string;
  readonly query: StreamQuery;
  readonly method: string;
  readonly headers: Headers;
}

/** Seconds until a video that is being worked on is worth another look. */
const RETRY_SECONDS = 5;
const RANGE_FORM = /^bytes=(?:\d+-\d*|-\d+)$/;
/** Headers of storage that matter to whoever plays or shows a file. */
const PASSED_HEADERS = ["content-type", "content-length", "content-range", "last-modified"];

async function findVariant(
  deps: MediaDeps,
  viewer: Viewer,
  { id, query }: StreamRequest,
): Promise<FoundVariant | undefined> {
  const { variant, viewer: reader, expires, signature } = query;
  if (reader === undefined || expires === undefined || signature === undefined) {
    return (await deps.db.read(viewer, (sql) => selectVariant(sql, id, variant)))[0];
  }
  const address = { id, variant, expires, signature, viewer: reader };
  return await deps.db.asService("a signed address reads as whom it was made for", async (sql) => {
    const [proof] = await beginSignedRead(sql, address);
    return proof?.is_valid === true ? (await selectVariant(sql, id, variant))[0] : undefined;
  });
}

/** The path to send: the smaller form where the client takes it. */
function choosePath(found: FoundVariant, accept: string | null): string {
  if (found.status === "processing") {
    throw new AppError("unavailable", "The file is still being worked on", {
      retryAfterSeconds: RETRY_SECONDS,
    });
  }
  if (found.path === null) throw notFound();
  const takesAvif = found.avif_path !== null && (accept ?? "").includes("image/avif");
  return takesAvif && found.avif_path !== null ? found.avif_path : found.path;
}

/** Files never change under their path, so the path is their version. */
async function etagOf(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(path));
  const bytes = new Uint8Array(digest).subarray(0, 12);
  return `"${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}

function hasVersion(headers: Headers, etag: string): boolean {
  const given = headers.get("if-none-match");
  return given !== null &&
    (given.trim() === "*" ||
      given.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag));
}

/**
 * The one range to send. Several, or one of another version, are answered with the whole; of
 * headers alone there are no ranges (RFC 9110, 14.2).
 */
function rangeOf({ method, headers }: StreamRequest, etag: string): string | undefined {
  const range = headers.get("range")?.replaceAll(/\s/g, "");
  const ifRange = headers.get("if-range");
  if (method === "HEAD" || range === undefined || !RANGE_FORM.test(range)) return undefined;
  return ifRange === null || ifRange.trim() === etag ? range : undefined;
}

function headersOf(found: FoundVariant, etag: string, isSigned: boolean): Headers {
  const headers = new Headers({
    "accept-ranges": "bytes",
    "cache-control": "private, max-age=300",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
    etag,
    vary: isSigned ? "accept" : "accept, authorization",
  });
  if (found.kind === "document") {
    const name = `document.${found.path?.split(".").at(-1) ?? extensionOf("")}`;
    headers.set("content-disposition", `attachment; filename="${name}"`);
  }
  return headers;
}

/** Size of an object, for whom asks beyond its end. */
async function sizeOf(deps: MediaDeps, path: string): Promise<string> {
  const response = await deps.platform.call({ method: "HEAD", path: objectAddress(path) });
  await response.body?.cancel();
  return response.headers.get("content-length") ?? "*";
}

function objectAddress(path: string): string {
  return `/storage/v1/object/${MEDIA_BUCKET}/${path}`;
}

async function beyondEnd(deps: MediaDeps, path: string): Promise<Response> {
  const size = await sizeOf(deps, path);
  throw new AppError("range-not-satisfiable", `The file has ${size} bytes`, {
    headers: { "content-range": `bytes */${size}` },
  });
}

/**
 * Streams a variant, in part when a range asks for it.
 *
 * @throws `not-found`, `range-not-satisfiable`, `unavailable`
 */
export async function streamMedia(
  deps: MediaDeps,
  viewer: Viewer,
  request: StreamRequest,
): Promise<Response> {
  const found = await findVariant(deps, viewer, request);
  if (found === undefined) throw notFound();
  const path = choosePath(found, request.headers.get("accept"));
  const etag = await etagOf(path);
  const headers = headersOf(found, etag, request.query.signature !== undefined);
  if (hasVersion(request.headers, etag)) return new Response(null, { status: 304, headers });
  const range = rangeOf(request, etag);
  const response = await deps.platform.call({
    method: request.method === "HEAD" ? "HEAD" : "GET",
    path: objectAddress(path),
    headers: range === undefined ? {} : { range },
  });
  if (response.status !== 200 && response.status !== 206) {
    const text = await response.text();
    // Storage says 400 and puts its own status and code inside.
    if (/InvalidRange|"416"/.test(text)) return await beyondEnd(deps, path);
    if (response.status >= 500) throw new AppError("unavailable", "The storage does not answer");
    throw notFound();
  }
  for (const name of PASSED_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(response.body, { status: response.status, headers });
}
