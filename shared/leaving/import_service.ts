/** @module Coming back: an archive that was made here is restored by a job, once and as a whole. */
import { AppError, invalidField } from "../core/errors.ts";
import { MEDIA_BUCKET } from "../media/mod.ts";
import type { Consumer, ScheduledTask } from "../outbox/mod.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Person, Sql } from "../platform/postgres.ts";
import { copyDocuments } from "../search/mod.ts";
import { type Bytes, type OpenArchive, openArchive, sha256 } from "./archive.ts";
import { EXPORTS_BUCKET } from "./export_service.ts";
import { selectSignature } from "./export_sql.ts";
import {
  announceImport,
  beginRestore,
  forgetImportFiles,
  insertImport,
  lockImport,
  restoreAudience,
  restoreMedia,
  restorePeople,
  restorePosts,
  restoreProfile,
  restoreSettings,
  type Row,
  selectImport,
  selectImportByHash,
  selectMyImport,
  selectOldImports,
  selectRestoredId,
  updateImport,
} from "./import_sql.ts";
import type { ImportArchive, ImportState } from "./schemas.ts";

/** What import needs. */
export type ImportDeps = Pick<AppDeps, "db" | "log" | "newId" | "search" | "storage">;

/** Largest archive that is taken. */
export const IMPORT_BYTES_MAX = 50_000_000;
/** Posts that are written by one statement. */
const POSTS_PER_CHUNK = 200;
/** Reasons that are listed. */
const ERRORS_MAX = 100;
/** Archives whose bytes one run of the schedule removes. */
const FILES_PER_RUN = 500;

async function requireSigned(sql: Sql, archive: OpenArchive): Promise<void> {
  const [signed] = await selectSignature(sql, archive.signedText);
  if (signed?.signature === archive.signature) return;
  throw invalidField("file", "The archive was not made here, or was altered");
}

function rowsOf(archive: OpenArchive, table: string): Row[] {
  const bytes = archive.files.get(`data/${table}.ndjson`) ?? new Uint8Array();
  return new TextDecoder().decode(bytes).split("\n").filter((line) => line !== "")
    .map((line): Row => JSON.parse(line));
}

function countSteps(archive: OpenArchive): number {
  return archive.manifest.tables.reduce((sum, { rows }) => sum + rows, 0);
}

/**
 * Takes an archive in; nothing is restored before all of it was found to be whole. The same archive
 * twice is one import.
 *
 * @throws `invalid-input` that says what is wrong with it
 */
export async function importArchive(
  deps: ImportDeps,
  viewer: Person,
  { file }: ImportArchive,
): Promise<ImportState> {
  const bytes: Bytes = new Uint8Array(await file.arrayBuffer());
  const archive = openArchive(bytes);
  const id = deps.newId();
  const hash = sha256(bytes);
  const path = `${viewer.userId}/import-${hash}.zip`;
  const [known] = await deps.db.asService("imports are closed to clients", async (sql) => {
    await requireSigned(sql, archive);
    return await selectImportByHash(sql, viewer.userId, hash);
  });
  if (known !== undefined) return await readImport(deps, viewer, known.id);
  await deps.storage.put(EXPORTS_BUCKET, path, { bytes, mimeType: "application/zip" });
  await deps.db.asService("imports are closed to clients", async (sql) => {
    const total = countSteps(archive);
    const entry = { id, profileId: viewer.userId, sha256: hash, path, total };
    const [made] = await insertImport(sql, entry);
    if (made !== undefined) await announceImport(sql, made.id);
  });
  return { id, status: "queued", progress: { done: 0, total: countSteps(archive) }, errors: [] };
}

/**
 * Tells how far an import is.
 *
 * @throws `not-found`
 */
export async function readImport(
  deps: ImportDeps,
  viewer: Person,
  id: string,
): Promise<ImportState> {
  const [row] = await deps.db.read(viewer, (sql) => selectMyImport(sql, id));
  if (row === undefined || row.state === null) {
    throw new AppError("not-found", "There is no such import");
  }
  return row.state;
}

/** Where an archive goes. */
interface Target {
  readonly me: string;
  /** Whose archive it is: by id another account, if that one was deleted. */
  readonly person: string;
  readonly importId: string;
}

async function restoreFiles(deps: ImportDeps, sql: Sql, target: Target, archive: OpenArchive) {
  for (const row of rowsOf(archive, "public.media")) {
    const files = archive.manifest.media.filter(({ media_id }) => media_id === row["id"]);
    if (!files.some(({ variant }) => variant === "original")) continue;
    const [place] = await selectRestoredId(sql, target.me, target.person, String(row["id"]));
    if (place === undefined || place.is_there) continue;
    const variants: Record<string, string> = {};
    for (const { path, variant, mime_type: mimeType } of files) {
      const to = `${target.me}/${place.id}/${path.split("/").at(-1)}`;
      const bytes = new Uint8Array(archive.files.get(path) ?? []);
      await deps.storage.put(MEDIA_BUCKET, to, { bytes, mimeType });
      variants[variant] = to;
    }
    await restoreMedia(sql, target.me, { ...row, id: place.id, variants });
  }
}

function idsOf(rows: readonly Row[], column: string): string[] {
  return rows.map((row) => String(row[column]));
}

async function restoreGraph(sql: Sql, { me, person }: Target, archive: OpenArchive) {
  const edges = (table: string, by: string, to: string) =>
    idsOf(rowsOf(archive, table).filter((row) => row[by] === person), to);
  const wanted = {
    // Blocks first: who is blocked is not followed.
    blocks: edges("public.blocks", "blocker_id", "blocked_id"),
    mutes: edges("public.mutes", "muter_id", "muted_id"),
    follows: [
      ...edges("public.follows", "follower_id", "followee_id"),
      ...edges("public.follow_requests", "requester_id", "target_id"),
    ],
  };
  const errors: string[] = [];
  for (const kind of ["blocks", "mutes", "follows"] as const) {
    const found = await restorePeople(sql, me, kind, wanted[kind]);
    const lost = wanted[kind].length - found;
    if (lost > 0) errors.push(`${kind}: ${lost} people are not there any more`);
  }
  return errors;
}

/** Lists of people come back by name; gives the new list of each post that was kept to one. */
async function restoreLists(sql: Sql, { me }: Target, archive: OpenArchive) {
  const members = rowsOf(archive, "private.audience_members");
  const lists = new Map<unknown, string | null>();
  for (const { id, name } of rowsOf(archive, "private.audiences")) {
    const people = members.filter((row) => row["audience_id"] === id);
    lists.set(id, await restoreAudience(sql, me, String(name), idsOf(people, "profile_id")));
  }
  return Object.fromEntries(
    rowsOf(archive, "private.post_audiences").map((row) => [
      String(row["post_id"]),
      lists.get(row["audience_id"]) ?? null,
    ]),
  );
}

function byTime(a: Row, b: Row): number {
  return String(a["created_at"]) < String(b["created_at"]) ? -1 : 1;
}

async function restoreWriting(
  deps: ImportDeps,
  sql: Sql,
  target: Target,
  archive: OpenArchive,
): Promise<string[]> {
  const lists = await restoreLists(sql, target, archive);
  const errors: string[] = [];
  // What is answered comes before the answer.
  const rows = rowsOf(archive, "public.posts").sort(byTime);
  for (let at = 0; at < rows.length; at += POSTS_PER_CHUNK) {
    const outcomes = await restorePosts(sql, target, rows.slice(at, at + POSTS_PER_CHUNK), lists);
    for (const { original_id, problem } of outcomes) {
      if (problem !== null) errors.push(`post ${original_id}: ${problem}`);
    }
    const ids = outcomes.filter(({ problem }) => problem === null).map(({ post_id }) => post_id);
    await copyDocuments(deps, sql, "posts", ids);
  }
  return errors;
}

/** Restores all of an archive in the one transaction of the job: all of it, or nothing. */
async function restore(deps: ImportDeps, sql: Sql, target: Target, archive: OpenArchive) {
  await beginRestore(sql, target.me);
  await restoreFiles(deps, sql, target, archive);
  const [profile] = rowsOf(archive, "public.profiles");
  if (profile !== undefined) await restoreProfile(sql, target.me, target.person, profile);
  const [settings] = rowsOf(archive, "private.profile_settings");
  if (settings !== undefined) await restoreSettings(sql, target.me, settings);
  return [
    ...await restoreGraph(sql, target, archive),
    ...await restoreWriting(deps, sql, target, archive),
  ];
}

async function note(deps: ImportDeps, id: string, state: Parameters<typeof updateImport>[2]) {
  await deps.db.asService("imports are closed to clients", async (sql) => {
    await updateImport(sql, id, state);
  });
}

async function runImport(deps: ImportDeps, sql: Sql, id: string): Promise<void> {
  await lockImport(sql, id);
  const [row] = await selectImport(sql, id);
  if (row === undefined || row.path === null || row.status === "done") return;
  const { bytes } = await deps.storage.read(EXPORTS_BUCKET, row.path);
  const archive = openArchive(bytes);
  await requireSigned(sql, archive);
  const target = { me: row.profile_id, person: archive.manifest.person.id, importId: id };
  const errors = await restore(deps, sql, target, archive);
  await updateImport(sql, id, { status: "done", errors: errors.slice(0, ERRORS_MAX) });
}

/** Restores archives that were brought back. */
export const importConsumer: Consumer = {
  name: "account_imports",
  topics: ["account.import_requested"],
  async handle(deps, event, sql) {
    await note(deps, event.subject_id, { status: "running" });
    try {
      await runImport(deps, sql, event.subject_id);
    } catch (error) {
      await note(deps, event.subject_id, {
        status: "failed",
        errors: [error instanceof AppError ? error.message : "It failed and is tried again"],
      });
      throw error;
    }
  },
};

/** Removes the bytes of archives that came back a week ago. */
export const forgetImportsTask: ScheduledTask = {
  name: "forget_imports",
  cron: "43 * * * *",
  run: async (deps) => {
    await deps.db.asService("archives of everybody end after a week", async (sql) => {
      const old = await selectOldImports(sql, FILES_PER_RUN);
      if (old.length === 0) return;
      await deps.storage.remove(EXPORTS_BUCKET, old.map(({ path }) => path));
      await forgetImportFiles(sql, old.map(({ id }) => id));
    });
  },
};
