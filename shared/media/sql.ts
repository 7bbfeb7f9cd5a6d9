/** @module Statements on media. */
import type { Sql } from "../platform/postgres.ts";
import type { Media } from "./schemas.ts";

/** Variant to path in the bucket. */
export type Paths = Readonly<Record<string, string>>;

/** What is stored of a new file. */
export interface NewMedia {
  readonly id: string;
  readonly ownerId: string;
  readonly kind: string;
  readonly mimeType: string;
  readonly bytes: number;
  readonly alt: string;
  readonly status: "processing" | "ready";
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly blurhash?: string | undefined;
  readonly variants: Paths;
  /** Where it lies until it is worked on. */
  readonly uploadPath?: string | undefined;
}

/** Stores a file whose bytes are in place. */
export function insertMedia(sql: Sql, media: NewMedia) {
  return sql`
    insert into public.media (id, owner_id, kind, mime_type, bytes, width, height, blurhash, alt,
      status, variants, upload_path)
    values (${media.id}, ${media.ownerId}, ${media.kind}, ${media.mimeType}, ${media.bytes},
      ${media.width ?? null}, ${media.height ?? null}, ${media.blurhash ?? null}, ${media.alt},
      ${media.status}, ${JSON.stringify(media.variants)}::text::jsonb, ${
    media.uploadPath ?? null
  })`;
}

/** The file as the caller may see it. */
export function selectMedia(sql: Sql, id: string) {
  return sql<{ media: Media | null }[]>`
    select private.media_json(array[${id}::uuid]) -> 0 as media`;
}

/** How many bytes a person may still upload. */
export function selectBytesLeft(sql: Sql, ownerId: string) {
  return sql<{ bytes_left: number }[]>`
    select private.media_bytes_left(${ownerId}) as bytes_left`;
}

/** A file of the caller's own, to make another one of. */
export function selectOwn(sql: Sql, id: string) {
  return sql<{ kind: string; status: string; alt: string; path: string | null }[]>`
    select m.kind, m.status, m.alt, m.variants ->> 'original' as path from public.media m
    where m.id = ${id} and m.owner_id = (select auth.uid())`;
}

/** Where a variant lies. */
export interface FoundVariant {
  readonly kind: string;
  readonly status: string;
  readonly path: string | null;
  readonly avif_path: string | null;
}

/** Where the bytes of a variant lie; for callers who may see the file. */
export function selectVariant(sql: Sql, id: string, variant: string) {
  return sql<FoundVariant[]>`
    select m.kind, m.status, m.variants ->> ${variant} as path,
      m.variants ->> ${`${variant}_avif`} as avif_path
    from public.media m where m.id = ${id}`;
}

/** What a signed address says. */
export interface SignedAddress {
  readonly id: string;
  readonly variant: string;
  readonly expires: number;
  readonly viewer: string;
  readonly signature: string;
}

/** Makes the rest of the transaction read as the address was made for; false when it was not. */
export function beginSignedRead(sql: Sql, address: SignedAddress) {
  return sql<{ is_valid: boolean }[]>`
    select private.begin_signed_read(${address.id}::uuid, ${address.variant},
      ${address.expires}::bigint, ${address.viewer}::uuid, ${address.signature}) as is_valid`;
}

/** Changes the description of the caller's own file. */
export function updateAlt(sql: Sql, id: string, alt: string) {
  return sql<{ id: string }[]>`
    update public.media m set alt = ${alt}
    where m.id = ${id} and m.owner_id = (select auth.uid()) returning m.id`;
}

/** Removes the caller's own file. Its bytes follow by a job. */
export function deleteMedia(sql: Sql, id: string) {
  return sql<{ id: string }[]>`
    delete from public.media m where m.id = ${id} and m.owner_id = (select auth.uid())
    returning m.id`;
}

/** A file that waits to be worked on. */
export interface WaitingMedia {
  readonly id: string;
  readonly owner_id: string;
  readonly upload_path: string;
}

/** The file if it still waits; nobody else works on it meanwhile. */
export function lockWaiting(sql: Sql, id: string) {
  return sql<WaitingMedia[]>`
    select m.id, m.owner_id, m.upload_path from public.media m
    where m.id = ${id} and m.status = 'processing' and m.upload_path is not null for update`;
}

/** What is known of a video once it was worked on. */
export interface FinishedVideo {
  readonly mimeType: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly durationS: number;
  readonly blurhash: string | null;
  readonly variants: Paths;
}

/** Notes that a video is ready. */
export function finishVideo(sql: Sql, id: string, video: FinishedVideo) {
  return sql`
    update public.media set status = 'ready', mime_type = ${video.mimeType}, bytes = ${video.bytes},
      width = ${video.width}, height = ${video.height},
      duration_s = round(${video.durationS}::numeric, 3), blurhash = ${video.blurhash},
      variants = ${JSON.stringify(video.variants)}::text::jsonb, upload_path = null
    where id = ${id}`;
}

/** Notes that a file is not what it claimed to be. */
export function rejectMedia(sql: Sql, id: string) {
  return sql`
    update public.media set status = 'rejected', bytes = 0, upload_path = null where id = ${id}`;
}

/** Has bytes removed by the next job that does. */
export function addTrash(sql: Sql, paths: readonly string[]) {
  return sql`
    insert into private.media_trash (path) select unnest(${paths}::text[]) on conflict do nothing`;
}

/** Takes paths whose bytes are to go; nobody else takes them meanwhile. */
export function lockTrash(sql: Sql, limit: number) {
  return sql<{ path: string }[]>`
    select t.path from private.media_trash t order by t.added_at limit ${limit}
    for update skip locked`;
}

/** Forgets paths whose bytes are gone. */
export function deleteTrash(sql: Sql, paths: readonly string[]) {
  return sql`delete from private.media_trash t where t.path = any (${paths}::text[])`;
}

/** One round of upkeep; tells how much it found. */
export function sweepMedia(sql: Sql, limit: number) {
  return sql<{ loose: number; strays: number; lost: number }[]>`
    select private.sweep_loose_media(${limit}) as loose,
      private.sweep_stray_objects(${limit}) as strays, private.sweep_lost_media(${limit}) as lost`;
}
