/** @module What every handler of the Storage API works with, and how requests are read. */
import type { z } from "zod";
import type { JwtKeys } from "../jwt.ts";
import { invalidRequest } from "./errors.ts";
import type { FileStore } from "./files.ts";
import type { ImageRenderer } from "./render.ts";
import type { ResumableStore } from "./resumable_store.ts";
import type { Session } from "./session.ts";

/** What the service holds for all requests. */
export interface StorageContext {
  readonly files: FileStore;
  readonly uploads: ResumableStore;
  readonly jwt: JwtKeys;
  /** Largest object of any bucket, in bytes. */
  readonly fileSizeLimit: number;
  readonly renderer: ImageRenderer | undefined;
  /** Base under which clients reach the service, without a slash at its end. */
  readonly publicUrl: string;
}

/** One request on its way. */
export interface RequestScope {
  readonly request: Request;
  readonly url: URL;
  readonly context: StorageContext;
  readonly session: Session;
  /** The named parts of the path, decoded; `key` is the rest after the bucket. */
  readonly params: { readonly bucket: string; readonly key: string; readonly id: string };
}

/** Answers one route. */
export type Handler = (scope: RequestScope) => Promise<Response>;

const MAX_JSON_BYTES = 1024 * 1024;

async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_JSON_BYTES) {
    throw invalidRequest("Request body is too large");
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_JSON_BYTES) throw invalidRequest("Request body is too large");
    chunks.push(chunk);
  }
  return await new Blob(chunks.map((chunk) => chunk.slice())).text();
}

/** Reads a JSON body of a known shape. */
export async function readJson<T extends z.ZodType>(
  request: Request,
  schema: T,
): Promise<z.infer<T>> {
  const text = await readText(request);
  let value: unknown;
  try {
    value = JSON.parse(text === "" ? "{}" : text);
  } catch {
    throw invalidRequest("Body is not valid JSON");
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue === undefined ? "" : issue.path.map((part) => `/${String(part)}`).join("");
  throw invalidRequest(`body${place} ${issue?.message ?? "is invalid"}`);
}
