/** @module The queries on storage.buckets and storage.objects. */
import type { JSONValue } from "postgres";
import { alreadyExists, noSuchBucket, noSuchKey } from "./errors.ts";
import type { StoredFile } from "./files.ts";
import { isUuid } from "./names.ts";
import type { Session, Tx } from "./session.ts";

/** A bucket as the API shows it. */
export interface Bucket {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly public: boolean;
  readonly type: string;
  readonly file_size_limit: number | null;
  readonly allowed_mime_types: string[] | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** What the service knows of an object's content; stored in `objects.metadata`. */
export interface ObjectMetadata {
  readonly eTag?: string;
  readonly size?: number;
  readonly mimetype?: string | undefined;
  readonly cacheControl?: string | undefined;
  readonly lastModified?: string;
  readonly contentLength?: number;
  readonly httpStatusCode?: number;
}

/** An object's row. */
export interface StoredObject {
  readonly id: string;
  readonly name: string;
  readonly bucket_id: string;
  readonly owner: string | null;
  readonly owner_id: string | null;
  readonly version: string;
  readonly metadata: ObjectMetadata | null;
  readonly user_metadata: Record<string, unknown> | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly last_accessed_at: Date;
}

/** The values of an object that are written. */
export interface ObjectValues {
  readonly bucket: string;
  readonly key: string;
  readonly version: string;
  readonly owner: string | undefined;
  readonly metadata: ObjectMetadata;
  readonly userMetadata: Record<string, unknown> | null | undefined;
}

/** Metadata of a file just written. */
export function metadataOf(
  file: StoredFile,
  about: { mimeType: string | undefined; cacheControl: string | undefined },
): ObjectMetadata {
  return {
    eTag: file.eTag,
    size: file.size,
    ...(about.mimeType === undefined ? {} : { mimetype: about.mimeType }),
    cacheControl: about.cacheControl ?? "no-cache",
    lastModified: file.lastModified.toISOString(),
    contentLength: file.size,
    httpStatusCode: 200,
  };
}

/** Makes a value fit for the driver's JSON parameter; `undefined` members fall away. */
export function toJson(value: unknown): JSONValue {
  return JSON.parse(JSON.stringify(value ?? null));
}

function ownerColumns(owner: string | undefined): { owner: string | null; ownerId: string | null } {
  return { owner: owner !== undefined && isUuid(owner) ? owner : null, ownerId: owner ?? null };
}

/** Reads a bucket; undefined when the transaction's role does not see it. */
export async function findBucket(tx: Tx, id: string): Promise<Bucket | undefined> {
  const [row] = await tx<Bucket[]>`
    select id, name, coalesce(owner_id, owner::text, '') as owner, public, type, file_size_limit,
      allowed_mime_types, created_at, updated_at
    from storage.buckets where id = ${id}
  `;
  return row;
}

/** Reads a bucket past row-level security; throws when it is not there. */
export async function requireBucket(session: Session, id: string): Promise<Bucket> {
  const bucket = await session.asService((tx) => findBucket(tx, id));
  if (bucket === undefined) throw noSuchBucket();
  return bucket;
}

/** Reads an object; throws when the transaction's role does not see it. */
export async function findObject(tx: Tx, bucket: string, key: string): Promise<StoredObject> {
  const [row] = await tx<StoredObject[]>`
    select id, name, bucket_id, owner, owner_id, version, metadata, user_metadata, created_at,
      updated_at, last_accessed_at
    from storage.objects where bucket_id = ${bucket} and name = ${key}
  `;
  if (row === undefined) throw noSuchKey();
  return row;
}

/** Inserts an object; needs the right to INSERT only. */
export async function insertObject(tx: Tx, values: ObjectValues): Promise<void> {
  const { owner, ownerId } = ownerColumns(values.owner);
  await tx`
    insert into storage.objects
      (bucket_id, name, owner, owner_id, version, metadata, user_metadata)
    values (${values.bucket}, ${values.key}, ${owner}, ${ownerId}, ${values.version},
      ${tx.json(toJson(values.metadata))}, ${tx.json(toJson(values.userMetadata))})
  `;
}

/** Inserts or replaces an object; needs INSERT, SELECT and UPDATE. */
export async function upsertObject(tx: Tx, values: ObjectValues): Promise<StoredObject> {
  const { owner, ownerId } = ownerColumns(values.owner);
  const [row] = await tx<StoredObject[]>`
    insert into storage.objects
      (bucket_id, name, owner, owner_id, version, metadata, user_metadata)
    values (${values.bucket}, ${values.key}, ${owner}, ${ownerId}, ${values.version},
      ${tx.json(toJson(values.metadata))}, ${tx.json(toJson(values.userMetadata))})
    on conflict (bucket_id, name) do update set
      owner = excluded.owner, owner_id = excluded.owner_id, version = excluded.version,
      metadata = excluded.metadata, user_metadata = excluded.user_metadata
    returning *
  `;
  if (row === undefined) throw noSuchKey();
  return row;
}

/** Keeps others off one object until the transaction ends. */
export async function lockObject(tx: Tx, bucket: string, key: string): Promise<void> {
  await tx`select set_config('lock_timeout', '5s', true)`;
  await tx`select pg_advisory_xact_lock(hashtextextended(${`${bucket}/${key}`}, 0))`;
}

/** What a finished write replaced. */
export interface Replaced {
  readonly object: StoredObject;
  /** Version whose file is no longer needed. */
  readonly previous: string | undefined;
}

/**
 * Records a finished file, past row-level security: the right was tried before.
 *
 * Without `upsert` another writer that was faster wins, and this one is told of a duplicate.
 */
export async function recordObject(
  session: Session,
  values: ObjectValues,
  upsert: boolean,
): Promise<Replaced> {
  return await session.asService(async (tx) => {
    await lockObject(tx, values.bucket, values.key);
    const [existing] = await tx<{ version: string }[]>`
      select version from storage.objects
      where bucket_id = ${values.bucket} and name = ${values.key} for update
    `;
    if (existing !== undefined && !upsert) throw alreadyExists("KeyAlreadyExists");
    return { object: await upsertObject(tx, values), previous: existing?.version };
  });
}
