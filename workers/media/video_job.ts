/** @module Fetches a video from the store into a file, has it cleaned, and puts it back. */
import { join } from "node:path";
import type { VideoJob } from "./jobs.ts";
import type { PoolPlace, Reply } from "./pool.ts";
import { Refusal } from "./refusal.ts";

/** Reaches the store. */
export type StoreFetch = (request: Request) => Promise<Response>;

/** What a job is done with. */
export interface VideoTools {
  readonly store: StoreFetch;
  readonly place: PoolPlace;
  /** Folder in which each job gets a folder of its own. */
  readonly folder: string;
}

/** Largest video, in bytes: 200 MB. */
export const MAX_VIDEO_BYTES = 200_000_000;
const TRANSFER_DEADLINE_MS = 60_000;
const WORK_DEADLINE_MS = 90_000;

async function send(store: StoreFetch, url: string, init: RequestInit): Promise<Response> {
  const signal = AbortSignal.timeout(TRANSFER_DEADLINE_MS);
  // Addresses are signed by the store for this one job; nothing is followed elsewhere.
  const request = new Request(url, { ...init, redirect: "error", signal });
  const response = await store(request).catch((cause) => {
    throw new Refusal("store_failed", "The store cannot be reached.", { cause });
  });
  if (response.ok) return response;
  await response.body?.cancel();
  throw new Refusal("store_failed", `The store answered ${response.status}.`);
}

/** Lets so many bytes pass. */
function limitBytes(max: number): TransformStream<Uint8Array, Uint8Array> {
  let size = 0;
  return new TransformStream({
    transform(chunk, controller) {
      size += chunk.byteLength;
      if (size > max) throw new Refusal("too_large", `The video has more than ${max} bytes.`);
      controller.enqueue(chunk);
    },
  });
}

async function fetchVideo(store: StoreFetch, url: string, path: string): Promise<void> {
  const response = await send(store, url, { method: "GET" });
  const file = await Deno.open(path, { write: true, createNew: true });
  const body = response.body ?? new Blob([]).stream();
  await body.pipeThrough(limitBytes(MAX_VIDEO_BYTES)).pipeTo(file.writable);
}

async function putVideo(store: StoreFetch, url: string, path: string, type: string): Promise<void> {
  const file = await Deno.open(path, { read: true });
  const response = await send(store, url, {
    method: "PUT",
    headers: { "content-type": type },
    body: file.readable,
  });
  await response.body?.cancel();
}

/** Runs one job from the store to the store. */
export async function runVideoJob(tools: VideoTools, job: VideoJob): Promise<Reply> {
  const folder = await Deno.makeTempDir({ dir: tools.folder });
  const [sourcePath, cleanPath] = [join(folder, "source"), join(folder, "clean")];
  try {
    await fetchVideo(tools.store, job.source, sourcePath);
    const { variants, avif } = job;
    const reply = await tools.place.run({
      job: { kind: "video", options: { variants, avif, sourcePath, cleanPath } },
      bytes: new Uint8Array(),
      deadlineMs: WORK_DEADLINE_MS,
    });
    const video = reply.outcome.ok ? reply.outcome.video : undefined;
    if (video !== undefined) {
      await putVideo(tools.store, job.targets[video.mime_type], cleanPath, video.mime_type);
    }
    return reply;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
