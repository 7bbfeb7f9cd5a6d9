/** @module Taking along: an archive of all that is somebody's, made by a job, kept a week. */
import { AppError } from "../core/errors.ts";
import { MEDIA_BUCKET } from "../media/mod.ts";
import type { Consumer, ScheduledTask } from "../outbox/mod.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Person, Sql } from "../platform/postgres.ts";
import { type ArchiveWriter, createArchive } from "./archive.ts";
import { ARCHIVE_FORMAT, type ArchiveManifest, MANIFEST_NAME } from "./archive_schemas.ts";
import {
  type ExportTable,
  finishExport,
  lockExport,
  markExpired,
  requestExport,
  selectExpired,
  selectExport,
  selectExportTables,
  selectMediaFiles,
  selectMyExport,
  selectSignature,
  streamExportRows,
  updateExport,
} from "./export_sql.ts";
import type { ExportState, RequestExport } from "./schemas.ts";

/** What export needs. */
export type ExportDeps = Pick<AppDeps, "config" | "db" | "log" | "now" | "storage">;

/** Bucket of archives; closed to tokens of people. */
export const EXPORTS_BUCKET = "exports";
/** Days for which an archive can be fetched. */
const EXPORT_DAYS = 7;
const DAY_SECONDS = 86_400;
/** Bytes of files in one archive: ZIP without its extension ends at four gigabytes. */
const MEDIA_BYTES_MAX = 3_000_000_000;
/** Archives that one run of the schedule removes. */
const EXPIRED_PER_RUN = 500;

/** Asks for an archive of the viewer. */
export async function askForExport(
  deps: ExportDeps,
  viewer: Person,
  { media = true }: RequestExport,
) {
  const [row] = await deps.db.asViewer(viewer, async (sql) => await requestExport(sql, media));
  if (row === undefined) throw new Error("The export was not noted");
  return row.made;
}

/**
 * Tells how far an archive is, and where it can be fetched.
 *
 * @throws `not-found`
 */
export async function readExport(
  deps: ExportDeps,
  viewer: Person,
  id: string,
): Promise<ExportState> {
  const [row] = await deps.db.read(viewer, (sql) => selectMyExport(sql, id));
  if (row === undefined) throw new AppError("not-found", "There is no such export");
  const seconds = Math.min(row.seconds_left ?? 0, EXPORT_DAYS * DAY_SECONDS);
  const url = row.status === "done" && row.path !== null && seconds > 0
    ? deps.config.publicUrl + await deps.storage.sign(EXPORTS_BUCKET, row.path, seconds)
    : null;
  return { status: row.status, url, manifest: row.manifest };
}

async function* linesOf(
  rows: AsyncIterable<readonly { row: string }[]>,
  count: { rows: number },
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const chunk of rows) {
    count.rows += chunk.length;
    yield encoder.encode(chunk.map(({ row }) => `${row}\n`).join(""));
  }
}

async function addTable(archive: ArchiveWriter, sql: Sql, table: ExportTable, person: string) {
  const count = { rows: 0 };
  const lines = linesOf(streamExportRows(sql, table, person), count);
  const path = `data/${table.table_name}.ndjson`;
  const file = await archive.add(path, lines, { compress: true });
  return { ...file, name: table.table_name, rows: count.rows };
}

/** Adds files one after the other. What is lost or too much is named, and keeps nobody waiting. */
async function addMedia(deps: ExportDeps, archive: ArchiveWriter, sql: Sql, person: string) {
  const media: ArchiveManifest["media"] = [];
  const omitted: ArchiveManifest["omitted"] = [];
  let bytes = 0;
  for (const { media_id, variant, path, mime_type } of await selectMediaFiles(sql, person)) {
    if (bytes > MEDIA_BYTES_MAX) {
      omitted.push({ media_id, variant, reason: "The archive would be too large" });
      continue;
    }
    const stream = await deps.storage.open(MEDIA_BUCKET, path).catch((error) => {
      if (error instanceof AppError && error.problem === "not-found") return undefined;
      throw error;
    });
    if (stream === undefined) {
      omitted.push({ media_id, variant, reason: "The file is lost" });
      continue;
    }
    const extension = /\.([a-z0-9]{1,8})$/.exec(path)?.[1] ?? "bin";
    const name = `media/${media_id}/${variant}.${extension}`;
    const file = await archive.add(name, stream, { compress: false });
    bytes += file.bytes;
    media.push({ ...file, media_id, variant, mime_type });
  }
  return { media, omitted };
}

async function fillArchive(
  deps: ExportDeps,
  archive: ArchiveWriter,
  sql: Sql,
  person: { id: string; handle: string; withMedia: boolean },
): Promise<ArchiveManifest> {
  const tables: ArchiveManifest["tables"] = [];
  for (const table of await selectExportTables(sql)) {
    tables.push(await addTable(archive, sql, table, person.id));
  }
  const files = person.withMedia
    ? await addMedia(deps, archive, sql, person.id)
    : { media: [], omitted: [] };
  const manifest: ArchiveManifest = {
    format: ARCHIVE_FORMAT,
    created_at: deps.now().toISOString(),
    person: { id: person.id, handle: person.handle },
    tables,
    ...files,
  };
  const [signed] = await selectSignature(sql, JSON.stringify(manifest));
  const text = JSON.stringify({ manifest, signature: signed?.signature });
  async function* bytes() {
    yield await Promise.resolve(new TextEncoder().encode(text));
  }
  await archive.add(MANIFEST_NAME, bytes(), { compress: true });
  archive.close();
  return manifest;
}

/** Makes the archive while it is stored. Made twice, the second replaces the first. */
async function makeExport(deps: ExportDeps, sql: Sql, id: string): Promise<void> {
  await lockExport(sql, id);
  const [row] = await selectExport(sql, id);
  if (row === undefined || row.status === "done" || row.status === "expired") return;
  const path = `${row.profile_id}/${id}.zip`;
  const archive = createArchive();
  const stored = deps.storage.putStream(EXPORTS_BUCKET, path, {
    stream: archive.stream,
    mimeType: "application/zip",
  });
  // When storage refuses, the failure is told below, not while the archive is being filled.
  stored.catch((error) => archive.abort(error));
  const person = { id: row.profile_id, handle: row.handle, withMedia: row.with_media };
  const manifest = await fillArchive(deps, archive, sql, person).catch(async (error) => {
    archive.abort(error);
    await stored;
    throw error;
  });
  await stored;
  await finishExport(sql, id, { path, manifest, days: EXPORT_DAYS });
}

async function note(deps: ExportDeps, id: string, status: string, error: string | null) {
  await deps.db.asService("an archive is made for its owner", async (sql) => {
    await updateExport(sql, id, status, error);
  });
}

/** Makes archives that were asked for. */
export const exportConsumer: Consumer = {
  name: "exports",
  topics: ["export.requested"],
  async handle(deps, event, sql) {
    await note(deps, event.subject_id, "running", null);
    try {
      await makeExport(deps, sql, event.subject_id);
    } catch (error) {
      await note(deps, event.subject_id, "failed", "It is tried again; see the log");
      throw error;
    }
  },
};

/** Removes archives whose week is over. */
export const expireExportsTask: ScheduledTask = {
  name: "expire_exports",
  cron: "41 * * * *",
  run: async (deps) => {
    await deps.db.asService("archives of everybody end after a week", async (sql) => {
      const expired = await selectExpired(sql, EXPIRED_PER_RUN);
      if (expired.length === 0) return;
      await deps.storage.remove(EXPORTS_BUCKET, expired.map(({ path }) => path));
      await markExpired(sql, expired.map(({ id }) => id));
    });
  },
};
