/** @module Client of the media worker: sends files to be cleaned and scaled, reads the answers. */
import { signRequest } from "./signed_request.ts";

/** One scaled copy to make. */
export interface ImageVariant {
  /** Name under which the copy comes back: lower-case letters, digits, `_`, `-`. */
  readonly name: string;
  /** Greatest width in pixels; smaller images are not enlarged. */
  readonly width: number;
}

/** A filter: a preset, parameters between -100 and 100, or both added up. */
export interface ImageFilter {
  readonly preset?: string | undefined;
  readonly brightness?: number | undefined;
  readonly contrast?: number | undefined;
  readonly saturation?: number | undefined;
  readonly blur?: number | undefined;
  readonly sharpen?: number | undefined;
  readonly grayscale?: number | undefined;
  readonly sepia?: number | undefined;
}

/** A part of an upright image, in pixels. */
export interface ImageCrop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What to do with an image. */
export interface ProcessOptions {
  readonly variants: readonly ImageVariant[];
  /** Crops the middle square first, as avatars are. */
  readonly square?: boolean;
  /** Adds `<name>_avif` to each variant of which AVIF is the smaller form. */
  readonly avif?: boolean;
  readonly crop?: ImageCrop | undefined;
  readonly filter?: ImageFilter | undefined;
}

/** A video that lies in a store, and where the clean one goes. */
export interface VideoOptions {
  readonly variants: readonly ImageVariant[];
  readonly avif?: boolean;
  /** Address from which the video can be fetched. */
  readonly source: string;
  /** Address to which the clean one can be put, by its type. */
  readonly targets: { readonly "video/mp4": string; readonly "video/webm": string };
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

/** Facts about the clean video; names are those of the public `Media`. */
export interface VideoMetadata {
  readonly kind: "video";
  readonly mime_type: "video/mp4" | "video/webm";
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly duration_s: number;
  /** Of the poster; empty where there is none. */
  readonly blurhash: string;
}

/** A video after cleaning: the poster and its variants; the video itself is in the store. */
export interface ProcessedVideo {
  readonly metadata: VideoMetadata;
  readonly variants: readonly ProcessedFile[];
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
  processVideo(options: VideoOptions): Promise<ProcessedVideo>;
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
 * `corrupt_image` (422), `corrupt_video` (422), `invalid_options` (422), `busy` (503),
 * `deadline` (503), `unauthorized` (401), `unreachable` (503), `store_failed` (502) and
 * `bad_answer` (502).
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
/** A video is fetched, worked on and put back meanwhile. */
const VIDEO_TIMEOUT_MS = 140_000;
const DEFAULT_RETRY_SECONDS = 5;
/** Pauses before a worker that cannot be reached is asked again: it starts anew within them. */
const RETRY_PAUSES_MS = [300, 1_200] as const;

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

function readVideoMetadata(value: JsonObject): VideoMetadata {
  const { mime_type, ...facts } = readMetadata(value);
  const { duration_s } = value;
  if ((mime_type !== "video/mp4" && mime_type !== "video/webm") || typeof duration_s !== "number") {
    throw badAnswer("has no complete metadata");
  }
  return { ...facts, kind: "video", mime_type, duration_s };
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

async function readResult(response: Response) {
  const form = await response.formData().catch((error) => {
    throw badAnswer("cannot be read", error);
  });
  const text = form.get("result");
  const result: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
  if (!isObject(result) || !isObject(result.metadata) || !Array.isArray(result.variants)) {
    throw badAnswer("has no result");
  }
  const { metadata } = result;
  const variants = await Promise.all(result.variants.map((each) => readFile(form, each)));
  return { form, metadata, variants, original: result.original };
}

async function readProcessed(response: Response): Promise<ProcessedImage> {
  const { form, metadata, variants, original } = await readResult(response);
  return { metadata: readMetadata(metadata), original: await readFile(form, original), variants };
}

async function readVideo(response: Response): Promise<ProcessedVideo> {
  const { metadata, variants } = await readResult(response);
  return { metadata: readVideoMetadata(metadata), variants };
}

interface WorkerJob {
  readonly route: string;
  readonly options: ProcessOptions | RenderOptions | VideoOptions;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly timeoutMs?: number;
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

function unreachable(cause: unknown): MediaWorkerError {
  const message = "The media worker cannot be reached.";
  return new MediaWorkerError(503, "unreachable", message, DEFAULT_RETRY_SECONDS, { cause });
}

/** Makes a client of the media worker. Needs only `fetch` and Web Crypto. */
export function createMediaWorker(settings: MediaWorkerSettings): MediaWorker {
  const fetchWorker = settings.fetch ?? fetch;
  const base = settings.url.replace(/\/+$/, "");

  async function send(job: WorkerJob): Promise<Response> {
    const url = new URL(`${base}${job.route}`);
    url.searchParams.set("options", JSON.stringify(job.options));
    // Each request counts once: who overhears one cannot have it worked on again.
    url.searchParams.set("nonce", crypto.randomUUID());
    const path = `${url.pathname}${url.search}`;
    const body = job.bytes;
    const signed = await signRequest({ method: "POST", path, body }, settings.secret);
    const wait = job.timeoutMs ?? settings.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    return await fetchWorker(url, {
      method: "POST",
      headers: { ...signed, "content-type": "application/octet-stream" },
      body,
      signal: AbortSignal.timeout(wait),
    });
  }

  async function post(job: WorkerJob): Promise<Response> {
    for (let attempt = 0;; attempt++) {
      try {
        const response = await send(job);
        if (!response.ok) throw await failure(response);
        return response;
      } catch (cause) {
        if (cause instanceof MediaWorkerError) throw cause;
        const pause = isTimeout(cause) ? undefined : RETRY_PAUSES_MS[attempt];
        if (pause === undefined) throw unreachable(cause);
        await new Promise((done) => setTimeout(done, pause));
      }
    }
  }

  return {
    async process(bytes, options) {
      return await readProcessed(await post({ route: "/process", options, bytes }));
    },
    async processVideo(options) {
      const bytes = new Uint8Array();
      const job = { route: "/video", options, bytes, timeoutMs: VIDEO_TIMEOUT_MS };
      return await readVideo(await post(job));
    },
    async render(bytes, options) {
      const response = await post({ route: "/render", options, bytes });
      return {
        bytes: new Uint8Array(await response.arrayBuffer()),
        mimeType: response.headers.get("content-type") ?? "application/octet-stream",
      };
    },
  };
}
