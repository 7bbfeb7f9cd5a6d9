/** @module Storage objects on their way into an archive, and out of it. */
import { AppError } from "../core/errors.ts";
import type { FileStore } from "../platform/file_store.ts";
import type { Sql } from "../platform/postgres.ts";
import type { Storage } from "../platform/storage.ts";
import { createTally, type Seal, sha256 } from "./archive.ts";
import type { ArchivedObject, Manifest, ManifestFile } from "./schemas.ts";
import { type ObjectRow, selectObjects } from "./sql.ts";

/** Objects that one list names. */
export const OBJECTS_PER_LIST = 500;
/** Bytes of a list once it is opened; names and metadata of objects are bounded by storage. */
export const LIST_BYTES_MAX = 16_000_000;
/** Objects that are carried at once. */
const AT_ONCE = 4;

/** From where to where objects are carried. */
export interface ObjectRoute {
  readonly storage: Storage;
  readonly archive: FileStore;
  /** Folder of the archive. */
  readonly id: string;
  /** The platform's bucket of backups: its own objects are not backed up. */
  readonly bucket: string;
  readonly seal: Seal;
}

/** Carries several things at a time, in order. */
export async function inBatches<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const batch = items.slice(at, at + AT_ONCE);
    results.push(...await Promise.all(batch.map((item, index) => work(item, at + index))));
  }
  return results;
}

async function orGone<T>(opening: Promise<T>): Promise<T | undefined> {
  try {
    return await opening;
  } catch (error) {
    if (error instanceof AppError && error.problem === "not-found") return undefined;
    throw error;
  }
}

async function writeObject(
  route: ObjectRoute,
  object: ObjectRow,
  path: string,
): Promise<ArchivedObject | undefined> {
  const { archive, id, seal, storage } = route;
  const source = await orGone(storage.open(object.bucket, object.name));
  if (source === undefined) return undefined;
  const content = createTally();
  const stored = createTally();
  const sealed = await seal.close(source.pipeThrough(content.stream));
  await archive.putStream(`${id}/${path}`, sealed.pipeThrough(stored.stream));
  const of = content.result();
  return {
    ...object,
    path,
    ...stored.result(),
    content_bytes: of.bytes,
    content_sha256: of.sha256,
  };
}

async function writeList(
  { archive, id, seal }: ObjectRoute,
  path: string,
  entries: readonly ArchivedObject[],
): Promise<ManifestFile> {
  const raw = new TextEncoder().encode(entries.map((entry) => JSON.stringify(entry)).join("\n"));
  const bytes = await seal.pack(raw);
  await archive.put(`${id}/${path}`, bytes);
  return {
    path,
    rows: entries.length,
    bytes: bytes.length,
    raw: raw.length,
    sha256: sha256(bytes),
  };
}

/** Carries every storage object of the snapshot into the archive. */
export async function writeObjects(
  route: ObjectRoute,
  sql: Sql,
  onList: (done: number) => void,
): Promise<Manifest["objects"]> {
  const { suffix } = route.seal;
  const total = { count: 0, bytes: 0, gone: 0, files: [] as ManifestFile[] };
  let seen = 0;
  let after: ObjectRow | undefined;
  while (true) {
    const rows = await selectObjects(sql, route.bucket, after, OBJECTS_PER_LIST);
    after = rows.at(-1);
    if (after === undefined) return total;
    const base = seen;
    seen += rows.length;
    const carried = await inBatches(
      rows,
      (row, index) => writeObject(route, row, `objects/${base + index}${suffix}`),
    );
    const entries = carried.filter((entry) => entry !== undefined);
    const path = `objects/list.${total.files.length}.gz${suffix}`;
    total.files.push(await writeList(route, path, entries));
    total.count += entries.length;
    total.gone += rows.length - entries.length;
    total.bytes += entries.reduce((sum, { content_bytes }) => sum + content_bytes, 0);
    onList(seen);
  }
}

async function drain(stream: ReadableStream<Uint8Array>): Promise<void> {
  await stream.pipeTo(new WritableStream());
}

/** Hash of an object where it lies. */
export async function hashObject(storage: Storage, bucket: string, name: string) {
  const tally = createTally();
  await drain((await storage.open(bucket, name)).pipeThrough(tally.stream));
  return tally.result().sha256;
}

/** Opens an object of the archive and says whether it is what it was, to the last byte. */
export async function checkObject(
  { archive, id, seal }: ObjectRoute,
  entry: ArchivedObject,
): Promise<"ok" | "missing" | "altered"> {
  const source = await orGone(archive.open(`${id}/${entry.path}`));
  if (source === undefined) return "missing";
  const [stored, content] = [createTally(), createTally()];
  try {
    const opened = await seal.open(source.pipeThrough(stored.stream));
    await drain(opened.pipeThrough(content.stream));
  } catch {
    return "altered";
  }
  const isSame = stored.result().sha256 === entry.sha256 &&
    content.result().sha256 === entry.content_sha256;
  return isSame ? "ok" : "altered";
}

/** Puts an object back and reads it again. @throws `conflict` when it is not what it was */
export async function restoreObject(route: ObjectRoute, entry: ArchivedObject): Promise<void> {
  const { archive, id, seal, storage } = route;
  const opened = await seal.open(await archive.open(`${id}/${entry.path}`));
  await storage.putStream(entry.bucket, entry.name, { stream: opened, mimeType: entry.mime_type });
  if (await hashObject(storage, entry.bucket, entry.name) !== entry.content_sha256) {
    throw new AppError("conflict", `The backup is damaged: ${entry.path}`);
  }
}
