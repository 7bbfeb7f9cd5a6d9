/** @module The media worker's HTTP side: checks signatures and sizes, runs jobs, packs answers. */
import { hasFreshSignature, verifyRequest } from "../../shared/platform/signed_request.ts";
import { MAX_INPUT_BYTES, MAX_RENDER_BYTES, type OutputFile, parseJob } from "./jobs.ts";
import { type PoolOptions, type PoolPlace, ProcessorPool, type Reply } from "./pool.ts";
import { isRefusalCode, Refusal } from "./refusal.ts";
import { createReplayGuard } from "./replay.ts";
import { runVideoJob, type StoreFetch } from "./video_job.ts";

/** Settings of the worker. */
export interface WorkerSettings extends Omit<PoolOptions, "folder"> {
  /** Shared with the callers. */
  readonly secret: string;
  /** Reaches the store in which videos lie. */
  readonly fetch?: StoreFetch;
}

/** The worker, ready to be served. */
export interface MediaServer extends AsyncDisposable {
  fetch(request: Request): Promise<Response>;
}

const RETRY_AFTER_SECONDS = 2;
const BODY_DEADLINE_MS = 30_000;

function refused(refusal: Refusal): Response {
  const { code, message, status } = refusal;
  const headers = status === 503 ? { "retry-after": String(RETRY_AFTER_SECONDS) } : undefined;
  return Response.json({ code, message }, {
    status,
    ...(headers === undefined ? {} : { headers }),
  });
}

/** Reads a body of bounded size in bounded time. */
async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = new Refusal("too_large", `The file has more than ${limit} bytes.`);
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = (request.body ?? new Blob([]).stream()).getReader();
  const timer = setTimeout(() => reader.cancel(), BODY_DEADLINE_MS);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.byteLength;
      if (size > limit) {
        await reader.cancel();
        throw tooLarge;
      }
      chunks.push(value);
    }
  } finally {
    clearTimeout(timer);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function requireOutcome({ outcome }: Reply) {
  if (outcome.ok) return outcome;
  const code = isRefusalCode(outcome.code) ? outcome.code : "corrupt_image";
  throw new Refusal(code, outcome.message);
}

function formOf(result: unknown, files: readonly OutputFile[], blocks: Reply["blocks"]): Response {
  const form = new FormData();
  form.set("result", JSON.stringify(result));
  for (const [index, file] of files.entries()) {
    const block = blocks[index];
    if (block !== undefined) {
      form.set(file.name, new Blob([block], { type: file.mime_type }), file.name);
    }
  }
  return new Response(form);
}

function packImage(reply: Reply, isRendered: boolean): Response {
  const { files, blurhash } = requireOutcome(reply);
  const [first, ...rest] = files;
  const original = reply.blocks[0];
  if (first === undefined || original === undefined) {
    throw new Refusal("corrupt_image", "Nothing came out.");
  }
  if (isRendered) return new Response(original, { headers: { "content-type": first.mime_type } });
  const { mime_type, width, height } = first;
  const bytes = original.byteLength;
  const metadata = { kind: "image", mime_type, width, height, bytes, blurhash };
  return formOf({ metadata, original: first, variants: rest }, files, reply.blocks);
}

function packVideo(reply: Reply): Response {
  const { files, blurhash, video } = requireOutcome(reply);
  const metadata = { kind: "video", blurhash, ...video };
  return formOf({ metadata, variants: files }, files, reply.blocks);
}

/** Starts the worker's pool and gives what serves requests. */
export function createMediaServer(settings: WorkerSettings): MediaServer {
  const folder = Deno.makeTempDirSync({ prefix: "media-worker-" });
  const pool = new ProcessorPool({ ...settings, folder });
  const isReplay = createReplayGuard();
  const store: StoreFetch = settings.fetch ?? ((request) => fetch(request));

  async function run(url: URL, body: Uint8Array<ArrayBuffer>, place: PoolPlace) {
    const job = parseJob(url.pathname, url.searchParams.get("options"));
    if (job.kind !== "video") {
      return packImage(await place.run({ job, bytes: body }), job.kind === "render");
    }
    return packVideo(await runVideoJob({ store, place, folder }, job.options));
  }

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const { pathname, search } = url;
    if (request.method === "GET" && pathname === "/health") return Response.json({ status: "ok" });
    if (request.method !== "POST") {
      throw new Refusal("not_found", `There is nothing at ${pathname}.`);
    }
    const unsigned = new Refusal("unauthorized", "The request is not signed as it should be.");
    // Cheap first: nothing is read for those who did not even try.
    if (!hasFreshSignature(request.headers)) throw unsigned;
    // A place is taken before the body is read, so that bodies in memory are bounded as well.
    using place = await pool.acquire();
    const limit = pathname === "/render" ? MAX_RENDER_BYTES : MAX_INPUT_BYTES;
    const body = await readBody(request, limit);
    const parts = { method: request.method, path: `${pathname}${search}`, body };
    if (!await verifyRequest(parts, request.headers, settings.secret)) throw unsigned;
    if (isReplay(url.searchParams.get("nonce"))) throw unsigned;
    return await run(url, body, place);
  }

  return {
    async fetch(request) {
      try {
        return await answer(request);
      } catch (error) {
        if (request.body !== null && !request.body.locked) {
          await request.body.cancel().catch(() => {});
        }
        if (error instanceof Refusal) return refused(error);
        console.error("media worker:", error);
        return Response.json({ code: "internal", message: "Internal error." }, { status: 500 });
      }
    },
    async [Symbol.asyncDispose]() {
      await pool[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
