/** @module A media worker of its own for a test file, and pictures made on the spot. */
import sharp, { type Sharp } from "sharp";
import { createMediaWorker, type MediaWorker } from "../../shared/platform/media_worker.ts";
import { createMediaServer, type WorkerSettings } from "../../workers/media/server.ts";

/** A running worker and its client. */
export interface WorkerFixture extends AsyncDisposable {
  readonly url: string;
  readonly secret: string;
  readonly client: MediaWorker;
}

const SECRET = "a-secret-for-tests-only";

/** Starts a worker with one processor. */
export function openWorker(settings: Partial<WorkerSettings> = {}): WorkerFixture {
  const worker = createMediaServer({
    secret: SECRET,
    size: 1,
    queueLimit: 8,
    deadlineMs: 20_000,
    ...settings,
  });
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => worker.fetch(request),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  return {
    url,
    secret: SECRET,
    client: createMediaWorker({ url, secret: SECRET }),
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await worker[Symbol.asyncDispose]();
    },
  };
}

/** A picture: left half red, right half blue. */
export function halves(width: number, height: number): Sharp {
  const side = { width: Math.floor(width / 2), height, channels: 3 as const };
  const left = { create: { ...side, background: "#f00" } };
  return sharp({ create: { ...side, width, background: "#00f" } })
    .composite([{ input: left, left: 0, top: 0 }]);
}

/** The bytes of a picture. */
export async function bytesOf(image: Sharp): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await image.toBuffer());
}

/** Colour of one pixel. */
export async function pixelAt(
  bytes: Uint8Array,
  left: number,
  top: number,
): Promise<readonly number[]> {
  const { data } = await sharp(bytes).extract({ left, top, width: 1, height: 1 }).removeAlpha()
    .raw().toBuffer({ resolveWithObject: true });
  return [...data];
}
