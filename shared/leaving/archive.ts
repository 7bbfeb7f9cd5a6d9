/** @module Bytes of an archive: written as a stream, read only if they are what was written. */
import { createHash } from "node:crypto";
import { unzipSync, Zip, ZipDeflate, ZipPassThrough } from "fflate";
import { AppError, invalidField } from "../core/errors.ts";
import { type ArchiveFile, FILE_NAME, MANIFEST_NAME, SignedManifest } from "./archive_schemas.ts";

/** Bytes in a buffer of their own. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes that may wait for a slow reader before the writer waits too. */
const BUFFERED_BYTES_MAX = 1_048_576;
/** Files in an archive that is read. */
const FILES_MAX = 20_000;
/** Bytes of an archive that is read, unpacked. */
const UNPACKED_BYTES_MAX = 200_000_000;

/** Hash of bytes in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** An archive that is being written. */
export interface ArchiveWriter {
  /** The archive's bytes, to be read while files are added. */
  readonly stream: ReadableStream<Uint8Array>;
  /** Adds a file, chunk by chunk; what is compressed already is stored as it is. */
  add(
    path: string,
    chunks: AsyncIterable<Uint8Array>,
    options: { compress: boolean },
  ): Promise<ArchiveFile>;
  close(): void;
  abort(reason: unknown): void;
}

/** Begins an archive. */
export function createArchive(): ArchiveWriter {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
    {},
    { highWaterMark: BUFFERED_BYTES_MAX, size: (chunk) => chunk?.byteLength ?? 0 },
  );
  const writer = writable.getWriter();
  const state: { failure?: unknown } = {};
  const zip = new Zip((error, chunk, isFinal) => {
    if (error !== null) state.failure = error;
    // Whoever adds waits for `ready`; a failure to write surfaces there.
    else writer.write(chunk).catch((reason) => state.failure = reason);
    if (isFinal) writer.close().catch((reason) => state.failure = reason);
  });
  return {
    stream: readable,
    async add(path, chunks, { compress }) {
      const entry = compress ? new ZipDeflate(path, { level: 6 }) : new ZipPassThrough(path);
      const hash = createHash("sha256");
      let bytes = 0;
      zip.add(entry);
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        entry.push(chunk);
        await writer.ready;
        if (state.failure !== undefined) throw state.failure;
      }
      entry.push(new Uint8Array(), true);
      return { path, bytes, sha256: hash.digest("hex") };
    },
    close: () => zip.end(),
    abort(reason) {
      zip.terminate();
      writer.abort(reason).catch(() => undefined);
    },
  };
}

/** An archive that was read: its manifest, and the bytes of every file that it names. */
export interface OpenArchive {
  readonly manifest: SignedManifest["manifest"];
  readonly signature: string;
  /** What the signature is about. */
  readonly signedText: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

function refuse(message: string, cause?: unknown): AppError {
  const error = invalidField("file", message);
  return cause === undefined ? error : new AppError(error.problem, message, {
    cause,
    errors: error.errors,
  });
}

/** Refuses names and sizes before anything is unpacked. */
function createGuard() {
  const names = new Set<string>();
  let bytes = 0;
  return function isWanted({ name, originalSize }: { name: string; originalSize: number }) {
    if (name !== MANIFEST_NAME && !FILE_NAME.test(name)) {
      throw refuse(`The archive holds "${name.slice(0, 80)}", which is no file of an archive`);
    }
    if (names.has(name)) throw refuse(`The archive holds ${name} twice`);
    names.add(name);
    bytes += originalSize;
    if (names.size > FILES_MAX) throw refuse(`The archive holds more than ${FILES_MAX} files`);
    if (bytes > UNPACKED_BYTES_MAX) {
      throw refuse(`Unpacked, the archive is larger than ${UNPACKED_BYTES_MAX} bytes`);
    }
    return true;
  };
}

function unpack(bytes: Uint8Array): Record<string, Uint8Array> {
  try {
    // Sizes were bounded by the guard, and nothing is unpacked beyond them.
    return unzipSync(bytes, { filter: createGuard() });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw refuse("The file is no ZIP archive, or is cut off or damaged", cause);
  }
}

function readManifest(bytes: Uint8Array | undefined) {
  if (bytes === undefined) throw refuse(`The archive has no ${MANIFEST_NAME}`);
  try {
    const raw = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return { signedText: JSON.stringify(raw.manifest), ...SignedManifest.parse(raw) };
  } catch (cause) {
    throw refuse(`${MANIFEST_NAME} is not one of this format`, cause);
  }
}

/**
 * Unpacks an archive and compares every file with the manifest. Who signed it, the caller asks.
 *
 * @throws `invalid-input` that says what is wrong
 */
export function openArchive(bytes: Uint8Array): OpenArchive {
  const unpacked = unpack(bytes);
  const { manifest, signature, signedText } = readManifest(unpacked[MANIFEST_NAME]);
  const files = new Map<string, Uint8Array>();
  for (const file of [...manifest.tables, ...manifest.media]) {
    const content = unpacked[file.path];
    if (content === undefined) throw refuse(`The archive lacks ${file.path}`);
    if (content.byteLength !== file.bytes || sha256(content) !== file.sha256) {
      throw refuse(`${file.path} was altered`);
    }
    files.set(file.path, content);
  }
  const extra = Object.keys(unpacked).find((path) => path !== MANIFEST_NAME && !files.has(path));
  if (extra !== undefined) throw refuse(`The manifest does not name ${extra}`);
  return { manifest, signature, signedText, files };
}
