/**
 * @module One process that works on pictures and videos: reads jobs from its standard input,
 * answers on its standard output, and ends when the input closes. It has no network, writes to its
 * temporary folder only, and may be killed any time.
 */
import { FrameReader, writeFrame } from "./frames.ts";
import { type Encoded, processImage, renderImage } from "./image.ts";
import type { Job, Outcome } from "./jobs.ts";
import { Refusal } from "./refusal.ts";
import { processVideo } from "./video.ts";

function isJob(value: unknown): value is Job {
  return typeof value === "object" && value !== null && "kind" in value && "options" in value;
}

async function work(head: unknown, bytes: Uint8Array): Promise<[Outcome, readonly Encoded[]]> {
  if (!isJob(head)) throw new Error("Not a job.");
  try {
    if (head.kind === "render") {
      const rendered = await renderImage(bytes, head.options);
      return [{ ok: true, files: [rendered.file], blurhash: "" }, [rendered]];
    }
    if (head.kind === "video") {
      const { facts, files, blurhash } = await processVideo(head.options);
      return [{ ok: true, files: files.map((each) => each.file), blurhash, video: facts }, files];
    }
    const { files, blurhash } = await processImage(bytes, head.options);
    return [{ ok: true, files: files.map((each) => each.file), blurhash }, files];
  } catch (error) {
    if (error instanceof Refusal) {
      return [{ ok: false, code: error.code, message: error.message }, []];
    }
    throw error;
  }
}

if (import.meta.main) {
  const reader = new FrameReader(Deno.stdin.readable);
  const writer = Deno.stdout.writable.getWriter();
  for (;;) {
    const frame = await reader.next();
    if (frame === undefined) break;
    const [outcome, files] = await work(frame.head, frame.blocks[0] ?? new Uint8Array());
    await writeFrame(writer, { head: outcome, blocks: files.map((each) => each.bytes) });
  }
  Deno.exit(0);
}
