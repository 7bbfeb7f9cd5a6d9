/** @module Short videos made on the spot. */

interface Ffmpeg {
  readonly FS: { readFile(path: string): Uint8Array<ArrayBuffer> };
  exec(...args: string[]): number;
  setLogger(logger: (line: unknown) => void): void;
}

/** Makes one second of moving colours, with a tone, and with a place and a camera in its data. */
export async function makeClip(
  type: "mp4" | "webm",
  seconds = 1,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!("location" in globalThis) || globalThis.location === undefined) {
    Object.defineProperty(globalThis, "location", { value: new URL(import.meta.url) });
  }
  const wasmBinary = await Deno.readFile(new URL(import.meta.resolve("@ffmpeg/core/wasm")));
  const { default: create } = await import("@ffmpeg/core");
  const ffmpeg: Ffmpeg = await create({ wasmBinary });
  ffmpeg.setLogger(() => {});
  const codecs = type === "mp4"
    ? ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    : ["-c:v", "libvpx", "-c:a", "libopus"];
  const status = ffmpeg.exec(
    ...["-f", "lavfi", "-i", `testsrc=duration=${seconds}:size=64x48:rate=10`],
    ...["-f", "lavfi", "-i", `sine=duration=${seconds}:sample_rate=48000`],
    ...codecs,
    ...["-metadata", "location=+52.5200+013.4050/", "-metadata", "artist=Somebody"],
    ...["-metadata", "comment=SecretCamera", `clip.${type}`],
  );
  if (status !== 0) throw new Error(`ffmpeg ended with ${status}`);
  return ffmpeg.FS.readFile(`clip.${type}`);
}
