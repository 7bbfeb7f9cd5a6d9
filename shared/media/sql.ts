/** @module Statements on media. */
import type { Sql } from "../platform/postgres.ts";
import type { Media } from "./schemas.ts";

/** What is stored of a new file. */
export interface NewMedia {
  readonly id: string;
  readonly ownerId: string;
  readonly kind: string;
  readonly mimeType: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly blurhash: string;
  readonly alt: string;
  /** Variant to path in the bucket. */
  readonly variants: Readonly<Record<string, string>>;
}

/** Stores a file whose bytes are in place. */
export function insertMedia(sql: Sql, media: NewMedia) {
  return sql`
    insert into public.media
      (id, owner_id, kind, mime_type, bytes, width, height, blurhash, alt, variants)
    values (${media.id}, ${media.ownerId}, ${media.kind}, ${media.mimeType}, ${media.bytes},
      ${media.width}, ${media.height}, ${media.blurhash}, ${media.alt},
      ${JSON.stringify(media.variants)}::text::jsonb)`;
}

/** The file as the caller may see it. */
export function selectMedia(sql: Sql, id: string) {
  return sql<{ media: Media | null }[]>`
    select private.media_json(array[${id}::uuid]) -> 0 as media`;
}

/** Where the bytes of a variant lie; for callers who may see the file. */
export function selectVariant(sql: Sql, id: string, variant: string) {
  return sql<{ path: string | null }[]>`
    select m.variants ->> ${variant} as path from public.media m where m.id = ${id}`;
}

/** Checks a signed address. */
export function selectSignature(sql: Sql, id: string, variant: string, expires: number) {
  return sql<{ signature: string; is_fresh: boolean }[]>`
    select private.media_signature(${id}::uuid, ${variant}, ${expires}::bigint) as signature,
      ${expires}::bigint >= extract(epoch from now()) as is_fresh`;
}

/** Removes the caller's own file; gives the paths of its bytes. */
export function deleteMedia(sql: Sql, id: string) {
  return sql<{ variants: Record<string, string> }[]>`
    delete from public.media m where m.id = ${id} and m.owner_id = (select auth.uid())
    returning m.variants`;
}
