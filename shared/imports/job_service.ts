/** @module Use cases: an archive is brought, and read by a job, piece by piece. */
import type { Page } from "../core/cursor.ts";
import { AppError, invalidField } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type Person, type Sql, viewerKey } from "../platform/postgres.ts";
import { openArchive, openFiles } from "./archive.ts";
import {
  announceRest,
  beginImport,
  cancelImport,
  endImport,
  forgetFiles,
  type ImportRow,
  insertImport,
  lockImport,
  requireImport,
  selectImport,
  selectImports,
  selectKept,
  selectStatus,
  updateProgress,
} from "./job_sql.ts";
import type { Archive, ArchiveMessage, ArchiveRoom } from "./rules.ts";
import {
  ARCHIVE_FORMATS,
  type ImportEntry,
  type ImportForm,
  type ImportStatus,
} from "./schemas.ts";
import {
  BATCH_SIZE,
  countMessages,
  emptyReport,
  type ImportReport,
  requireMessages,
  runParts,
} from "./service.ts";
import { ensureRooms, type Target } from "./write_service.ts";

/** What importing by jobs needs. */
export type ImportJobDeps = Pick<
  AppDeps,
  "cursors" | "db" | "log" | "newId" | "now" | "storage"
>;

/** Where archives lie until they have been read. Nobody reaches it with a user's token. */
export const IMPORTS_BUCKET = "imports";
/** Largest archive that is taken. */
export const ARCHIVE_BYTES_MAX = 50_000_000;
/** Messages that one call of the job writes; the next call goes on. */
const MESSAGES_PER_CALL = 5 * BATCH_SIZE;
/** Reasons that are listed. */
const ERRORS_MAX = 100;
const ERROR_LENGTH_MAX = 300;
/** Problems that the next attempt would meet again. */
const HOPELESS: ReadonlySet<string> = new Set(["invalid-input", "not-found"]);
/** A reason with the place of its entry. */
const ENTRY = /(?:^| )#\d+: /;
const FILE_NAME_MAX = 80;
/** Archives whose bytes one run of the schedule removes. */
const FILES_PER_RUN = 500;

/** The last part of a path, in letters that any storage takes. */
function plainName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  return last.replaceAll(/[^\w. #-]+/g, "_").slice(-FILE_NAME_MAX).trim() || "archive";
}

function isCalled(room: ArchiveRoom, name: string): boolean {
  return room.name.toLowerCase() === name.trim().replace(/^#/, "").toLowerCase();
}

/**
 * Which channel of an archive goes into one room: the only one, or the one that is called alike.
 *
 * @throws `invalid-input`
 */
function channelFor(archive: Archive, roomName: string): ArchiveRoom {
  const named = archive.rooms.find((room) => isCalled(room, roomName));
  const [first] = archive.rooms;
  if (first === undefined) throw invalidField("file", "The archive holds no channel");
  if (named !== undefined) return named;
  if (archive.rooms.length === 1) return first;
  throw invalidField(
    "file",
    `The archive holds ${archive.rooms.length} channels, and none is called "${roomName}"`,
  );
}

/**
 * Takes an archive in. What it lacks as a whole is said at once; what single entries lack, the job
 * lists.
 *
 * @throws `invalid-input` that says what is wrong with it, `not-permitted`
 */
export async function bringArchive(
  deps: ImportJobDeps,
  viewer: Person,
  { file, format, room_id: roomId }: ImportForm,
): Promise<ImportStatus> {
  const room = roomId ?? null;
  const [place] = await deps.db.read(viewer, (sql) => requireImport(sql, room));
  if (file.size > ARCHIVE_BYTES_MAX) {
    throw new AppError("too-large", `An archive has at most ${ARCHIVE_BYTES_MAX} bytes`);
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const fileName = plainName(file.name);
  const archive = openArchive(format, openFiles(fileName, bytes));
  if (room !== null) channelFor(archive, place?.name ?? "");
  requireMessages(archive, format);
  const id = deps.newId();
  const path = `${viewer.userId}/${id}`;
  await deps.storage.put(IMPORTS_BUCKET, path, { bytes, mimeType: "application/octet-stream" });
  try {
    await deps.db.asViewer(
      viewer,
      (sql) => insertImport(sql, { id, room, format, fileName, path: id }),
    );
  } catch (error) {
    await deps.storage.remove(IMPORTS_BUCKET, [path]);
    throw error;
  }
  return { id, status: "queued", progress: { done: 0, total: 0 }, errors: [] };
}

/** Lists what the caller has brought, newest first. */
export async function listImports(
  deps: ImportJobDeps,
  viewer: Person,
  { limit, cursor }: ListQuery,
): Promise<Page<ImportEntry>> {
  const scope = { list: "imports", viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, cursor);
  const rows = await deps.db.read(viewer, (sql) => selectImports(sql, after, limit + 1));
  return deps.cursors.page(scope, rows.map(({ entry }) => entry), {
    limit,
    keyOf: (entry) => [entry.created_at, entry.id],
  });
}

/**
 * Ends an import before its next batch.
 *
 * @throws `not-found`, `conflict` when it is done
 */
export async function stopImport(deps: ImportJobDeps, viewer: Person, id: string): Promise<void> {
  await deps.db.asViewer(viewer, (sql) => cancelImport(sql, id));
}

/**
 * Tells how far an import is.
 *
 * @throws `not-found`
 */
export async function readImport(
  deps: ImportJobDeps,
  viewer: Person,
  id: string,
): Promise<ImportStatus> {
  const [row] = await deps.db.read(viewer, (sql) => selectStatus(sql, id));
  if (row === undefined || row.state === null) {
    throw new AppError("not-found", "There is no such import");
  }
  return row.state;
}

async function openStored(deps: ImportJobDeps, row: ImportRow): Promise<Archive> {
  const format = ARCHIVE_FORMATS.find((known) => known === row.format);
  if (format === undefined || row.path === null) throw invalidField("file", "The archive is gone");
  const { bytes } = await deps.storage.read(IMPORTS_BUCKET, row.path);
  return openArchive(format, openFiles(row.file_name, bytes));
}

/** Finds the room of each channel, and makes those that are to be new. */
async function placesOf(deps: ImportJobDeps, row: ImportRow, archive: Archive) {
  if (row.room_id !== null) {
    return new Map([[channelFor(archive, row.room_name ?? "").key, row.room_id]]);
  }
  const rooms = archive.rooms.filter(({ isDirect }) => isDirect !== true);
  return await deps.db.asService(
    "rooms of an archive are made for who brought it",
    (sql) => ensureRooms(sql, row.format, rooms, row.created_by),
  );
}

function errorLines(report: ImportReport): string[] {
  return report.malformed_lines.map(({ file, line, reason }) =>
    `${file === undefined ? "" : `${file} `}#${line}: ${reason}`.slice(0, ERROR_LENGTH_MAX)
  );
}

/** Reads an archive from where the last call ended; tells whether all of it was read. */
async function readOn(deps: ImportJobDeps, row: ImportRow): Promise<boolean> {
  const archive = await openStored(deps, row);
  const places = await placesOf(deps, row, archive);
  const roomOf = ({ room }: ArchiveMessage) => room === undefined ? undefined : places.get(room);
  const isBegun = row.part + row.record > 0;
  const total = isBegun ? row.total : await countMessages(deps, { parts: archive.parts, roomOf });
  await deps.db.asService(
    "imports are closed to clients",
    (sql) => beginImport(sql, row.id, total),
  );
  const target: Target = {
    format: row.format,
    screened: !row.is_trusted,
    seen: new Map(),
    ...(row.room_id === null ? {} : { scope: row.room_id }),
  };
  const report = emptyReport(row.room_id ?? "");
  // Why an earlier call failed is not the archive's fault.
  const earlier = isBegun ? row.errors.filter((text) => ENTRY.test(text)) : [];
  return await runParts(deps, {
    parts: archive.parts,
    target,
    roomOf,
    from: { part: row.part, record: row.record },
    messagesMax: MESSAGES_PER_CALL,
    async onWritten(sql, at, behind) {
      const isThere = await updateProgress(sql, row.id, {
        done: row.done + at.imported + at.existing + at.held,
        ...behind,
        errors: [...earlier, ...errorLines(at)].slice(0, ERRORS_MAX),
      });
      // Its room or its owner went meanwhile, and with them what was to be done.
      if (!isThere) throw new AppError("not-found", "The import is gone");
    },
  }, report);
}

/**
 * Makes the rest of the transaction the only one that reads an archive.
 *
 * @throws `unavailable` when another call is at it
 */
export async function claimImport(sql: Sql, id: string): Promise<void> {
  if (!await lockImport(sql, id)) throw new AppError("unavailable", "Another call is at it");
}

/** Does one piece of an import within the transaction of its job. */
export async function continueImport(deps: ImportJobDeps, sql: Sql, id: string): Promise<void> {
  const [row] = await deps.db.asService(
    "imports are closed to clients",
    (statement) => selectImport(statement, id),
  );
  if (row === undefined || row.status === "done" || row.is_cancelled) return;
  if (!row.is_allowed) {
    return await endImport(
      sql,
      id,
      "failed",
      [
        ...row.errors,
        "Whoever began the import may not go on with it",
      ].slice(-ERRORS_MAX),
    );
  }
  if (!await readOn(deps, row)) return await announceRest(sql, id);
  await endImport(sql, id, "done");
}

/**
 * Notes why a piece of an import failed.
 *
 * @returns whether it is of use to try again: an archive that is broken, or an import that is gone
 * or was cancelled, stays so
 */
export async function noteFailure(
  deps: ImportJobDeps,
  id: string,
  error: unknown,
): Promise<boolean> {
  await deps.db.asService("imports are closed to clients", async (sql) => {
    const [row] = await selectImport(sql, id);
    const reason = error instanceof AppError ? error.message : "It failed and is tried again";
    const errors = [...(row?.errors ?? []).filter((known) => known !== reason), reason];
    await endImport(sql, id, "failed", errors.slice(-ERRORS_MAX));
  });
  return !(error instanceof AppError && HOPELESS.has(error.problem));
}

/** Removes the bytes of archives that have been read, and of those that nobody tries again. */
export async function forgetArchives(deps: ImportJobDeps): Promise<void> {
  await deps.db.asService("archives of everybody end when they were read", async (sql) => {
    const kept = await selectKept(sql, FILES_PER_RUN);
    if (kept.length === 0) return;
    await deps.storage.remove(IMPORTS_BUCKET, kept.map(({ path }) => path));
    await forgetFiles(sql, kept.map(({ id }) => id));
  });
}
