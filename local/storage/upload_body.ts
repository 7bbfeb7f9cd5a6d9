/** @module Reads what is uploaded, as a form or as a raw body, without holding it in memory. */
import { Busboy } from "@fastify/busboy";
import { Readable } from "node:stream";
import { entityTooLarge, StorageError } from "./errors.ts";
import { isFolderPlaceholder, requireMimeType } from "./names.ts";

/** An object on its way in. */
export interface UploadBody {
  readonly stream: ReadableStream<Uint8Array>;
  readonly mimeType: string;
  readonly cacheControl: string;
  readonly userMetadata: Record<string, unknown> | undefined;
  /** Largest size that may be written. */
  readonly limit: number;
  /** What the client said the length would be. */
  readonly declaredLength: number | undefined;
}

/** What the bucket allows. */
export interface UploadRules {
  readonly key: string;
  readonly fileSizeLimit: number;
  readonly allowedMimeTypes: readonly string[] | null;
}

const MAX_USER_METADATA_BYTES = 1024 * 1024;
const MAX_FORM_FIELDS = 20;

function noContent(message = "No content provided"): StorageError {
  return new StorageError(400, "InvalidRequest", message);
}

/** Reads the caller's own metadata; what is no JSON object is ignored, as in the service. */
export function parseUserMetadata(text: string): Record<string, unknown> | undefined {
  if (new TextEncoder().encode(text).byteLength > MAX_USER_METADATA_BYTES) {
    throw entityTooLarge("user_metadata");
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value));
  } catch {
    return undefined;
  }
}

function decodeBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
  } catch {
    return "";
  }
}

/** A body that breaks off is the client's fault, and is told so. */
function clientStream(source: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(noContent(error instanceof Error ? error.message : undefined));
      }
    },
    async cancel(reason) {
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}

interface FormFile {
  readonly stream: ReadableStream<Uint8Array>;
  readonly mimeType: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** Waits for the first file of a form; fields before it are known by then. */
function firstFile(request: Request, contentType: string): Promise<FormFile> {
  if (request.body === null) throw noContent();
  const fields = new Map<string, string>();
  const parser = new Busboy({
    headers: { "content-type": contentType },
    limits: { fields: MAX_FORM_FIELDS, files: 1, fieldSize: MAX_USER_METADATA_BYTES + 1 },
  });
  const source = Readable.fromWeb(request.body);
  return new Promise<FormFile>((resolve, reject) => {
    let file: Readable | undefined;
    function fail(error: unknown): void {
      const refusal = noContent(error instanceof Error ? error.message : undefined);
      file?.destroy(refusal);
      reject(refusal);
    }
    parser.on("field", (name: string, value: string) => {
      fields.set(name, value);
    });
    parser.on("file", (_name, stream, _fileName, _encoding, mimeType) => {
      file = stream;
      stream.on("close", () => {
        // The reader gave up: the rest of the form is of no use.
        if (!stream.readableEnded) source.destroy();
      });
      resolve({ stream: clientStream(Readable.toWeb(stream)), mimeType, fields });
    });
    parser.on("error", fail);
    parser.on("finish", () => reject(noContent()));
    source.on("error", fail);
    source.pipe(parser);
  });
}

function declaredLength(request: Request): number | undefined {
  const header = request.headers.get("content-length");
  return header !== null && /^\d+$/.test(header) ? Number(header) : undefined;
}

/** Opens the body of an upload and checks its type and its announced size. */
export async function openUploadBody(request: Request, rules: UploadRules): Promise<UploadBody> {
  const placeholder = isFolderPlaceholder(rules.key);
  const limit = placeholder ? 0 : rules.fileSizeLimit;
  const allowed = placeholder ? null : rules.allowedMimeTypes;
  const contentType = request.headers.get("content-type") ?? "application/octet-stream";
  const length = declaredLength(request);

  if (contentType.toLowerCase().startsWith("multipart/form-data")) {
    const { stream, mimeType: partType, fields } = await firstFile(request, contentType);
    const mimeType = fields.get("contentType") ?? partType;
    const cacheTime = fields.get("cacheControl");
    const metadata = fields.get("metadata") ?? fields.get("userMetadata");
    try {
      requireMimeType(mimeType, allowed);
      const userMetadata = metadata === undefined ? undefined : parseUserMetadata(metadata);
      const cacheControl = cacheTime === undefined ? "no-cache" : `max-age=${cacheTime}`;
      return { stream, mimeType, cacheControl, userMetadata, limit, declaredLength: length };
    } catch (error) {
      await stream.cancel();
      throw error;
    }
  }

  requireMimeType(contentType, allowed);
  if (length !== undefined && length > limit) throw entityTooLarge();
  const header = request.headers.get("x-metadata");
  return {
    stream: clientStream(request.body ?? new Blob([]).stream()),
    mimeType: contentType,
    cacheControl: request.headers.get("cache-control") ?? "no-cache",
    userMetadata: header === null ? undefined : parseUserMetadata(decodeBase64(header)),
    limit,
    declaredLength: length,
  };
}
