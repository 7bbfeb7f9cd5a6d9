/**
 * @module Cleans videos: their tracks are copied into a new container, so that nothing of the old
 * one's metadata is left, and one frame becomes the poster.
 */
import {
  BufferTarget,
  Conversion,
  FilePathSource,
  FilePathTarget,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
  QTFF,
  WEBM,
  WebMOutputFormat,
} from "mediabunny";
import { decodeFrame } from "./frame_decoder.ts";
import { type Encoded, processImage } from "./image.ts";
import type { VideoFacts, VideoFileJob } from "./jobs.ts";
import { Refusal } from "./refusal.ts";

/** Longest video, in seconds. */
const MAX_DURATION_S = 4 * 3600;
const MAX_SIDE = 8192;
/** As much of the beginning as the decoder gets to find one whole picture in. */
const POSTER_SECONDS = 1;

/** A clean video's facts, and its poster with variants where a frame could be decoded. */
export interface ProcessedVideo {
  readonly facts: VideoFacts;
  readonly files: readonly Encoded[];
  readonly blurhash: string;
}

function damaged(cause?: unknown): Refusal {
  return new Refusal("corrupt_video", "The video is damaged, incomplete or of an unknown codec.", {
    cause,
  });
}

interface Source {
  readonly input: Input;
  readonly mimeType: VideoFacts["mime_type"];
  readonly width: number;
  readonly height: number;
  readonly duration: number;
}

async function inspect(path: string): Promise<Source> {
  const input = new Input({ formats: [MP4, QTFF, WEBM], source: new FilePathSource(path) });
  const track = await input.getPrimaryVideoTrack();
  if (track === null || track.codec === null) throw damaged();
  const duration = await input.computeDuration();
  const { displayWidth: width, displayHeight: height } = track;
  if (!(duration > 0) || width < 1 || height < 1) throw damaged();
  if (duration > MAX_DURATION_S || Math.max(width, height) > MAX_SIDE) {
    throw new Refusal("too_large", `A video has at most ${MAX_SIDE} pixels and 4 hours.`);
  }
  const mimeType = await input.getFormat() === WEBM ? "video/webm" : "video/mp4";
  return { input, mimeType, width, height, duration };
}

async function copyTracks(
  source: Source,
  target: BufferTarget | FilePathTarget,
  seconds?: number,
): Promise<void> {
  const format = source.mimeType === "video/webm"
    ? new WebMOutputFormat()
    // An index at the end keeps a long video out of memory; players fetch it by range.
    : new Mp4OutputFormat({ fastStart: seconds === undefined ? false : "in-memory" });
  const conversion = await Conversion.init({
    input: source.input,
    output: new Output({ format, target }),
    tags: {},
    showWarnings: false,
    ...(seconds === undefined
      ? {}
      : { trim: { start: 0, end: seconds }, audio: { discard: true } }),
  });
  if (!conversion.isValid) throw damaged();
  await conversion.execute();
}

/** Poster and variants; a video whose frames cannot be decoded here has none. */
async function makePoster(source: Source, job: VideoFileJob) {
  const target = new BufferTarget();
  await copyTracks(source, target, Math.min(POSTER_SECONDS, source.duration));
  const frame = target.buffer === null
    ? undefined
    : await decodeFrame(new Uint8Array(target.buffer));
  if (frame === undefined) return { files: [], blurhash: "" };
  const { variants, avif } = job;
  const { files, blurhash } = await processImage(frame, { variants, avif, square: false });
  const [first, ...rest] = files;
  if (first === undefined) return { files: [], blurhash: "" };
  return { files: [{ ...first, file: { ...first.file, name: "poster" } }, ...rest], blurhash };
}

/** Makes the clean video and its poster. */
export async function processVideo(job: VideoFileJob): Promise<ProcessedVideo> {
  try {
    const source = await inspect(job.sourcePath);
    await copyTracks(source, new FilePathTarget(job.cleanPath));
    const { size: bytes } = await Deno.stat(job.cleanPath);
    const { mimeType: mime_type, width, height, duration: duration_s } = source;
    const facts = { mime_type, bytes, width, height, duration_s };
    return { facts, ...await makePoster(source, job) };
  } catch (error) {
    throw error instanceof Refusal ? error : damaged(error);
  }
}
