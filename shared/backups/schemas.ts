/** @module Shapes of backups. */
import { z } from "zod";
import { Id, Time } from "../core/shapes.ts";

/** Version of the archive's layout. */
export const FORMAT_VERSION = 1;

/** One file of an archive. */
export const ManifestFile = z.object({
  path: z.string(),
  rows: z.number().int(),
  bytes: z.number().int(),
  /** Of the file as it is stored. */
  sha256: z.string(),
});
/** One file of an archive. */
export type ManifestFile = z.output<typeof ManifestFile>;

/** What an archive holds; written last, so that an archive without it never counts. */
export const Manifest = z.object({
  format: z.literal(FORMAT_VERSION),
  id: Id,
  created_at: z.string(),
  migration: z.string(),
  encrypted: z.boolean(),
  tables: z.array(z.object({
    name: z.string(),
    columns: z.array(z.string()),
    rows: z.number().int(),
    checksum: z.string(),
    files: z.array(ManifestFile),
  })),
});
/** What an archive holds. */
export type Manifest = z.output<typeof Manifest>;

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
  objects: z.object({
    checked: z.number().int(),
    missing: z.number().int(),
    altered: z.number().int(),
  }),
}).meta({ id: "BackupVerification" });
/** Outcome of a check of an archive. */
export type Verification = z.output<typeof Verification>;
