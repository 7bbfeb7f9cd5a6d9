/**
 * @module Messages over a pipe: a JSON head and any number of byte blocks, each with its length.
 *
 * Layout: length of the head (4 bytes, big endian), the head, then the blocks whose lengths the
 * head names.
 */

/** A message. */
export interface Frame {
  readonly head: unknown;
  readonly blocks: readonly Uint8Array<ArrayBuffer>[];
}

const LENGTH_BYTES = 4;
const MAX_HEAD_BYTES = 64 * 1024;
const MAX_BLOCKS = 16;
const MAX_BLOCK_BYTES = 256 * 1024 * 1024;

/** Writes one message whole. */
export async function writeFrame(
  writer: WritableStreamDefaultWriter<Uint8Array>,
  frame: Frame,
): Promise<void> {
  const lengths = frame.blocks.map((block) => block.byteLength);
  const head = new TextEncoder().encode(JSON.stringify({ head: frame.head, lengths }));
  const start = new Uint8Array(LENGTH_BYTES + head.byteLength);
  new DataView(start.buffer).setUint32(0, head.byteLength);
  start.set(head, LENGTH_BYTES);
  await writer.write(start);
  for (const block of frame.blocks) await writer.write(block);
}

function isEnvelope(value: unknown): value is { head: unknown; lengths: number[] } {
  return typeof value === "object" && value !== null && "head" in value && "lengths" in value &&
    Array.isArray(value.lengths) && value.lengths.length <= MAX_BLOCKS &&
    value.lengths.every((length) =>
      Number.isInteger(length) && length >= 0 && length <= MAX_BLOCK_BYTES
    );
}

/** Reads messages off a stream. */
export class FrameReader {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private rest: Uint8Array = new Uint8Array(0);

  constructor(stream: ReadableStream<Uint8Array>) {
    this.reader = stream.getReader();
  }

  /** The next message; undefined when the other side closed between two. */
  async next(): Promise<Frame | undefined> {
    const start = await this.take(LENGTH_BYTES);
    if (start === undefined) return undefined;
    const length = new DataView(start.buffer).getUint32(0);
    if (length > MAX_HEAD_BYTES) throw new Error("A message's head is too long.");
    const head = await this.take(length);
    const envelope: unknown = JSON.parse(new TextDecoder().decode(head));
    if (!isEnvelope(envelope)) throw new Error("A message has no proper head.");
    const blocks: Uint8Array<ArrayBuffer>[] = [];
    for (const size of envelope.lengths) {
      const block = await this.take(size);
      if (block === undefined) throw new Error("A message broke off.");
      blocks.push(block);
    }
    return { head: envelope.head, blocks };
  }

  private async take(size: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const taken = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      if (this.rest.byteLength === 0) {
        const { done, value } = await this.reader.read();
        if (done) return undefined;
        this.rest = value;
      }
      const part = this.rest.subarray(0, size - filled);
      taken.set(part, filled);
      filled += part.byteLength;
      this.rest = this.rest.subarray(part.byteLength);
    }
    return taken;
  }
}
