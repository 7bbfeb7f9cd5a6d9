/** @module The media worker's HTTP side: checks signatures and sizes, runs jobs, packs answers. */
import { hasFreshSignature, verifyRequest } from "../../shared/platform/signed_request.ts";
import { type Job, MAX_INPUT_BYTES, MAX_RENDER_BYTES, parseJob } from "./jobs.ts";
import { type PoolOptions, ProcessorPool, type Reply } from "./pool.ts";
import { isRefusalCode, Refusal } from "./refusal.ts";

/** Settings of the worker. */
export interface WorkerSettings extends PoolOptions {
  /** Shared with the callers. */
  readonly secret: string;
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
  const tooLarge = new Refusal("too_large", `The image has more than ${limit} bytes.`);
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

function pack(job: Job, reply: Reply): Response {
  const { outcome, blocks } = reply;
  if (!outcome.ok) {
    const code = isRefusalCode(outcome.code) ? outcome.code : "corrupt_image";
    throw new Refusal(code, outcome.message);
  }
  const [first, ...rest] = outcome.files;
  const original = blocks[0];
  if (first === undefined || original === undefined) {
    throw new Refusal("corrupt_image", "Nothing came out.");
  }
  if (job.kind === "render") {
    return new Response(original, { headers: { "content-type": first.mime_type } });
  }
  const form = new FormData();
  const metadata = {
    kind: "image",
    mime_type: first.mime_type,
    width: first.width,
    height: first.height,
    bytes: original.byteLength,
    blurhash: outcome.blurhash,
  };
  form.set("result", JSON.stringify({ metadata, original: first, variants: rest }));
  for (const [index, file] of outcome.files.entries()) {
    const block = blocks[index];
    if (block !== undefined) {
      form.set(file.name, new Blob([block], { type: file.mime_type }), file.name);
    }
  }
  return new Response(form);
}

/** Starts the worker's pool and gives what serves requests. */
export function createMediaServer(settings: WorkerSettings): MediaServer {
  const pool = new ProcessorPool(settings);

  async function answer(request: Request): Promise<Response> {
    const { pathname, search, searchParams } = new URL(request.url);
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
    const job = parseJob(pathname, searchParams.get("options"));
    return pack(job, await place.run(job, body));
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
    },
  };
}
