/** @module Reads a request: bounded, well-formed, of the right type, and only known fields. */
import type { Context } from "hono";
import { z } from "zod";
import { AppError, type FieldError } from "../core/errors.ts";
import type { AppEnv } from "./env.ts";
import type { RouteSpec } from "./route.ts";

/** Largest JSON body unless a route says otherwise: 256 KiB. */
export const BODY_BYTES_MAX = 262_144;
/** Fields at fault that are listed. */
const FIELD_ERRORS_MAX = 50;
/** Escapes of NUL and of surrogates, the only ones that can make a text unfit for storage. */
const SUSPICIOUS_ESCAPE = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i;

/** The checked parts of a request. */
export interface Input {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly form: unknown;
  /** The body as it came, for fingerprints. */
  readonly bytes: Uint8Array;
}

function fieldErrors(error: z.ZodError, data: unknown): FieldError[] {
  return error.issues.slice(0, FIELD_ERRORS_MAX).flatMap((issue): FieldError[] => {
    const at = issue.path.map(String);
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: [...at, key].join("."),
        message: "Unknown field",
      }));
    }
    const missing = issue.code === "invalid_type" && valueAt(data, issue.path) === undefined;
    return [{ path: at.join("."), message: missing ? "Required" : issue.message }];
  });
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined,
    data,
  );
}

function unfitness(text: string): string | undefined {
  if (text.includes("\0")) return "Contains a NUL character";
  return text.isWellFormed() ? undefined : "Contains half of a surrogate pair";
}

/** Finds texts that the database cannot store, by path. No recursion: nesting is the caller's. */
function unfitTexts(root: unknown): FieldError[] {
  const errors: FieldError[] = [];
  const pending: [string, unknown][] = [["", root]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [path, value] = next;
    if (typeof value === "string") {
      const message = unfitness(value);
      if (message !== undefined) errors.push({ path, message });
    } else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        if (unfitness(key) !== undefined) errors.push({ path, message: "Has an unfit field name" });
        pending.push([path === "" ? key : `${path}.${key}`, item]);
      }
    }
    if (errors.length >= FIELD_ERRORS_MAX) break;
  }
  return errors;
}

function refuseFields(errors: FieldError[]): never {
  const [first] = errors;
  const detail = first === undefined
    ? "The input is not valid"
    : `${first.path === "" ? "The input" : first.path}: ${first.message}`;
  throw new AppError("invalid-input", detail, { errors });
}

function check(schema: z.ZodType | undefined, data: unknown): unknown {
  if (schema === undefined) return undefined;
  const strict = schema instanceof z.ZodObject && schema.def.catchall === undefined
    ? schema.strict()
    : schema;
  const parsed = strict.safeParse(data);
  return parsed.success ? parsed.data : refuseFields(fieldErrors(parsed.error, data));
}

/** Reads the body, and stops reading when it grows past the limit. */
async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new AppError("too-large", `The body is larger than ${bytesMax} bytes`);
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) throw tooLarge();
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body) {
    length += chunk.byteLength;
    if (length > bytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

function mediaType(request: Request): string {
  return (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

function requireMediaType(request: Request, expected: string): void {
  const given = mediaType(request);
  const isJson = expected === "application/json" && given.endsWith("+json");
  if (given === expected || isJson) return;
  throw new AppError("unsupported-media-type", `The body must be ${expected}`);
}

function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError("malformed-request", "The body is not valid UTF-8", { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError("malformed-request", "The body is not valid JSON", { cause });
  }
  if (SUSPICIOUS_ESCAPE.test(text)) {
    const errors = unfitTexts(value);
    if (errors.length > 0) refuseFields(errors);
  }
  return value;
}

async function readBody(spec: RouteSpec, request: Request, bytes: Uint8Array<ArrayBuffer>) {
  if (spec.form !== undefined) {
    return { body: undefined, form: await readForm(spec, request, bytes) };
  }
  if (spec.body === undefined) return { body: undefined, form: undefined };
  if (bytes.byteLength === 0 && spec.bodyOptional) {
    return { body: check(spec.body, {}), form: undefined };
  }
  requireMediaType(request, "application/json");
  return { body: check(spec.body, parseJson(bytes)), form: undefined };
}

async function readForm(spec: RouteSpec, request: Request, bytes: Uint8Array<ArrayBuffer>) {
  requireMediaType(request, "multipart/form-data");
  let entries: [string, FormDataEntryValue][];
  try {
    const headers = { "content-type": request.headers.get("content-type") ?? "" };
    entries = [...await new Response(bytes, { headers }).formData()];
  } catch (cause) {
    throw new AppError("malformed-request", "The form is not valid multipart", { cause });
  }
  const data = Object.fromEntries(entries);
  const unfit = unfitTexts(data);
  return unfit.length > 0 ? refuseFields(unfit) : check(spec.form, data);
}

/** What can be told of a stream before it is read; its length stands for it in fingerprints. */
function checkStream(spec: RouteSpec, request: Request): Uint8Array {
  requireMediaType(request, "multipart/form-data");
  const length = request.headers.get("content-length") ?? "";
  const bytesMax = spec.bodyBytesMax ?? BODY_BYTES_MAX;
  if (Number(length) > bytesMax) {
    throw new AppError("too-large", `The body is larger than ${bytesMax} bytes`);
  }
  return new TextEncoder().encode(length);
}

function readQuery(spec: RouteSpec, c: Context<AppEnv>): unknown {
  if (spec.query === undefined) return undefined;
  const data = Object.fromEntries(
    Object.entries(c.req.queries()).map(([key, values]) => [
      key,
      values.length === 1 ? values[0] : values,
    ]),
  );
  const unfit = unfitTexts(data);
  if (unfit.length > 0) refuseFields(unfit);
  // Unknown parameters are let pass: proxies and trackers add their own.
  const parsed = spec.query.safeParse(data);
  return parsed.success ? parsed.data : refuseFields(fieldErrors(parsed.error, data));
}

function readParams(spec: RouteSpec, c: Context<AppEnv>): unknown {
  if (spec.params === undefined) return undefined;
  const data = c.req.param();
  const parsed = unfitTexts(data).length > 0 ? undefined : spec.params.safeParse(data);
  if (parsed?.success) return parsed.data;
  throw new AppError("not-found", "There is nothing here");
}

/**
 * Reads and checks all parts of a request.
 *
 * @throws `not-found`, `too-large`, `unsupported-media-type`, `malformed-request`, `invalid-input`
 */
export async function readInput(spec: RouteSpec, c: Context<AppEnv>): Promise<Input> {
  const params = readParams(spec, c);
  const query = readQuery(spec, c);
  if (spec.streamedForm !== undefined) {
    return { params, query, bytes: checkStream(spec, c.req.raw), body: undefined, form: undefined };
  }
  const takesBody = spec.body !== undefined || spec.form !== undefined;
  const bytes = takesBody || spec.method !== "get"
    ? await readBytes(c.req.raw, spec.bodyBytesMax ?? BODY_BYTES_MAX)
    : new Uint8Array();
  return { params, query, bytes, ...await readBody(spec, c.req.raw, bytes) };
}
