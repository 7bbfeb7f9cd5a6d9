/** @module Sends objects: whole, in part, as headers only, as facts, or transformed. */
import { noSuchBucket, notImplemented, StorageError } from "./errors.ts";
import type { ByteRange } from "./files.ts";
import {
  MAX_RENDER_SOURCE_BYTES,
  rendererOptions,
  renderFailed,
  type Transform,
  transformFromQuery,
} from "./render.ts";
import { findBucket, findObject, requireBucket, type StoredObject } from "./rows.ts";
import type { RequestScope } from "./scope.ts";

const HTTP_TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const NOT_LATIN = /[^\x20-\x7e]|["\\]/gu;

/** `Content-Disposition` for `?download` and `?download=name`. */
function disposition(download: string): string {
  if (download === "") return "attachment;";
  const ascii = download.replace(NOT_LATIN, "_");
  const fallback = HTTP_TOKEN.test(ascii) ? ascii : `"${ascii}"`;
  const extended = encodeURIComponent(download).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename=${fallback}; filename*=UTF-8''${extended}`;
}

/** Pages are never served as pages: a bucket must not become somebody's web site. */
function servedType(mimeType: string | undefined): string {
  const type = mimeType ?? "application/octet-stream";
  return type.toLowerCase().includes("text/html") ? "text/plain" : type;
}

/** Reads `Range`; undefined for none or for a form that is to be ignored. */
export function parseRange(header: string | null, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (match === null || (match[1] === "" && match[2] === "")) return undefined;
  const last = size - 1;
  const range = match[1] === ""
    ? { start: Math.max(size - Number(match[2]), 0), end: last }
    : { start: Number(match[1]), end: match[2] === "" ? last : Math.min(Number(match[2]), last) };
  if (range.start > range.end) {
    const message = "The requested range is not satisfiable";
    throw new StorageError(416, "InvalidRange", message, "InvalidRange");
  }
  return range;
}

/** True when the client's copy is still good. */
function isFresh(request: Request, object: StoredObject): boolean {
  const eTag = object.metadata?.eTag;
  const wanted = request.headers.get("if-none-match");
  if (wanted !== null) {
    const tags = wanted.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
    return eTag !== undefined && (tags.includes(eTag) || tags.includes("*"));
  }
  const since = Date.parse(request.headers.get("if-modified-since") ?? "");
  const modified = Date.parse(object.metadata?.lastModified ?? "");
  // HTTP dates have whole seconds.
  return Math.floor(modified / 1000) * 1000 <= since;
}

function baseHeaders(scope: RequestScope, object: StoredObject, expires?: Date): Headers {
  const { metadata } = object;
  const headers = new Headers({
    "accept-ranges": "bytes",
    "content-type": servedType(metadata?.mimetype),
    "x-robots-tag": "none",
    "x-content-type-options": "nosniff",
  });
  if (metadata?.eTag !== undefined) headers.set("etag", metadata.eTag);
  if (metadata?.lastModified !== undefined) {
    headers.set("last-modified", new Date(metadata.lastModified).toUTCString());
  }
  if (expires !== undefined) headers.set("expires", expires.toUTCString());
  else if (metadata?.cacheControl !== undefined) {
    headers.set("cache-control", metadata.cacheControl);
  }
  const download = scope.url.searchParams.get("download");
  if (download !== null) headers.set("content-disposition", disposition(download));
  return headers;
}

/** Sends an object that the caller was found to be allowed to read. */
export async function sendObject(
  scope: RequestScope,
  object: StoredObject,
  expires?: Date,
): Promise<Response> {
  const { request, context } = scope;
  const headers = baseHeaders(scope, object, expires);
  if (isFresh(request, object)) return new Response(null, { status: 304, headers });
  const size = await context.files.size(object.version);
  const range = parseRange(request.headers.get("range"), size);
  const sent = range ?? { start: 0, end: size - 1 };
  headers.set("content-length", String(sent.end - sent.start + 1));
  if (range !== undefined) headers.set("content-range", `bytes ${sent.start}-${sent.end}/${size}`);
  const status = range === undefined ? 200 : 206;
  if (request.method === "HEAD") return new Response(null, { status, headers });
  return new Response(await context.files.read(object.version, sent), { status, headers });
}

/** Facts of an object, as `info()` reads them. */
function sendInfo(object: StoredObject): Response {
  const { metadata } = object;
  const body = {
    id: object.id,
    name: object.name,
    version: object.version,
    bucket_id: object.bucket_id,
    size: metadata?.size ?? null,
    content_type: metadata?.mimetype ?? null,
    cache_control: metadata?.cacheControl ?? null,
    etag: metadata?.eTag ?? null,
    metadata: object.user_metadata,
    last_modified: object.updated_at,
    created_at: object.created_at,
  };
  return Response.json(body, { headers: { "cache-control": "no-cache" } });
}

/** Sends an object through the renderer. */
export async function sendTransformed(
  scope: RequestScope,
  object: StoredObject,
  transform: Transform,
  expires?: Date,
): Promise<Response> {
  const { context, request } = scope;
  if (context.renderer === undefined) throw notImplemented("Image transformation");
  const size = await context.files.size(object.version);
  if (size > MAX_RENDER_SOURCE_BYTES) {
    throw new StorageError(400, "InvalidRequest", "The image is too large to be transformed");
  }
  const source = await context.files.read(object.version, { start: 0, end: size - 1 });
  const bytes = new Uint8Array(await new Response(source).arrayBuffer());
  const options = rendererOptions(transform, request.headers.get("accept"));
  const rendered = await context.renderer.render(bytes, options).catch((error) => {
    throw renderFailed(error);
  });
  const headers = baseHeaders(scope, object, expires);
  headers.set("content-type", rendered.mimeType);
  headers.set("content-length", String(rendered.bytes.byteLength));
  headers.set("vary", "accept");
  headers.delete("accept-ranges");
  return new Response(request.method === "HEAD" ? null : rendered.bytes, { headers });
}

/** An object of a public bucket, for anybody. */
async function publicObject({ session, params }: RequestScope): Promise<StoredObject> {
  const bucket = await requireBucket(session, params.bucket);
  if (!bucket.public) throw noSuchBucket();
  return await session.asService((tx) => findObject(tx, params.bucket, params.key));
}

/** An object under the caller's SELECT policies. */
async function callersObject({ session, params }: RequestScope): Promise<StoredObject> {
  await requireBucket(session, params.bucket);
  return await session.asCaller((tx) => findObject(tx, params.bucket, params.key));
}

/** An object by the plain path: a public bucket needs no policy and no token. */
async function anyObject(scope: RequestScope): Promise<StoredObject> {
  const { session, params } = scope;
  const bucket = await session.asService((tx) => findBucket(tx, params.bucket));
  if (bucket === undefined || (!session.caller.authenticated && !bucket.public)) {
    throw noSuchBucket();
  }
  return await (bucket.public ? publicObject(scope) : callersObject(scope));
}

/** GET and HEAD /object/public/:bucket/* */
export async function getPublicObject(scope: RequestScope): Promise<Response> {
  return await sendObject(scope, await publicObject(scope));
}

/** GET and HEAD /object/authenticated/:bucket/* */
export async function getAuthenticatedObject(scope: RequestScope): Promise<Response> {
  return await sendObject(scope, await callersObject(scope));
}

/** GET and HEAD /object/:bucket/* */
export async function getObject(scope: RequestScope): Promise<Response> {
  return await sendObject(scope, await anyObject(scope));
}

/** GET /object/info/public/:bucket/* */
export async function getPublicInfo(scope: RequestScope): Promise<Response> {
  return sendInfo(await publicObject(scope));
}

/** GET /object/info/:bucket/* and /object/info/authenticated/:bucket/* */
export async function getInfo(scope: RequestScope): Promise<Response> {
  return sendInfo(await callersObject(scope));
}

/** GET /render/image/public/:bucket/* */
export async function renderPublic(scope: RequestScope): Promise<Response> {
  return await sendTransformed(
    scope,
    await publicObject(scope),
    transformFromQuery(scope.url.searchParams),
  );
}

/** GET /render/image/authenticated/:bucket/* */
export async function renderAuthenticated(scope: RequestScope): Promise<Response> {
  return await sendTransformed(
    scope,
    await callersObject(scope),
    transformFromQuery(scope.url.searchParams),
  );
}
