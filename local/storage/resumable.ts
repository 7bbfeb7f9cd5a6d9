/** @module Resumable uploads by the TUS protocol 1.0, with creation, termination and expiration. */
import { entityTooLarge, invalidParameter, notImplemented, StorageError } from "./errors.ts";
import { isFolderPlaceholder, requireBucketName, requireKey, requireMimeType } from "./names.ts";
import { tryUpload } from "./objects.ts";
import { type ResumableUpload, UploadBusyError } from "./resumable_store.ts";
import { metadataOf, recordObject, requireBucket } from "./rows.ts";
import type { RequestScope } from "./scope.ts";
import { openUploadToken } from "./signing.ts";
import { parseUserMetadata } from "./upload_body.ts";

const TUS_VERSION = "1.0.0";
const EXTENSIONS = "creation,creation-with-upload,termination,expiration";
const UPLOAD_LIFETIME_MS = 24 * 3600 * 1000;
const BODY_TYPE = "application/offset+octet-stream";

function tusHeaders(extra: Record<string, string> = {}): Record<string, string> {
  return { "tus-resumable": TUS_VERSION, "cache-control": "no-store", ...extra };
}

function tusError(status: number, code: string, message: string): StorageError {
  return new StorageError(status, code, message, code, status);
}

function decodeMetadata(header: string | null): Map<string, string> {
  const fields = new Map<string, string>();
  for (const pair of (header ?? "").split(",")) {
    const [name = "", encoded = ""] = pair.trim().split(/\s+/, 2);
    if (name === "") continue;
    try {
      const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
      fields.set(name, new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    } catch {
      throw invalidParameter(`Upload-Metadata: ${name} is not base64 of UTF-8`);
    }
  }
  return fields;
}

function readLength(header: string | null): number {
  if (header === null) throw notImplemented("A resumable upload of unknown length");
  if (!/^\d{1,15}$/.test(header)) throw invalidParameter("Upload-Length is not a length");
  return Number(header);
}

/** Whether the request may write this object: by signature, or by the caller's policies. */
async function authorize(scope: RequestScope, upload: ResumableUpload): Promise<ResumableUpload> {
  const signature = scope.request.headers.get("x-signature");
  if (scope.url.pathname.startsWith("/upload/resumable/sign")) {
    const claims = await openUploadToken(scope, signature ?? "", upload.bucket, upload.key);
    return { ...upload, owner: claims.owner, upsert: claims.upsert };
  }
  const { bucket, key, mimeType: mimetype, length: contentLength } = upload;
  const owner = upload.owner ?? undefined;
  const metadata = { mimetype, contentLength };
  const trial = { bucket, key, owner, metadata, userMetadata: upload.userMetadata };
  await tryUpload(scope.session, trial, upload.upsert);
  return upload;
}

async function finish(scope: RequestScope, id: string, upload: ResumableUpload): Promise<void> {
  const { files, uploads } = scope.context;
  const { bucket, key, upsert, userMetadata } = upload;
  try {
    const file = await files.adopt(uploads.partPath(id), id);
    const metadata = metadataOf(file, upload);
    const owner = upload.owner ?? undefined;
    const values = { bucket, key, version: id, owner, metadata, userMetadata: userMetadata ?? {} };
    const { previous } = await recordObject(scope.session, values, upsert);
    if (previous !== undefined) await files.remove(previous);
  } catch (error) {
    await files.remove(id);
    throw error;
  } finally {
    await uploads.remove(id);
  }
}

/** Takes a piece; the last one makes the object. Answers the new offset. */
async function receive(scope: RequestScope, id: string, upload: ResumableUpload): Promise<number> {
  const body = scope.request.body;
  const { uploads } = scope.context;
  let offset = await uploads.offset(id);
  if (body !== null) {
    try {
      offset = await uploads.append(id, body, upload.length);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      await uploads.remove(id);
      throw tusError(413, "EntityTooLarge", error.message);
    }
  }
  if (offset === upload.length) await finish(scope, id, upload);
  return offset;
}

async function exclusively<T>(
  scope: RequestScope,
  id: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await scope.context.uploads.exclusively(id, work);
  } catch (error) {
    if (error instanceof UploadBusyError) throw tusError(409, "ResourceLocked", error.message);
    throw error;
  }
}

async function findUpload(scope: RequestScope): Promise<ResumableUpload> {
  const upload = await scope.context.uploads.find(scope.params.id);
  if (upload === undefined) throw tusError(404, "NoSuchUpload", "Upload not found");
  return upload;
}

/** OPTIONS: what of the protocol is spoken. */
export function describeUploads({ context }: RequestScope): Promise<Response> {
  const headers = tusHeaders({
    "tus-version": TUS_VERSION,
    "tus-extension": EXTENSIONS,
    "tus-max-size": String(context.fileSizeLimit),
  });
  return Promise.resolve(new Response(null, { status: 204, headers }));
}

/** POST: begins an upload; a body that comes along is its first piece. */
export async function createUpload(scope: RequestScope): Promise<Response> {
  const { request, session, context } = scope;
  const fields = decodeMetadata(request.headers.get("upload-metadata"));
  const bucketId = fields.get("bucketName") ?? "";
  const key = fields.get("objectName") ?? "";
  requireBucketName(bucketId);
  requireKey(key);
  const length = readLength(request.headers.get("upload-length"));
  const bucket = await requireBucket(session, bucketId);
  const limit = isFolderPlaceholder(key)
    ? 0
    : Math.min(bucket.file_size_limit ?? Infinity, context.fileSizeLimit);
  if (length > limit) throw tusError(413, "EntityTooLarge", entityTooLarge().message);
  const mimeType = fields.get("contentType") ?? "application/octet-stream";
  requireMimeType(mimeType, isFolderPlaceholder(key) ? null : bucket.allowed_mime_types);
  const cacheTime = fields.get("cacheControl");
  const upload = await authorize(scope, {
    bucket: bucketId,
    key,
    length,
    mimeType,
    cacheControl: cacheTime === undefined ? "no-cache" : `max-age=${cacheTime}`,
    userMetadata: parseUserMetadata(fields.get("metadata") ?? "") ?? null,
    owner: session.caller.claims.sub ?? null,
    upsert: request.headers.get("x-upsert") === "true",
    expiresAt: Date.now() + UPLOAD_LIFETIME_MS,
  });
  const id = crypto.randomUUID();
  await context.uploads.create(id, upload);
  const carriesPiece = request.headers.get("content-type") === BODY_TYPE;
  const offset = carriesPiece || length === 0
    ? await exclusively(scope, id, () => receive(scope, id, upload))
    : 0;
  const signed = scope.url.pathname.startsWith("/upload/resumable/sign") ? "/sign" : "";
  return new Response(null, {
    status: 201,
    headers: tusHeaders({
      location: `${context.publicUrl}/upload/resumable${signed}/${id}`,
      "upload-offset": String(offset),
      "upload-expires": new Date(upload.expiresAt).toUTCString(),
    }),
  });
}

/** PATCH: the next piece, which must begin where the last one ended. */
export async function continueUpload(scope: RequestScope): Promise<Response> {
  const { request, params } = scope;
  const upload = await authorize(scope, await findUpload(scope));
  if (request.headers.get("content-type") !== BODY_TYPE) {
    throw tusError(415, "InvalidMimeType", `The body must be ${BODY_TYPE}`);
  }
  const offset = await exclusively(scope, params.id, async () => {
    const expected = await scope.context.uploads.offset(params.id);
    if (request.headers.get("upload-offset") !== String(expected)) {
      throw tusError(409, "InvalidUploadOffset", "Upload-Offset conflict");
    }
    return await receive(scope, params.id, upload);
  });
  return new Response(null, {
    status: 204,
    headers: tusHeaders({
      "upload-offset": String(offset),
      "upload-expires": new Date(upload.expiresAt).toUTCString(),
    }),
  });
}

/** HEAD: how far an upload is. */
export async function inspectUpload(scope: RequestScope): Promise<Response> {
  const upload = await authorize(scope, await findUpload(scope));
  return new Response(null, {
    headers: tusHeaders({
      "upload-offset": String(await scope.context.uploads.offset(scope.params.id)),
      "upload-length": String(upload.length),
      "upload-expires": new Date(upload.expiresAt).toUTCString(),
    }),
  });
}

/** DELETE: gives an upload up. */
export async function abandonUpload(scope: RequestScope): Promise<Response> {
  await authorize(scope, await findUpload(scope));
  const { id } = scope.params;
  await exclusively(scope, id, () => scope.context.uploads.remove(id));
  return new Response(null, { status: 204, headers: tusHeaders() });
}
