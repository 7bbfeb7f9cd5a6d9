/** @module Buckets: creating, reading, listing, changing and deleting. */
import { z } from "zod";
import {
  accessDenied,
  alreadyExists,
  invalidParameter,
  noSuchBucket,
  notImplemented,
  StorageError,
  toStorageError,
} from "./errors.ts";
import { parseSizeLimit, requireBucketName, requireMimePatterns } from "./names.ts";
import { type Bucket, findBucket } from "./rows.ts";
import { readJson, type RequestScope, type StorageContext } from "./scope.ts";

const MAX_LISTED = 1000;

const bucketSchema = z.object({
  public: z.boolean().nullish(),
  file_size_limit: z.union([z.number().int().min(0), z.string()]).nullish(),
  allowed_mime_types: z.array(z.string()).nullish(),
  versioning_status: z.string().nullish(),
});

const createSchema = bucketSchema.extend({
  name: z.string(),
  id: z.string().nullish(),
  type: z.enum(["STANDARD", "ANALYTICS", "VECTOR"]).nullish(),
});

type BucketBody = z.infer<typeof bucketSchema>;

function sizeLimit(value: BucketBody["file_size_limit"], context: StorageContext): number | null {
  if (value === null || value === undefined) return null;
  const bytes = parseSizeLimit(value);
  if (bytes > context.fileSizeLimit) {
    const message = "The object exceeded the maximum allowed size";
    throw new StorageError(413, "EntityTooLarge", message, "Payload too large");
  }
  return bytes;
}

function checkBody(body: BucketBody): void {
  requireMimePatterns(body.allowed_mime_types);
  const versioning = body.versioning_status ?? "DISABLED";
  if (versioning !== "DISABLED") throw notImplemented("Object versioning");
}

/** POST /bucket */
export async function createBucket({ request, session, context }: RequestScope): Promise<Response> {
  const body = await readJson(request, createSchema);
  if ((body.type ?? "STANDARD") !== "STANDARD") {
    throw notImplemented(`A bucket of type ${body.type}`);
  }
  checkBody(body);
  const id = body.id ?? body.name;
  requireBucketName(id);
  const limit = sizeLimit(body.file_size_limit, context);
  const owner = session.caller.claims.sub ?? null;
  await session.asCaller((tx) =>
    tx`
      insert into storage.buckets
        (id, name, owner, owner_id, public, file_size_limit, allowed_mime_types)
      values (${id}, ${body.name}, ${owner}, ${owner}, ${body.public ?? false}, ${limit},
        ${body.allowed_mime_types ?? null})
    `
  ).catch((error) => {
    const known = toStorageError(error);
    throw known.code === "ResourceAlreadyExists" ? alreadyExists("BucketAlreadyExists") : error;
  });
  return Response.json({ name: body.name });
}

/** GET /bucket/:id */
export async function getBucket({ session, params }: RequestScope): Promise<Response> {
  const bucket = await session.asCaller((tx) => findBucket(tx, params.id));
  if (bucket === undefined) throw noSuchBucket();
  return Response.json(bucket);
}

const listSchema = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_LISTED).optional(),
  offset: z.coerce.number().int().min(0).optional(),
  search: z.string().optional(),
  sortColumn: z.enum(["id", "name", "created_at", "updated_at"]).optional(),
  sortOrder: z.enum(["asc", "desc"]).optional(),
});

/** GET /bucket */
export async function listBuckets({ session, url }: RequestScope): Promise<Response> {
  const parsed = listSchema.safeParse(Object.fromEntries(url.searchParams));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalidParameter(`querystring/${issue?.path.join("/")} ${issue?.message}`);
  }
  const { limit, offset, search, sortColumn, sortOrder } = parsed.data;
  const rows = await session.asCaller((tx) =>
    tx<Bucket[]>`
      select id, name, coalesce(owner_id, owner::text, '') as owner, public, type,
        file_size_limit, allowed_mime_types, created_at, updated_at
      from storage.buckets
      where strpos(lower(name), lower(${search ?? ""})) > 0 or ${search ?? ""} = ''
      order by ${tx(sortColumn ?? "name")} ${sortOrder === "desc" ? tx`desc` : tx`asc`}
      limit ${limit ?? MAX_LISTED} offset ${offset ?? 0}
    `
  );
  return Response.json(rows);
}

/** PUT /bucket/:id: what the body leaves out stays, a null clears. */
export async function updateBucket(
  { session, params, request, context }: RequestScope,
): Promise<Response> {
  const body = await readJson(request, bucketSchema);
  checkBody(body);
  const limit = sizeLimit(body.file_size_limit, context);
  const types = body.allowed_mime_types ?? null;
  const rows = await session.asCaller((tx) =>
    tx`
      update storage.buckets set
        public = coalesce(${body.public ?? null}, public),
        file_size_limit = case when ${body.file_size_limit === undefined} then file_size_limit
          else ${limit} end,
        allowed_mime_types = case when ${body.allowed_mime_types === undefined}
          then allowed_mime_types else ${types}::text[] end,
        updated_at = now()
      where id = ${params.id} returning id
    `
  );
  if (rows.length === 0) throw noSuchBucket();
  return Response.json({ message: "Successfully updated" });
}

/** DELETE /bucket/:id: only an empty one. */
export async function deleteBucket({ session, params }: RequestScope): Promise<Response> {
  const { id } = params;
  const bucket = await session.asCaller((tx) => findBucket(tx, id));
  if (bucket === undefined) throw noSuchBucket();
  const [kept] = await session.asService((tx) =>
    tx`select 1 from storage.objects where bucket_id = ${id} limit 1`
  );
  if (kept !== undefined) {
    const message = "The bucket you tried to delete is not empty";
    throw new StorageError(409, "ResourceNotEmpty", message);
  }
  const gone = await session.asCaller((tx) =>
    tx`delete from storage.buckets where id = ${id} returning id`
  );
  if (gone.length === 0) throw accessDenied();
  return Response.json({ message: "Successfully deleted" });
}
