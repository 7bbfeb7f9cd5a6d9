/** @module Uploads that arrive in pieces: their state and bytes on disk, safe over restarts. */
import { join } from "node:path";
import { z } from "zod";
import { isUuid } from "./names.ts";

const uploadSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  length: z.number().int().min(0),
  mimeType: z.string(),
  cacheControl: z.string(),
  userMetadata: z.record(z.string(), z.unknown()).nullable(),
  owner: z.string().nullable(),
  upsert: z.boolean(),
  /** When the upload may be forgotten, in milliseconds. */
  expiresAt: z.number(),
});

/** An upload on its way. */
export type ResumableUpload = z.infer<typeof uploadSchema>;

/** Raised when two requests write one upload. */
export class UploadBusyError extends Error {}

/** The directory of unfinished uploads. */
export class ResumableStore {
  private readonly busy = new Set<string>();

  private constructor(private readonly directory: string) {}

  /** Opens the store and forgets what has expired. */
  static async open(dataDir: string): Promise<ResumableStore> {
    const directory = join(dataDir, "uploads");
    await Deno.mkdir(directory, { recursive: true });
    const store = new ResumableStore(directory);
    for await (const entry of Deno.readDir(directory)) {
      const id = entry.name.replace(/\.\w+$/, "");
      if (await store.find(id) === undefined) await store.remove(id);
    }
    return store;
  }

  /** Where the bytes of an upload are. */
  partPath(id: string): string {
    return join(this.directory, `${id}.part`);
  }

  private statePath(id: string): string {
    return join(this.directory, `${id}.json`);
  }

  /** Begins an upload. */
  async create(id: string, upload: ResumableUpload): Promise<void> {
    await Deno.writeFile(this.partPath(id), new Uint8Array(), { createNew: true });
    await Deno.writeTextFile(this.statePath(id), JSON.stringify(upload));
  }

  /** Reads an upload; undefined when it is unknown or expired. */
  async find(id: string): Promise<ResumableUpload | undefined> {
    if (!isUuid(id)) return undefined;
    try {
      const text = await Deno.readTextFile(this.statePath(id));
      const upload = uploadSchema.parse(JSON.parse(text));
      return upload.expiresAt > Date.now() ? upload : undefined;
    } catch {
      // Unreadable state cannot be resumed.
      return undefined;
    }
  }

  /** How many bytes have arrived. */
  async offset(id: string): Promise<number> {
    return (await Deno.stat(this.partPath(id))).size;
  }

  /** Appends a body up to the upload's length; what arrived before a break is kept. */
  async append(
    id: string,
    body: ReadableStream<Uint8Array>,
    length: number,
  ): Promise<number> {
    using file = await Deno.open(this.partPath(id), { append: true });
    let offset = (await file.stat()).size;
    for await (const chunk of body) {
      const wanted = chunk.subarray(0, length - offset);
      for (let at = 0; at < wanted.byteLength;) at += await file.write(wanted.subarray(at));
      offset += wanted.byteLength;
      if (wanted.byteLength < chunk.byteLength) throw new RangeError("More than was announced.");
    }
    await file.syncData();
    return offset;
  }

  /** Forgets an upload and its bytes. */
  async remove(id: string): Promise<void> {
    for (const path of [this.statePath(id), this.partPath(id)]) {
      await Deno.remove(path).catch(() => {});
    }
  }

  /** Keeps others off an upload while `work` runs. */
  async exclusively<T>(id: string, work: () => Promise<T>): Promise<T> {
    if (this.busy.has(id)) throw new UploadBusyError("The upload is being written.");
    this.busy.add(id);
    try {
      return await work();
    } finally {
      this.busy.delete(id);
    }
  }
}
