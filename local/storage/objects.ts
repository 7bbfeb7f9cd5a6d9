/** @module Uploading, moving, copying and removing objects. */
import { z } from "zod";
import { accessDenied, noSuchBucket, notImplemented } from "./errors.ts";
import { isUuid, requireKey } from "./names.ts";
import {
  findBucket,
  findObject,
  insertObject,
  lockObject,
  metadataOf,
  type ObjectValues,
  recordObject,
  requireBucket,
  type StoredObject,
  upsertObject,
} from "./rows.ts";
import { readJson, type RequestScope } from "./scope.ts";
import type { Session } from "./session.ts";
import { openUploadBody } from "./upload_body.ts";

/** Version of a row that is only tried. */
const TRIAL_VERSION = "1";
const MAX_REMOVED = 1000;

/** Whether the caller may write this object: the same row is written and undone. */
export async function tryUpload(
  session: Session,
  values: Omit<ObjectValues, "version">,
  upsert: boolean,
): Promise<void> {
  const trial = { ...values, version: TRIAL_VERSION };
  await session.tryAsCaller((tx) => upsert ? upsertObject(tx, trial) : insertObject(tx, trial));
}

/** Where and as whose an upload lands. */
export interface UploadTarget {
  readonly bucket: string;
  readonly key: string;
  readonly owner: string | undefined;
  readonly upsert: boolean;
  /** True when a signed URL already gave the right. */
  readonly trusted: boolean;
}

/** Takes an upload in: policies first, then the file, then the row. */
export async function storeUpload(
  scope: RequestScope,
  target: UploadTarget,
): Promise<StoredObject> {
  const { session, context } = scope;
  const { bucket: bucketId, key, owner, upsert } = target;
  requireKey(key);
  const bucket = await requireBucket(session, bucketId);
  const body = await openUploadBody(scope.request, {
    key,
    fileSizeLimit: Math.min(bucket.file_size_limit ?? Infinity, context.fileSizeLimit),
    allowedMimeTypes: bucket.allowed_mime_types,
  });
  const about = { bucket: bucketId, key, owner, userMetadata: body.userMetadata };
  const version = crypto.randomUUID();
  try {
    if (!target.trusted) {
      const metadata = {
        mimetype: body.mimeType,
        ...(body.declaredLength === undefined ? {} : { contentLength: body.declaredLength }),
      };
      await tryUpload(session, { ...about, metadata }, upsert);
    }
    const file = await context.files.write(version, body.stream, body.limit);
    const metadata = metadataOf(file, body);
    const values = { ...about, version, metadata, userMetadata: body.userMetadata ?? {} };
    const { object, previous } = await recordObject(session, values, upsert);
    if (previous !== undefined) await context.files.remove(previous);
    return object;
  } catch (error) {
    // Neither a half-read body nor a file without a row stays behind.
    if (!body.stream.locked) await body.stream.cancel().catch(() => {});
    await context.files.remove(version);
    throw error;
  }
}

async function upload(scope: RequestScope, upsert: boolean): Promise<Response> {
  const { bucket, key } = scope.params;
  const owner = scope.session.caller.claims.sub;
  const object = await storeUpload(scope, { bucket, key, owner, upsert, trusted: false });
  return Response.json({ Key: `${bucket}/${key}`, Id: object.id });
}

/** POST /object/:bucket/* */
export async function createObject(scope: RequestScope): Promise<Response> {
  return await upload(scope, scope.request.headers.get("x-upsert") === "true");
}

/** PUT /object/:bucket/* */
export async function updateObject(scope: RequestScope): Promise<Response> {
  return await upload(scope, true);
}

const transferSchema = z.object({
  bucketId: z.string().min(1),
  sourceKey: z.string().min(1),
  destinationKey: z.string().min(1),
  destinationBucket: z.string().min(1).optional(),
  sourceVersionId: z.string().nullish(),
});

const copySchema = transferSchema.extend({
  copyMetadata: z.boolean().optional(),
  metadata: z.object({ cacheControl: z.string(), mimetype: z.string() }).partial().optional(),
});

function requireNoVersion(version: string | null | undefined): void {
  if (version !== undefined && version !== null) throw notImplemented("Object versioning");
}

/** POST /object/move: renames the row as the caller, which needs SELECT and UPDATE. */
export async function moveObject({ session, request }: RequestScope): Promise<Response> {
  const body = await readJson(request, transferSchema);
  requireNoVersion(body.sourceVersionId);
  const bucket = body.destinationBucket ?? body.bucketId;
  requireKey(body.destinationKey);
  const owner = session.caller.claims.sub ?? null;
  const uuid = owner !== null && isUuid(owner) ? owner : null;
  // The file belongs to the version, not to the name: only the row moves.
  const id = await session.asCaller(async (tx) => {
    await lockObject(tx, bucket, body.destinationKey);
    const source = await findObject(tx, body.bucketId, body.sourceKey);
    const moved = await tx`
      update storage.objects set bucket_id = ${bucket}, name = ${body.destinationKey},
        owner = coalesce(${uuid}::uuid, owner), owner_id = coalesce(${owner}, owner_id)
      where id = ${source.id} returning id
    `;
    if (moved.length === 0) throw accessDenied();
    return source.id;
  });
  const Key = `${bucket}/${body.destinationKey}`;
  return Response.json({ message: "Successfully moved", Id: id, Key });
}

/** POST /object/copy: reads as the caller, writes as the caller. */
export async function copyObject({ session, request, context }: RequestScope): Promise<Response> {
  const body = await readJson(request, copySchema);
  requireNoVersion(body.sourceVersionId);
  const bucket = body.destinationBucket ?? body.bucketId;
  const key = body.destinationKey;
  requireKey(key);
  const upsert = request.headers.get("x-upsert") === "true";
  const source = await session.asCaller((tx) => findObject(tx, body.bucketId, body.sourceKey));
  await requireBucket(session, bucket);
  const keepsMetadata = body.copyMetadata ?? true;
  const metadata = {
    ...source.metadata,
    ...(keepsMetadata ? {} : body.metadata ?? {}),
    lastModified: new Date().toISOString(),
  };
  const version = crypto.randomUUID();
  const values = {
    bucket,
    key,
    version,
    owner: session.caller.claims.sub,
    metadata,
    userMetadata: keepsMetadata ? source.user_metadata : null,
  };
  await tryUpload(session, values, upsert);
  try {
    await context.files.copy(source.version, version);
    const { object, previous } = await recordObject(session, values, upsert);
    if (previous !== undefined) await context.files.remove(previous);
    return Response.json({ ...object, Id: object.id, Key: `${bucket}/${key}` });
  } catch (error) {
    await context.files.remove(version);
    throw error;
  }
}

/** DELETE /object/:bucket/* */
export async function deleteObject({ session, params, context }: RequestScope): Promise<Response> {
  const { bucket, key } = params;
  await session.asService((tx) => findObject(tx, bucket, key));
  const [row] = await session.asCaller((tx) =>
    tx<{ version: string }[]>`
      delete from storage.objects where bucket_id = ${bucket} and name = ${key}
      returning version
    `
  );
  if (row === undefined) throw accessDenied();
  await context.files.remove(row.version);
  return Response.json({ message: "Successfully deleted" });
}

const removeSchema = z.object({
  prefixes: z.array(z.union([z.string(), z.object({ path: z.string(), versionId: z.string() })]))
    .min(1).max(MAX_REMOVED),
});

/** DELETE /object/:bucket: removes what the caller may, and lists it. */
export async function deleteObjects(
  { session, params, request, context }: RequestScope,
): Promise<Response> {
  const { prefixes } = await readJson(request, removeSchema);
  const names = prefixes.map((entry) => {
    if (typeof entry !== "string") throw notImplemented("Object versioning");
    return entry;
  });
  const removed = await session.asCaller((tx) =>
    tx<StoredObject[]>`
      delete from storage.objects where bucket_id = ${params.bucket} and name = any(${names})
      returning id, name, bucket_id, owner, owner_id, version, metadata, user_metadata,
        created_at, updated_at, last_accessed_at
    `
  );
  for (const { version } of removed) await context.files.remove(version);
  return Response.json(removed);
}

/** POST /bucket/:id/empty: removes every object that the caller sees. */
export async function emptyBucket({ session, params, context }: RequestScope): Promise<Response> {
  const id = params.id;
  const removed = await session.asCaller(async (tx) => {
    const bucket = await findBucket(tx, id);
    if (bucket === undefined) throw noSuchBucket();
    const seen = await tx<{ id: string; name: string }[]>`
      select id, name from storage.objects where bucket_id = ${id}
    `;
    const gone = await tx<{ id: string; version: string }[]>`
      delete from storage.objects where bucket_id = ${id} returning id, version
    `;
    if (gone.length < seen.length) {
      const ids = new Set(gone.map((row) => row.id));
      const left = seen.filter((row) => !ids.has(row.id)).map((row) => row.name).join(" ,");
      throw accessDenied(
        `Cannot delete: ${left}, you may have SELECT but not DELETE permissions`,
      );
    }
    return gone;
  });
  for (const { version } of removed) await context.files.remove(version);
  const message = "Empty bucket has been queued. Completion may take up to an hour.";
  return Response.json({ message });
}
