/** @module Keeps the bytes of objects on disk, one file for each version, written atomically. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { entityTooLarge, noSuchKey } from "./errors.ts";
import { isUuid } from "./names.ts";

/** What is known of a file after it was written. */
export interface StoredFile {
  readonly size: number;
  /** MD5 in quotes, as object stores give it. */
  readonly eTag: string;
  readonly lastModified: Date;
}

/** Bytes from `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const READ_CHUNK_BYTES = 64 * 1024;

async function removeQuietly(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function writeAll(file: Deno.FsFile, chunk: Uint8Array): Promise<void> {
  let written = 0;
  while (written < chunk.byteLength) written += await file.write(chunk.subarray(written));
}

/** A stream over part of a file; closes the file when read to its end or cancelled. */
function readRange(file: Deno.FsFile, length: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let left = length;
  return new ReadableStream({
    async pull(controller) {
      const buffer = new Uint8Array(Math.min(READ_CHUNK_BYTES, left));
      const count = left === 0 ? null : await file.read(buffer);
      if (count === null) {
        file.close();
        controller.close();
        return;
      }
      left -= count;
      controller.enqueue(buffer.subarray(0, count));
    },
    cancel() {
      file.close();
    },
  }, { highWaterMark: 0 });
}

/** The directory of object versions. */
export class FileStore {
  private constructor(
    private readonly objects: string,
    private readonly incoming: string,
  ) {}

  /** Opens the store; what an earlier run left half written is thrown away. */
  static async open(dataDir: string): Promise<FileStore> {
    const objects = join(dataDir, "objects");
    const incoming = join(dataDir, "incoming");
    await Deno.mkdir(objects, { recursive: true });
    await Deno.remove(incoming, { recursive: true }).catch(() => {});
    await Deno.mkdir(incoming, { recursive: true });
    return new FileStore(objects, incoming);
  }

  /** Only a UUID becomes a path, whatever a row says. */
  private path(version: string): string {
    if (!isUuid(version)) throw noSuchKey();
    return join(this.objects, version.slice(0, 2).toLowerCase(), version.toLowerCase());
  }

  private async settle(temporary: string, version: string): Promise<void> {
    const target = this.path(version);
    await Deno.mkdir(join(target, ".."), { recursive: true });
    await Deno.rename(temporary, target);
  }

  /** Writes a stream as a new version; nothing stays behind when it fails or is over the limit. */
  async write(
    version: string,
    body: ReadableStream<Uint8Array>,
    limit: number,
  ): Promise<StoredFile> {
    const temporary = join(this.incoming, version);
    const hash = createHash("md5");
    let size = 0;
    try {
      using file = await Deno.open(temporary, { write: true, createNew: true });
      for await (const chunk of body) {
        size += chunk.byteLength;
        if (size > limit) throw entityTooLarge();
        hash.update(chunk);
        await writeAll(file, chunk);
      }
      await file.syncData();
    } catch (error) {
      await removeQuietly(temporary);
      throw error;
    }
    await this.settle(temporary, version);
    return { size, eTag: `"${hash.digest("hex")}"`, lastModified: new Date() };
  }

  /** Takes a finished file from elsewhere on the same disk as a new version. */
  async adopt(path: string, version: string): Promise<StoredFile> {
    const hash = createHash("md5");
    let size = 0;
    // Reading `readable` to its end closes the file.
    const file = await Deno.open(path, { read: true });
    for await (const chunk of file.readable) {
      size += chunk.byteLength;
      hash.update(chunk);
    }
    await this.settle(path, version);
    return { size, eTag: `"${hash.digest("hex")}"`, lastModified: new Date() };
  }

  /** Copies a version; the copy appears whole or not at all. */
  async copy(from: string, to: string): Promise<void> {
    const temporary = join(this.incoming, to);
    try {
      await Deno.copyFile(this.path(from), temporary);
    } catch (error) {
      await removeQuietly(temporary);
      if (error instanceof Deno.errors.NotFound) throw noSuchKey();
      throw error;
    }
    await this.settle(temporary, to);
  }

  /** Size of a version. */
  async size(version: string): Promise<number> {
    try {
      return (await Deno.stat(this.path(version))).size;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw noSuchKey();
      throw error;
    }
  }

  /** Streams a version or part of it. */
  async read(version: string, range: ByteRange): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    let file: Deno.FsFile;
    try {
      file = await Deno.open(this.path(version), { read: true });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw noSuchKey();
      throw error;
    }
    if (range.start > 0) await file.seek(range.start, Deno.SeekMode.Start);
    return readRange(file, range.end - range.start + 1);
  }

  /** Removes a version; one that is gone already is no error. */
  async remove(version: string): Promise<void> {
    await removeQuietly(this.path(version));
  }
}
