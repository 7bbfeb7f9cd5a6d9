/** @module Looks at a file while it flows by: its type from the start, its faults at the end. */
import { AppError, invalidField } from "../core/errors.ts";
import { BYTES_MAX, documentFault, type MediaKind, TAIL_BYTES } from "./rules.ts";

/** As much of the start as types are told from. */
const HEAD_BYTES = 16_384;

/** A stream whose first bytes are known. */
export interface Peeked {
  readonly head: Uint8Array;
  /** The whole stream, the head included. */
  readonly stream: ReadableStream<Uint8Array>;
}

/** Reads the head of a stream and gives it back in front of the rest. */
export async function peek(stream: ReadableStream<Uint8Array>): Promise<Peeked> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD_BYTES) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.byteLength;
  }
  const head = joined(chunks, size).subarray(0, HEAD_BYTES);
  const whole = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = chunks.shift();
      if (chunk !== undefined) return controller.enqueue(chunk);
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
  return { head, stream: whole };
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function tooLarge(kind: MediaKind): AppError {
  return new AppError("too-large", `A file of this kind has at most ${BYTES_MAX[kind]} bytes`);
}

/** Collects a stream of bounded size. */
export async function collect(
  stream: ReadableStream<Uint8Array>,
  kind: MediaKind,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > BYTES_MAX[kind]) throw tooLarge(kind);
    chunks.push(chunk);
  }
  return joined(chunks, size);
}

/** Follows a stream without holding it. */
export interface Watch {
  readonly through: TransformStream<Uint8Array, Uint8Array>;
  /** Bytes that passed. */
  size(): number;
  /** Why the stream was broken off, if it was. */
  failure(): AppError | undefined;
  /** What is wrong with the whole, once it has passed. */
  fault(): AppError | undefined;
}

/** The end of everything that was given to it. */
function createTail() {
  let tail: Uint8Array = new Uint8Array();
  return {
    add(chunk: Uint8Array): void {
      if (chunk.byteLength >= TAIL_BYTES) tail = chunk.slice(-TAIL_BYTES);
      else {
        const size = tail.byteLength + chunk.byteLength;
        tail = joined([tail, chunk], size).slice(-TAIL_BYTES);
      }
    },
    bytes: () => tail,
  };
}

/** Watches size and content of a stream of one kind and type. */
export function watch(kind: MediaKind, mimeType: string): Watch {
  const tail = createTail();
  const text = mimeType === "text/plain" ? new TextDecoder("utf-8", { fatal: true }) : undefined;
  let size = 0;
  let failure: AppError | undefined;

  function refuse(error: AppError): never {
    failure = error;
    throw error;
  }
  function checkText(chunk?: Uint8Array): void {
    try {
      const part = text?.decode(chunk, { stream: chunk !== undefined }) ?? "";
      if (!part.includes("\0")) return;
    } catch {
      // Told below, as the other fault is.
    }
    refuse(invalidField("file", "The text is not valid UTF-8"));
  }

  return {
    through: new TransformStream({
      transform(chunk, controller) {
        size += chunk.byteLength;
        if (size > BYTES_MAX[kind]) refuse(tooLarge(kind));
        checkText(chunk);
        tail.add(chunk);
        controller.enqueue(chunk);
      },
      flush: () => checkText(),
    }),
    size: () => size,
    failure: () => failure,
    fault() {
      const fault = kind === "document" ? documentFault(mimeType, tail.bytes()) : undefined;
      return fault === undefined ? undefined : invalidField("file", fault);
    },
  };
}
