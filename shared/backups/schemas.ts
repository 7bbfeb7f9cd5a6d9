/** @module Shapes of backups. */
import { z } from "zod";
import { Id, Time } from "../core/shapes.ts";

/** Version of the archive's layout. */
export const FORMAT_VERSION = 2;

/** One file of an archive. */
export const ManifestFile = z.object({
  /** Below the folder of the archive, and nowhere else. */
  path: z.string().regex(/^(?:data|objects)\/[\w-]+(?:\.[\w-]+)*$/),
  /** Rows or objects. */
  rows: z.number().int(),
  bytes: z.number().int(),
  /** Bytes once it is opened. */
  raw: z.number().int(),
  /** Of the file as it is stored. */
  sha256: z.string(),
});
/** One file of an archive. */
export type ManifestFile = z.output<typeof ManifestFile>;

/** What an archive holds of one table. */
export const ManifestTable = z.object({
  name: z.string(),
  /** Names and types of the columns. */
  shape: z.string(),
  rows: z.number().int(),
  /** Does not depend on the order of the rows. */
  checksum: z.string(),
  files: z.array(ManifestFile),
});
/** What an archive holds of one table. */
export type ManifestTable = z.output<typeof ManifestTable>;

/** What an archive holds; written last, so that an archive without it never counts. */
export const Manifest = z.object({
  format: z.literal(FORMAT_VERSION),
  id: Id,
  created_at: z.string(),
  migration: z.string(),
  encrypted: z.boolean(),
  /** Names the key without giving it away. */
  key_id: z.string().nullable(),
  tables: z.array(ManifestTable),
  sequences: z.array(z.object({ name: z.string(), value: z.string() })),
  objects: z.object({
    count: z.number().int(),
    bytes: z.number().int(),
    /** Removed while the backup ran, after its snapshot. */
    gone: z.number().int(),
    /** Lists of the objects, each with its hash. */
    files: z.array(ManifestFile),
  }),
});
/** What an archive holds. */
export type Manifest = z.output<typeof Manifest>;

/** One storage object of an archive, as its list names it. */
export const ArchivedObject = ManifestFile.omit({ rows: true, raw: true }).extend({
  bucket: z.string(),
  name: z.string(),
  mime_type: z.string(),
  owner_id: z.string().nullable(),
  user_metadata: z.json().nullable(),
  content_bytes: z.number().int(),
  /** Of the object itself. */
  content_sha256: z.string(),
});
/** One storage object of an archive. */
export type ArchivedObject = z.output<typeof ArchivedObject>;

/** A backup as administrators see it. */
export const Backup = z.object({
  id: Id,
  status: z.enum(["queued", "running", "done", "failed", "verified", "corrupt"]),
  created_at: Time,
  finished_at: Time.nullable(),
  verified_at: Time.nullable(),
  error: z.string().nullable(),
  manifest: Manifest.nullable(),
}).meta({ id: "Backup" });
/** A backup as administrators see it. */
export type Backup = z.output<typeof Backup>;

/** Outcome of a check of an archive. */
export const Verification = z.object({
  status: z.enum(["verified", "corrupt"]),
  tables: z.array(z.object({
    name: z.string(),
    rows: z.number().int(),
    checksum: z.string(),
    ok: z.boolean(),
  })),
  /** Files of the archive: the tables' and the storage objects'. */
  objects: z.object({
    checked: z.number().int(),
    missing: z.number().int(),
    altered: z.number().int(),
  }),
}).meta({ id: "BackupVerification" });
/** Outcome of a check of an archive. */
export type Verification = z.output<typeof Verification>;
