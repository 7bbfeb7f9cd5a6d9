/** @module Format of an archive. See docs/EXPORT.md. */
import { z } from "zod";
import { Id } from "../core/shapes.ts";

/** Version of the archive's format. */
export const ARCHIVE_FORMAT = 1;
/** File that names all others. */
export const MANIFEST_NAME = "manifest.json";
/** What the other files are called. */
export const FILE_NAME = new RegExp(
  String.raw`^(?:data/(?:public|private|auth)\.[a-z0-9_]{1,63}\.ndjson` +
    String.raw`|media/[0-9a-f-]{36}/[a-z0-9_]{1,40}\.[a-z0-9]{1,8})$`,
);

/** A file of an archive. */
export const ArchiveFile = z.object({
  path: z.string().regex(FILE_NAME),
  bytes: z.number().int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
/** A file of an archive. */
export type ArchiveFile = z.output<typeof ArchiveFile>;

/** What an archive holds. */
export const ArchiveManifest = z.object({
  format: z.literal(ARCHIVE_FORMAT),
  created_at: z.iso.datetime(),
  person: z.object({ id: Id, handle: z.string() }),
  /** One file for each table, one JSON object in a line. */
  tables: z.array(ArchiveFile.extend({ name: z.string(), rows: z.number().int().min(0) })),
  media: z.array(ArchiveFile.extend({ media_id: Id, variant: z.string(), mime_type: z.string() })),
  /** Files that were too large to fit, or whose bytes are lost. */
  omitted: z.array(z.object({ media_id: Id, variant: z.string(), reason: z.string() })),
}).meta({ id: "ArchiveManifest" });
/** What an archive holds. */
export type ArchiveManifest = z.output<typeof ArchiveManifest>;

/** Content of the manifest file. */
export const SignedManifest = z.object({
  manifest: ArchiveManifest,
  /** Of the deployment that made it. */
  signature: z.string().regex(/^[0-9a-f]{64}$/),
});
/** Content of the manifest file. */
export type SignedManifest = z.output<typeof SignedManifest>;
