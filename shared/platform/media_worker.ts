/** @module Client of the media worker: sends images to be cleaned and scaled, reads the answers. */
import { signRequest } from "./signed_request.ts";

/** One scaled copy to make. */
export interface ImageVariant {
  /** Name under which the copy comes back: lower-case letters, digits, `_`, `-`. */
  readonly name: string;
  /** Greatest width in pixels; smaller images are not enlarged. */
  readonly width: number;
}

/** What to do with an image. */
export interface ProcessOptions {
  readonly variants: readonly ImageVariant[];
  /** Crops the middle square first, as avatars are. */
  readonly square?: boolean;
}

/** One picture that came back. */
export interface ProcessedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Facts about the cleaned original; names are those of the public `Media`. */
export interface ProcessedMetadata {
  readonly kind: "image";
  readonly mime_type: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly blurhash: string;
}

/** An image after cleaning: no metadata, upright, sRGB. */
export interface ProcessedImage {
  readonly metadata: ProcessedMetadata;
  readonly original: ProcessedFile;
  readonly variants: readonly ProcessedFile[];
}

/** A transformation as Storage's `/render/image` takes it. */
export interface RenderOptions {
  readonly width?: number;
  readonly height?: number;
  readonly resize?: "cover" | "contain" | "fill";
  readonly quality?: number;
  /** `origin` keeps the format of the source; `webp` is what browsers get otherwise. */
  readonly format?: "origin" | "webp" | "avif";
}

/** A rendered picture. */
export interface RenderedImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mimeType: string;
}

/** The media worker as its callers see it. */
export interface MediaWorker {
  process(bytes: Uint8Array<ArrayBuffer>, options: ProcessOptions): Promise<ProcessedImage>;
  render(bytes: Uint8Array<ArrayBuffer>, options: RenderOptions): Promise<RenderedImage>;
}

/** Where the worker is and how it trusts us. */
export interface MediaWorkerSettings {
  readonly url: string;
  readonly secret: string;
  readonly fetch?: typeof fetch;
  /** Longest wait for an answer. */
  readonly timeoutMs?: number;
}

/**
 * Why the worker refused or failed.
 *
 * `code` is one of `unsupported_type` (415), `too_large` (413), `too_many_pixels` (422),
 * `corrupt_image` (422), `invalid_options` (422), `busy` (503), `deadline` (503),
 * `unauthorized` (401), `unreachable` (503) and `bad_answer` (502).
 */
export class MediaWorkerError extends Error {
  override readonly name = "MediaWorkerError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** When a retry makes sense, after this many seconds. */
    readonly retryAfterSeconds?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Longer than the worker's own deadline and queue, so that its reason reaches the caller. */
const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_RETRY_SECONDS = 5;

type JsonObject = Record<string, unknown>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function failure(response: Response): Promise<MediaWorkerError> {
  const body: unknown = await response.json().catch(() => undefined);
  const code = isObject(body) && typeof body.code === "string" ? body.code : "bad_answer";
  const message = isObject(body) && typeof body.message === "string"
    ? body.message
    : `The media worker answered ${response.status}.`;
  const wait = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new MediaWorkerError(
    response.status,
    code,
    message,
    Number.isFinite(wait) ? wait : undefined,
  );
}

function badAnswer(what: string, cause?: unknown): MediaWorkerError {
  return new MediaWorkerError(502, "bad_answer", `The media worker's answer ${what}.`, undefined, {
    cause,
  });
}

function readMetadata(value: JsonObject): ProcessedMetadata {
  const { mime_type, width, height, bytes, blurhash } = value;
  if (
    typeof mime_type !== "string" || typeof width !== "number" || typeof height !== "number" ||
    typeof bytes !== "number" || typeof blurhash !== "string"
  ) throw badAnswer("has no complete metadata");
  return { kind: "image", mime_type, width, height, bytes, blurhash };
}

async function readFile(form: FormData, description: unknown): Promise<ProcessedFile> {
  if (!isObject(description)) throw badAnswer("describes no file");
  const { name, mime_type, width, height } = description;
  if (
    typeof name !== "string" || typeof mime_type !== "string" || typeof width !== "number" ||
    typeof height !== "number"
  ) throw badAnswer("describes a file incompletely");
  const part = form.get(name);
  if (!(part instanceof Blob)) throw badAnswer(`lacks the file ${name}`);
  return {
    name,
    mimeType: mime_type,
    width,
    height,
    bytes: new Uint8Array(await part.arrayBuffer()),
  };
}

async function readProcessed(response: Response): Promise<ProcessedImage> {
  const form = await response.formData().catch((error) => {
    throw badAnswer("cannot be read", error);
  });
  const text = form.get("result");
  const result: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
  if (!isObject(result) || !isObject(result.metadata) || !Array.isArray(result.variants)) {
    throw badAnswer("has no result");
  }
  const original = await readFile(form, result.original);
  const variants = await Promise.all(result.variants.map((each) => readFile(form, each)));
  return { metadata: readMetadata(result.metadata), original, variants };
}

/** Makes a client of the media worker. Needs only `fetch` and Web Crypto. */
export function createMediaWorker(settings: MediaWorkerSettings): MediaWorker {
  const send = settings.fetch ?? fetch;
  const base = settings.url.replace(/\/+$/, "");

  async function post(
    route: string,
    options: ProcessOptions | RenderOptions,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<Response> {
    const url = new URL(`${base}${route}`);
    url.searchParams.set("options", JSON.stringify(options));
    const path = `${url.pathname}${url.search}`;
    const signed = await signRequest({ method: "POST", path, body: bytes }, settings.secret);
    let response: Response;
    try {
      response = await send(url, {
        method: "POST",
        headers: { ...signed, "content-type": "application/octet-stream" },
        body: bytes,
        signal: AbortSignal.timeout(settings.timeoutMs ?? DEFAULT_TIMEOUT_MS),
      });
    } catch (cause) {
      const message = "The media worker cannot be reached.";
      throw new MediaWorkerError(503, "unreachable", message, DEFAULT_RETRY_SECONDS, { cause });
    }
    if (!response.ok) throw await failure(response);
    return response;
  }

  return {
    async process(bytes, options) {
      return await readProcessed(await post("/process", options, bytes));
    },
    async render(bytes, options) {
      const response = await post("/render", options, bytes);
      return {
        bytes: new Uint8Array(await response.arrayBuffer()),
        mimeType: response.headers.get("content-type") ?? "application/octet-stream",
      };
    },
  };
}
