/** @module One broadcast on its way to many sockets, encoded once per protocol version. */
import { encodeBroadcast, encodeText, type PayloadEncoding, type Version } from "./frames.ts";

/** What a socket is sent: a text or a binary frame. */
export type Frame = string | Uint8Array<ArrayBuffer>;

/** A message to all subscribers of a topic. */
export interface Broadcast {
  /** Id of the row in `realtime.messages`, when it came from the database. */
  readonly id?: string;
  /** The frame for one protocol version; undefined when that version cannot carry it. */
  frame(version: Version): Frame | undefined;
}

/** A broadcast whose payload stays the bytes that arrived. */
export interface RawBroadcast {
  readonly topic: string;
  readonly event: string;
  readonly encoding: PayloadEncoding;
  readonly payload: Uint8Array;
  readonly id?: string;
}

/** Topic as it stands in frames. */
export function wireTopic(topic: string): string {
  return `realtime:${topic}`;
}

class Encoded implements Broadcast {
  readonly id?: string;
  readonly #encode: (version: Version) => Frame | undefined;
  readonly #frames = new Map<Version, Frame | undefined>();

  constructor(encode: (version: Version) => Frame | undefined, id: string | undefined) {
    this.#encode = encode;
    if (id !== undefined) this.id = id;
  }

  frame(version: Version): Frame | undefined {
    if (!this.#frames.has(version)) this.#frames.set(version, this.#encode(version));
    return this.#frames.get(version);
  }
}

/** A broadcast that arrived as JSON and leaves as a text frame for everyone. */
export function textBroadcast(topic: string, payload: unknown): Broadcast {
  return eventOf(topic, "broadcast", payload);
}

/** Any event of a topic, as a text frame for everyone. */
export function eventOf(topic: string, event: string, payload: unknown): Broadcast {
  const frame = { joinRef: null, ref: null, topic: wireTopic(topic), event, payload };
  return new Encoded((version) => encodeText(version, frame), undefined);
}

function asText(raw: RawBroadcast): string | undefined {
  // Version 1 has no binary frames; a payload that is not JSON cannot reach its clients.
  if (raw.encoding === "binary") return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(raw.payload));
    const meta = raw.id === undefined ? {} : { meta: { id: raw.id } };
    const payload = { type: "broadcast", event: raw.event, payload: value, ...meta };
    const topic = wireTopic(raw.topic);
    return encodeText("1.0.0", { joinRef: null, ref: null, topic, event: "broadcast", payload });
  } catch {
    return undefined;
  }
}

/** A broadcast that leaves as a binary frame for version 2 and as JSON for version 1. */
export function rawBroadcast(raw: RawBroadcast): Broadcast {
  const meta = raw.id === undefined ? "" : JSON.stringify({ id: raw.id });
  return new Encoded((version) => {
    if (version === "1.0.0") return asText(raw);
    const topic = wireTopic(raw.topic);
    const frame = encodeBroadcast(topic, raw.event, meta, raw.encoding, raw.payload);
    if (frame === undefined) {
      console.warn(`realtime: topic or event longer than 255 bytes is not sent: ${topic}`);
    }
    return frame;
  }, raw.id);
}
