/** @module Jobs of media: videos are worked on, bytes without a row are removed. */
import type { Consumer, ScheduledTask } from "../outbox/mod.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { ProcessedVideo } from "../platform/media_worker.ts";
import type { Sql } from "../platform/postgres.ts";
import { isRefusedFile } from "./refusals.ts";
import {
  addTrash,
  deleteTrash,
  finishVideo,
  lockTrash,
  lockWaiting,
  rejectMedia,
  sweepMedia,
  type WaitingMedia,
} from "./sql.ts";
import { MEDIA_BUCKET, type Place, putFiles, variantPath, VARIANTS } from "./store.ts";
import { AppError } from "../core/errors.ts";

/** Objects that are removed with one call. */
const REMOVED_AT_ONCE = 100;
/** Calls of one job. */
const REMOVAL_ROUNDS_MAX = 50;
/** Rows and objects that one round of upkeep looks at. */
const SWEPT_AT_ONCE = 1_000;
/** Seconds for which the worker may fetch a video. */
const SOURCE_SECONDS = 600;

async function emptyTrash(deps: AppDeps, sql: Sql): Promise<void> {
  for (let round = 0; round < REMOVAL_ROUNDS_MAX; round++) {
    const paths = (await lockTrash(sql, REMOVED_AT_ONCE)).map((row) => row.path);
    if (paths.length === 0) return;
    await deps.storage.remove(MEDIA_BUCKET, paths);
    await deleteTrash(sql, paths);
  }
}

async function cleanVideo(deps: AppDeps, place: Place, source: string): Promise<ProcessedVideo> {
  if (deps.media === undefined) {
    throw new AppError("not-configured", "Set MEDIA_WORKER_URL and MEDIA_WORKER_SECRET");
  }
  const base = deps.config.env.SUPABASE_URL;
  const target = async (type: string) =>
    base + await deps.storage.signUpload(MEDIA_BUCKET, variantPath(place, "original", type));
  return await deps.media.processVideo({
    variants: VARIANTS,
    avif: true,
    source: base + await deps.storage.sign(MEDIA_BUCKET, source, SOURCE_SECONDS),
    targets: { "video/mp4": await target("video/mp4"), "video/webm": await target("video/webm") },
  });
}

async function workOnVideo(deps: AppDeps, sql: Sql, waiting: WaitingMedia): Promise<void> {
  const place = { ownerId: waiting.owner_id, id: waiting.id };
  let processed: ProcessedVideo;
  try {
    processed = await cleanVideo(deps, place, waiting.upload_path);
  } catch (error) {
    if (!isRefusedFile(error)) throw error;
    await rejectMedia(sql, waiting.id);
    await addTrash(sql, [waiting.upload_path]);
    return;
  }
  const { metadata, variants } = processed;
  const paths = await putFiles(deps, place, variants);
  await finishVideo(sql, waiting.id, {
    mimeType: metadata.mime_type,
    bytes: metadata.bytes,
    width: metadata.width,
    height: metadata.height,
    durationS: metadata.duration_s,
    blurhash: metadata.blurhash === "" ? null : metadata.blurhash,
    variants: { ...paths, original: variantPath(place, "original", metadata.mime_type) },
  });
  await addTrash(sql, [waiting.upload_path]);
}

/** Works on what came in, and removes the bytes of what went. */
export const mediaConsumer: Consumer = {
  name: "media",
  topics: ["media.uploaded", "media.removed"],
  async handle(deps, event, sql) {
    if (event.topic === "media.uploaded") {
      const [waiting] = await lockWaiting(sql, event.subject_id);
      if (waiting !== undefined) await workOnVideo(deps, sql, waiting);
    }
    await emptyTrash(deps, sql);
  },
};

/** Removes what hangs on nothing, and brings rows and bytes together again. */
export const mediaSweep: ScheduledTask = {
  name: "media_sweep",
  cron: "37 * * * *",
  run: (deps) =>
    deps.db.asService("upkeep touches everybody's files", async (sql) => {
      const [found] = await sweepMedia(sql, SWEPT_AT_ONCE);
      await emptyTrash(deps, sql);
      if (found !== undefined) deps.log.info("media swept", { ...found });
    }),
};
