/** @module Files: puts, reads, signs and removes objects in the platform's storage. */
import { AppError } from "../core/errors.ts";
import type { Platform } from "./supabase.ts";

/** One object. */
export interface StoredObject {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mimeType: string;
}

/** One object on its way in. */
export interface ObjectStream {
  readonly stream: ReadableStream<Uint8Array>;
  readonly mimeType: string;
}

/** The product's own hands on storage: policies of people do not apply here. */
export interface Storage {
  put(bucket: string, path: string, object: StoredObject): Promise<void>;
  /** As {@linkcode put}, without holding the object in memory. */
  putStream(bucket: string, path: string, stream: ObjectStream): Promise<void>;
  /**
   * Reads an object piece by piece.
   *
   * @throws `not-found`
   */
  open(bucket: string, path: string): Promise<ReadableStream<Uint8Array>>;
  /** @throws `not-found` */
  read(bucket: string, path: string): Promise<StoredObject>;
  remove(bucket: string, paths: readonly string[]): Promise<void>;
  /** Names what lies directly in a folder (`""` is the root), in order; folders end in a slash. */
  list(bucket: string, folder: string, limit: number): Promise<string[]>;
  /** A path with a token that opens the object for a while, under the public address. */
  sign(bucket: string, path: string, seconds: number): Promise<string>;
  /** A path with a token that lets its bearer put the object, under the public address. */
  signUpload(bucket: string, path: string): Promise<string>;
}

/** Longest time that a large object may take on its way in. */
const STREAM_TIMEOUT_MS = 140_000;

/** Path under which the world reads an object of a public bucket. */
export function publicObjectPath(bucket: string, path: string): string {
  return `/storage/v1/object/public/${bucket}/${encodePath(path)}`;
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

async function requireOk(response: Response, what: string): Promise<Response> {
  if (response.ok) return response;
  const text = await response.text();
  // Storage answers 400 with `not_found` inside for objects that are absent.
  if (response.status === 404 || /"(?:statusCode)":\s*"?404|not_found|NoSuchKey/.test(text)) {
    throw new AppError("not-found", "The file does not exist");
  }
  const cause = new Error(`storage answered ${response.status} to ${what}: ${text.slice(0, 300)}`);
  // A refusal of what we asked is our own defect; only an outage is worth another attempt.
  if (response.status < 500 && response.status !== 429) throw cause;
  throw new AppError("unavailable", "The file storage does not answer", { cause });
}

async function openObject(platform: Platform, bucket: string, path: string) {
  const response = await requireOk(
    await platform.call({
      method: "GET",
      path: `/storage/v1/object/${bucket}/${encodePath(path)}`,
      timeoutMs: STREAM_TIMEOUT_MS,
    }),
    "read",
  );
  return response.body ??
    new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
}

async function listFolder(
  platform: Platform,
  bucket: string,
  page: { prefix: string; limit: number },
): Promise<string[]> {
  const response = await requireOk(
    await platform.call({
      method: "POST",
      path: `/storage/v1/object/list/${bucket}`,
      body: { ...page, sortBy: { column: "name", order: "asc" } },
    }),
    "list",
  );
  const entries: { name: string; id: string | null }[] = await response.json();
  return entries.map(({ id, name }) => id === null ? `${name}/` : name).sort();
}

/** Makes the port on the platform's storage service. */
export function createStorage(platform: Platform): Storage {
  return {
    async put(bucket, path, object) {
      const response = await platform.call({
        method: "POST",
        path: `/storage/v1/object/${bucket}/${encodePath(path)}`,
        body: object.bytes,
        headers: { "content-type": object.mimeType, "x-upsert": "true" },
      });
      await (await requireOk(response, "put")).body?.cancel();
    },
    async putStream(bucket, path, { stream, mimeType }) {
      const response = await platform.call({
        method: "POST",
        path: `/storage/v1/object/${bucket}/${encodePath(path)}`,
        body: stream,
        headers: { "content-type": mimeType, "x-upsert": "true" },
        timeoutMs: STREAM_TIMEOUT_MS,
      });
      await (await requireOk(response, "put")).body?.cancel();
    },
    open: (bucket, path) => openObject(platform, bucket, path),
    async read(bucket, path) {
      const response = await requireOk(
        await platform.call({
          method: "GET",
          path: `/storage/v1/object/${bucket}/${encodePath(path)}`,
        }),
        "read",
      );
      const bytes = new Uint8Array(await response.arrayBuffer());
      const mimeType = response.headers.get("content-type") ?? "application/octet-stream";
      return { bytes, mimeType };
    },
    async remove(bucket, paths) {
      const response = await platform.call({
        method: "DELETE",
        path: `/storage/v1/object/${bucket}`,
        body: { prefixes: paths },
      });
      await (await requireOk(response, "remove")).body?.cancel();
    },
    list: (bucket, folder, limit) => listFolder(platform, bucket, { prefix: folder, limit }),
    async sign(bucket, path, seconds) {
      const response = await requireOk(
        await platform.call({
          method: "POST",
          path: `/storage/v1/object/sign/${bucket}/${encodePath(path)}`,
          body: { expiresIn: seconds },
        }),
        "sign",
      );
      const { signedURL } = await response.json();
      return `/storage/v1${signedURL}`;
    },
    async signUpload(bucket, path) {
      const response = await requireOk(
        await platform.call({
          method: "POST",
          path: `/storage/v1/object/upload/sign/${bucket}/${encodePath(path)}`,
          headers: { "x-upsert": "true" },
        }),
        "sign an upload",
      );
      const { url } = await response.json();
      return `/storage/v1${url}`;
    },
  };
}
