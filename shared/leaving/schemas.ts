/** @module Shapes of leaving: deletion, export and import of one's own archive. */
import { z } from "zod";
import { Id, UploadedFile } from "../core/shapes.ts";
import { ArchiveManifest } from "./archive_schemas.ts";

/** How somebody wants to go. */
export const DeleteAccount = z.object({
  /** At once, instead of after the grace period in which signing in again cancels it. */
  immediate: z.boolean().optional(),
});
/** How somebody wants to go. */
export type DeleteAccount = z.output<typeof DeleteAccount>;

/** What somebody wants to take along. */
export const RequestExport = z.object({
  /** False leaves files out, which makes an archive that fits an import. */
  media: z.boolean().optional(),
});
/** What somebody wants to take along. */
export type RequestExport = z.output<typeof RequestExport>;

/** An export that was asked for. */
export const ExportRequested = z.object({ id: Id, status: z.literal("queued") })
  .meta({ id: "ExportRequested" });

/** How far an export is. */
export const ExportState = z.object({
  status: z.enum(["queued", "running", "done", "failed", "expired"]),
  /** Where the archive can be fetched, without signing in, until its week is over. */
  url: z.string().nullable(),
  manifest: ArchiveManifest.nullable(),
}).meta({ id: "ExportState" });
/** How far an export is. */
export type ExportState = z.output<typeof ExportState>;

/** An archive that somebody brings back. */
export const ImportArchive = z.object({ file: UploadedFile });
/** An archive that somebody brings back. */
export type ImportArchive = z.output<typeof ImportArchive>;

/** How far an import is. */
export const ImportState = z.object({
  id: Id,
  status: z.enum(["queued", "running", "done", "failed"]),
  progress: z.object({ done: z.number().int(), total: z.number().int() }),
  /** What could not be brought back, or why nothing was. */
  errors: z.array(z.string()),
}).meta({ id: "AccountImport" });
/** How far an import is. */
export type ImportState = z.output<typeof ImportState>;
