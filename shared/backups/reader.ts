/** @module Reads an archive: the manifest first, then file by file, each against its hash. */
import { z } from "zod";
import { AppError } from "../core/errors.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Bytes, FileStore } from "../platform/file_store.ts";
import { createSeals, type Seal, sha256 } from "./archive.ts";
import { countRows } from "./copy.ts";
import { LIST_BYTES_MAX, type ObjectRoute, OBJECTS_PER_LIST } from "./objects.ts";
import { type PlaceDeps, storeOf } from "./places.ts";
import { ArchivedObject, FORMAT_VERSION, Manifest, type ManifestFile } from "./schemas.ts";

/** What reading an archive needs. */
export type ArchiveDeps = PlaceDeps & Pick<AppDeps, "db">;

/** An archive whose manifest has been read. */
export interface Archive {
  readonly manifest: Manifest;
  readonly route: ObjectRoute;
}

/** Bytes of one part of a table once it is opened. */
const PART_BYTES_MAX = 256_000_000;

/** The manifest as it is stored: with the proof that it is the one that was written. */
const SignedManifest = z.object({
  format: z.number().int(),
  key_id: z.string().nullable(),
  mac: z.string(),
});

/** A damaged archive; the message names the file. */
export function damaged(path: string): AppError {
  return new AppError("conflict", `The backup is damaged: ${path}`);
}

/** Where the files of an archive come from and go to. */
export function createRoute(
  deps: PlaceDeps,
  archive: Pick<ObjectRoute, "archive" | "id" | "seal">,
): ObjectRoute {
  return { ...archive, storage: deps.storage, bucket: deps.config.env.BACKUP_BUCKET };
}

/** The manifest as bytes, with its proof. */
export function encodeManifest(seal: Seal, manifest: Manifest): Bytes {
  const mac = seal.sign(JSON.stringify(manifest));
  return new TextEncoder().encode(JSON.stringify({ ...manifest, mac }));
}

function parseJson(bytes: Bytes): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw damaged("manifest.json");
  }
}

function requireSeal([current, ...former]: [Seal, ...Seal[]], ofBackup: string | null): Seal {
  // A key at hand says that backups are sealed: one that is not may be anybody's.
  const known = current.keyId === null
    ? [current, ...former]
    : [current, ...former].filter(isSealed);
  const seal = known.find(({ keyId }) => keyId === ofBackup);
  if (seal !== undefined) return seal;
  if (ofBackup === null) {
    throw new AppError("conflict", "The backup is not encrypted: unset BACKUP_ENCRYPTION_KEY");
  }
  const have = current.keyId === null ? "there is none" : `this is ${current.keyId}`;
  throw new AppError("conflict", `The backup needs BACKUP_ENCRYPTION_KEY ${ofBackup}; ${have}`);
}

function isSealed({ keyId }: Seal): boolean {
  return keyId !== null;
}

function decodeManifest(id: string, seals: [Seal, ...Seal[]], bytes: Bytes) {
  const json = parseJson(bytes);
  const signed = SignedManifest.safeParse(json);
  if (!signed.success) throw damaged("manifest.json");
  const { format, key_id, mac } = signed.data;
  if (format !== FORMAT_VERSION) {
    throw new AppError(
      "conflict",
      `The backup has format ${format}, this version of the product reads ${FORMAT_VERSION}`,
    );
  }
  const seal = requireSeal(seals, key_id);
  const content = { ...json as Record<string, unknown> };
  delete content.mac;
  const manifest = Manifest.safeParse(content);
  const isGenuine = seal.sign(JSON.stringify(content)) === mac;
  if (!manifest.success || !isGenuine || manifest.data.id !== id) throw damaged("manifest.json");
  return { manifest: manifest.data, seal };
}

/**
 * Opens an archive.
 *
 * @throws `not-found` without a manifest: such an archive was never finished; `conflict` when the
 * manifest is damaged or the key is another one
 */
export async function openArchive(
  deps: PlaceDeps,
  id: string,
  archive: FileStore = storeOf(deps),
): Promise<Archive> {
  try {
    const bytes = await archive.read(`${id}/manifest.json`);
    const { manifest, seal } = decodeManifest(id, await createSeals(deps.config), bytes);
    return { manifest, route: createRoute(deps, { id, seal, archive }) };
  } catch (error) {
    if (!(error instanceof AppError) || error.problem !== "not-found") throw error;
    throw new AppError("not-found", `There is no backup ${id}: it has no manifest.json`, {
      cause: error,
    });
  }
}

async function readFile(route: ObjectRoute, file: ManifestFile, max: number): Promise<Bytes> {
  const { archive, id, seal } = route;
  let bytes: Bytes;
  try {
    bytes = await archive.read(`${id}/${file.path}`);
  } catch (error) {
    if (!(error instanceof AppError) || error.problem !== "not-found") throw error;
    throw new AppError("not-found", `The backup is damaged: ${file.path} is missing`, {
      cause: error,
    });
  }
  if (bytes.length !== file.bytes || sha256(bytes) !== file.sha256) throw damaged(file.path);
  try {
    const raw = await seal.unpack(bytes, Math.min(file.raw, max));
    if (raw.length === file.raw) return raw;
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
  }
  throw damaged(file.path);
}

/** Rows of one file. @throws `not-found` or `conflict`, naming the file */
export async function readPart(route: ObjectRoute, file: ManifestFile): Promise<Bytes> {
  const bytes = await readFile(route, file, PART_BYTES_MAX);
  if (countRows(bytes) !== file.rows) throw damaged(file.path);
  return bytes;
}

/** Objects that one file lists. @throws `not-found` or `conflict`, naming the file */
export async function readList(route: ObjectRoute, file: ManifestFile): Promise<ArchivedObject[]> {
  const text = new TextDecoder().decode(await readFile(route, file, LIST_BYTES_MAX));
  const lines = text === "" ? [] : text.split("\n");
  if (lines.length !== file.rows || lines.length > OBJECTS_PER_LIST) throw damaged(file.path);
  try {
    return lines.map((line) => ArchivedObject.parse(JSON.parse(line)));
  } catch {
    throw damaged(file.path);
  }
}
