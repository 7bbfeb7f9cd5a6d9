/** @module Listing objects: by folder (v1) and by cursor (v2). */
import { z } from "zod";
import { invalidParameter, notImplemented } from "./errors.ts";
import { requireBucket } from "./rows.ts";
import { readJson, type RequestScope } from "./scope.ts";

const MAX_LISTED = 1000;
const DEFAULT_LISTED = 100;

const listSchema = z.object({
  prefix: z.string(),
  limit: z.number().int().min(1).optional(),
  offset: z.number().int().min(0).optional(),
  search: z.string().nullish(),
  sortBy: z.object({
    column: z.enum(["name", "updated_at", "created_at", "last_accessed_at"]),
    order: z.enum(["asc", "desc"]).nullish(),
  }).nullish(),
});

/** POST /object/list/:bucket: one folder, subfolders first. */
export async function listObjects({ session, params, request }: RequestScope): Promise<Response> {
  const body = await readJson(request, listSchema);
  const folder = body.prefix === "" || body.prefix.endsWith("/") ? body.prefix : `${body.prefix}/`;
  const limit = Math.min(body.limit ?? DEFAULT_LISTED, MAX_LISTED * 10);
  const levels = folder.split("/").length;
  const { column, order } = body.sortBy ?? { column: "name", order: "asc" };
  const rows = await session.asCaller((tx) =>
    tx`
      select name, id, updated_at, created_at, last_accessed_at, metadata
      from storage.search(${folder}, ${params.bucket}, ${limit}, ${levels}, ${body.offset ?? 0},
        ${body.search ?? ""}, ${column}, ${order ?? "asc"})
    `
  );
  return Response.json(rows);
}

const listV2Schema = z.object({
  prefix: z.string().optional(),
  limit: z.number().int().min(1).optional(),
  cursor: z.string().nullish(),
  with_delimiter: z.boolean().optional(),
  sortBy: z.object({
    column: z.enum(["name", "updated_at", "created_at"]).optional(),
    order: z.enum(["asc", "desc"]).optional(),
  }).nullish(),
  noncurrentVersions: z.string().nullish(),
  deleteMarkers: z.string().nullish(),
});

const cursorSchema = z.object({
  column: z.enum(["name", "updated_at", "created_at"]),
  order: z.enum(["asc", "desc"]),
  value: z.string(),
  key: z.string(),
});

type Cursor = z.infer<typeof cursorSchema>;

interface Entry {
  readonly key: string;
  readonly sort_value: string;
  readonly id: string | null;
}

function writeCursor(cursor: Cursor): string {
  const bytes = new TextEncoder().encode(JSON.stringify(cursor));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function readCursor(text: string): Cursor {
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    return cursorSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    throw invalidParameter("Invalid Parameter continuation token");
  }
}

/** POST /object/list-v2/:bucket: keyset pages, with folders folded when asked. */
export async function listObjectsV2({ session, params, request }: RequestScope): Promise<Response> {
  const body = await readJson(request, listV2Schema);
  for (const wanted of [body.noncurrentVersions, body.deleteMarkers]) {
    if ((wanted ?? "exclude") !== "exclude") throw notImplemented("Object versioning");
  }
  await requireBucket(session, params.bucket);
  const cursor = typeof body.cursor === "string" ? readCursor(body.cursor) : undefined;
  const column = cursor?.column ?? body.sortBy?.column ?? "name";
  const order = cursor?.order ?? body.sortBy?.order ?? "asc";
  const limit = Math.min(body.limit ?? MAX_LISTED, MAX_LISTED);
  const prefix = body.prefix ?? "";
  const delimiter = body.with_delimiter === true ? "/" : "";
  const rows = await session.asCaller((tx) => {
    const direction = order === "desc" ? tx`desc` : tx`asc`;
    const after = order === "desc" ? tx`<` : tx`>`;
    const sortValue = column === "name" ? tx`key` : tx`${tx(column)}::text`;
    // Folded folders carry the folder's name and no id; one row stands for all that it holds.
    return tx<(Entry & Record<string, unknown>)[]>`
      with entries as (
        select storage.get_common_prefix(name, ${prefix}, ${delimiter}) as folder, o.*
        from storage.objects o
        where bucket_id = ${params.bucket} and starts_with(name, ${prefix})
      ), folded as (
        select distinct on (coalesce(folder, name)) coalesce(folder, name) collate "C" as key,
          case when folder is null then id end as id, created_at, updated_at, last_accessed_at,
          metadata
        from entries order by coalesce(folder, name), created_at
      )
      select key, id, created_at, updated_at, last_accessed_at, metadata,
        ${sortValue} as sort_value
      from folded
      where ${cursor === undefined} or (${sortValue} collate "C", key)
        ${after} (${cursor?.value ?? ""}, ${cursor?.key ?? ""})
      order by ${sortValue} collate "C" ${direction}, key ${direction}
      limit ${limit + 1}
    `;
  });
  const page = rows.slice(0, limit);
  const hasNext = rows.length > limit;
  const last = page.at(-1);
  const nextCursor = hasNext && last !== undefined
    ? writeCursor({ column, order, value: last.sort_value, key: last.key })
    : undefined;
  const folders = page.filter((row) => row.id === null)
    .map(({ key }) => ({ name: key, key: key.replace(/\/$/, "") }));
  const objects = page.filter((row) => row.id !== null)
    .map(({ sort_value: _, key, ...rest }) => ({ ...rest, name: key, key }));
  return Response.json({
    hasNext,
    folders,
    objects,
    ...(nextCursor === undefined ? {} : { nextCursor }),
  });
}
