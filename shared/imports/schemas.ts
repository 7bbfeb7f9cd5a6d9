/** @module Shapes of imports. Fields of archives that are not used are not looked at. */
import { z } from "zod";
import { Id, Time, UploadedFile } from "../core/shapes.ts";

/** Archives that can be read. */
export const ARCHIVE_FORMATS = ["slack", "discord", "gitter", "mattermost", "irc"] as const;
/** Archives that can be read. */
export type ArchiveFormat = typeof ARCHIVE_FORMATS[number];

/** An archive that somebody brings. */
export const ImportForm = z.object({
  file: UploadedFile,
  format: z.enum(ARCHIVE_FORMATS),
  /** The room that takes all of it; without one, every channel becomes a new room. */
  room_id: Id.optional(),
});
/** An archive that somebody brings. */
export type ImportForm = z.output<typeof ImportForm>;

/** How far an import is. */
export const ImportStatus = z.object({
  id: Id,
  status: z.enum(["queued", "running", "done", "failed"]),
  progress: z.object({ done: z.number().int(), total: z.number().int() }),
  /** What could not be read, each with its place, or why nothing was. */
  errors: z.array(z.string()),
}).meta({ id: "Import" });
/** How far an import is. */
export type ImportStatus = z.output<typeof ImportStatus>;

/** An import in the list of one's own. */
export const ImportEntry = ImportStatus.extend({
  format: z.enum(ARCHIVE_FORMATS),
  file_name: z.string(),
  room_id: Id.nullable(),
  created_at: Time,
  finished_at: Time.nullable(),
}).meta({ id: "ImportEntry" });
/** An import in the list of one's own. */
export type ImportEntry = z.output<typeof ImportEntry>;
