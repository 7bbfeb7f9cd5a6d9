/** @module Reads an upload's form from its stream: the file flows on while it arrives. */
import { Readable } from "node:stream";
import { Busboy } from "@fastify/busboy";
import { AppError, invalidField } from "../core/errors.ts";
import { UploadFields } from "./schemas.ts";

/** A file on its way in. */
export interface IncomingFile {
  readonly stream: ReadableStream<Uint8Array>;
  /** What the client takes it for. */
  readonly declaredType: string;
  /** The other fields; they are all known once the file was read to its end. */
  fields(): Promise<{ alt: string }>;
  /** What was wrong with the form, where that is why the stream broke off. */
  failure(): AppError | undefined;
}

const FIELDS_MAX = 8;
const FIELD_BYTES_MAX = 8_192;
const FILE_FIELD = "file";

function malformed(cause: unknown): AppError {
  return new AppError("malformed-request", "The form is not valid multipart", { cause });
}

function checkFields(fields: ReadonlyMap<string, string>): { alt: string } {
  for (const [name, text] of fields) {
    if (text.includes("\0")) throw invalidField(name, "Contains a NUL character");
  }
  const parsed = UploadFields.safeParse(Object.fromEntries(fields));
  if (parsed.success) return { alt: parsed.data.alt ?? "" };
  const [issue] = parsed.error.issues;
  if (issue?.code === "unrecognized_keys") throw invalidField(issue.keys[0] ?? "", "Unknown field");
  throw invalidField(issue?.path.join(".") ?? "", issue?.message ?? "Not valid");
}

/** A promise to be settled by events. */
function deferred<T>() {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  // Whoever gave up before does not hear of it any more.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

function parserOf(request: Request) {
  try {
    return new Busboy({
      headers: { "content-type": request.headers.get("content-type") ?? "" },
      limits: { fields: FIELDS_MAX, files: 1, fieldSize: FIELD_BYTES_MAX },
    });
  } catch (cause) {
    throw malformed(cause);
  }
}

/**
 * Waits for the file of a form; what comes before it is kept, what comes after it follows.
 *
 * @throws `malformed-request`, `invalid-input`
 */
export function openForm(request: Request): Promise<IncomingFile> {
  const parser = parserOf(request);
  const source = Readable.fromWeb(request.body ?? new Blob([]).stream());
  const fields = new Map<string, string>();
  const [file, end] = [deferred<IncomingFile>(), deferred<void>()];
  let incoming: Readable | undefined;
  let refusal: AppError | undefined;

  function fail(cause: unknown): void {
    refusal ??= cause instanceof AppError ? cause : malformed(cause);
    incoming?.destroy(refusal);
    source.unpipe(parser);
    source.destroy();
    file.reject(refusal);
    end.reject(refusal);
  }

  parser.on("field", (name: string, value: string) => {
    fields.set(name, value);
  });
  parser.on("file", (name, stream, _fileName, _encoding, declaredType) => {
    if (name !== FILE_FIELD) {
      stream.resume();
      return fail(invalidField(name, "Unknown field"));
    }
    incoming = stream;
    stream.on("error", (cause) => {
      // A reader that gives up destroys the stream; the form is not to blame for that.
      if (!stream.destroyed) fail(cause);
    });
    stream.on("close", () => {
      // The reader gave up: the rest of the form is of no use.
      if (!stream.readableEnded) source.destroy();
    });
    file.resolve({
      stream: Readable.toWeb(stream),
      declaredType,
      async fields() {
        await end.promise;
        return checkFields(fields);
      },
      failure: () => refusal,
    });
  });
  parser.on("filesLimit", () => fail(invalidField(FILE_FIELD, "Only one file at a time")));
  parser.on("finish", () => {
    file.reject(invalidField(FILE_FIELD, "Required"));
    end.resolve();
  });
  parser.on("error", fail);
  source.on("error", fail);
  source.pipe(parser);
  return file.promise;
}
