/** @module Use case: load a whole archive at once, for commands; every channel becomes a room. */
import { AppError } from "../core/errors.ts";
import { type ArchiveLimits, openArchive, openFiles } from "./archive.ts";
import type { ArchiveFormat } from "./schemas.ts";
import type { ArchiveTables } from "./line_rules.ts";
import type { ArchiveMessage } from "./rules.ts";
import {
  countMessages,
  emptyReport,
  findPerson,
  type ImportDeps,
  type ImportReport,
  requireMessages,
  runParts,
} from "./service.ts";
import { ensureRooms } from "./write_service.ts";

/** What to load. */
export interface FileSource {
  readonly format: ArchiveFormat;
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly limits: ArchiveLimits;
  /** Only the channel of this name. */
  readonly channel?: string;
  /** Names of people and rooms by number, for tables of Gitter's. */
  readonly tables?: ArchiveTables;
  /** Handle of the owner of rooms that are new. */
  readonly owner?: string;
}

/** Loads an archive; twice doubles nothing. */
export async function importFile(
  deps: ImportDeps,
  source: FileSource,
  onBatch: (report: ImportReport, total: number) => void,
): Promise<ImportReport & { readonly rooms: number }> {
  const { format, channel, owner } = source;
  const archive = openArchive(
    format,
    openFiles(source.fileName, source.bytes, source.limits),
    source.tables,
  );
  requireMessages(archive, format);
  const rooms = archive.rooms.filter(({ isDirect, name }) =>
    isDirect !== true && (channel === undefined || name === channel)
  );
  if (rooms.length === 0) throw new AppError("not-found", "The archive holds no such channel");
  const places = await deps.db.asService(
    "an archive may come without an owner",
    async (sql) =>
      await ensureRooms(
        sql,
        format,
        rooms,
        owner === undefined ? null : await findPerson(sql, owner),
      ),
  );
  const report = emptyReport([...places.values()][0] ?? "");
  const run = {
    parts: archive.parts,
    roomOf: ({ room }: ArchiveMessage) => room === undefined ? undefined : places.get(room),
  };
  const total = await countMessages(deps, run);
  await runParts(deps, {
    ...run,
    target: { format, screened: false, seen: new Map() },
    onBatch: (at) => onBatch(at, total),
  }, report);
  return { ...report, rooms: places.size };
}
