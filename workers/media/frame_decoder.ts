/** @module Decodes the first frame of a video with ffmpeg, which as WebAssembly reaches nothing. */

/** The part of ffmpeg's module that is used here. */
interface Ffmpeg {
  readonly FS: {
    writeFile(path: string, bytes: Uint8Array): void;
    readFile(path: string): Uint8Array;
  };
  exec(...args: string[]): number;
  setLogger(logger: (line: unknown) => void): void;
  setTimeout(milliseconds: number): void;
}

const DECODE_TIMEOUT_MS = 15_000;
const SOURCE = "source";
const FRAME = "frame.png";

let compiled: Promise<Uint8Array> | undefined;

async function open(): Promise<Ffmpeg> {
  // The module was made for web workers, and asks for the address of its script.
  if (!("location" in globalThis) || globalThis.location === undefined) {
    Object.defineProperty(globalThis, "location", { value: new URL(import.meta.url) });
  }
  compiled ??= Deno.readFile(new URL(import.meta.resolve("@ffmpeg/core/wasm")));
  const { default: create } = await import("@ffmpeg/core");
  const ffmpeg: Ffmpeg = await create({ wasmBinary: await compiled });
  ffmpeg.setLogger(ignore);
  ffmpeg.setTimeout(DECODE_TIMEOUT_MS);
  return ffmpeg;
}

function ignore(): void {}

/** The first whole frame as a PNG; undefined when there is none that can be decoded. */
export async function decodeFrame(video: Uint8Array): Promise<Uint8Array | undefined> {
  // A new one each time: memory grows with a video and does not shrink again.
  const ffmpeg = await open();
  ffmpeg.FS.writeFile(SOURCE, video);
  ffmpeg.exec("-i", SOURCE, "-an", "-frames:v", "1", "-update", "1", "-c:v", "png", FRAME);
  try {
    return ffmpeg.FS.readFile(FRAME);
  } catch {
    return undefined;
  }
}
