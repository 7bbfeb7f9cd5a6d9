/** @module Frames of the Realtime protocol, versions 1.0.0 (objects) and 2.0.0 (arrays, binary). */

/** Serializer version that a client asked for. */
export type Version = "1.0.0" | "2.0.0";

/** Reference of a push; echoed as it came. */
export type Ref = string | number | null;

/** Any JSON object. */
export type JsonObject = Record<string, unknown>;

/** A frame whose payload is a JSON object. */
export interface TextFrame {
  readonly kind: "text";
  readonly joinRef: Ref;
  readonly ref: Ref;
  readonly topic: string;
  readonly event: string;
  readonly payload: JsonObject;
  /** Length of the whole frame. */
  readonly size: number;
}

/** A broadcast pushed as a binary frame (kind 3); its payload is passed on unread. */
export interface BroadcastFrame {
  readonly kind: "broadcast";
  readonly joinRef: Ref;
  readonly ref: Ref;
  readonly topic: string;
  readonly event: string;
  readonly encoding: PayloadEncoding;
  readonly payload: Uint8Array<ArrayBuffer>;
  /** Length of the whole frame. */
  readonly size: number;
}

/** What the bytes of a broadcast's payload are. */
export type PayloadEncoding = "json" | "binary";

const KIND_BROADCAST_PUSH = 3;
const KIND_BROADCAST = 4;
const ENCODING_JSON = 1;
const PUSH_HEADER_BYTES = 7;
const BROADCAST_HEADER_BYTES = 5;
const MAX_FIELD_BYTES = 255;

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true });

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isRef(value: unknown): value is Ref | undefined {
  return value === null || value === undefined || typeof value === "string" ||
    typeof value === "number";
}

function textFrame(parts: readonly unknown[], size: number): TextFrame | undefined {
  const [joinRef, ref, topic, event, payload] = parts;
  if (!isRef(joinRef) || !isRef(ref)) return undefined;
  if (typeof topic !== "string" || typeof event !== "string") return undefined;
  return {
    kind: "text",
    joinRef: joinRef ?? null,
    ref: ref ?? null,
    topic,
    event,
    payload: isObject(payload) ? payload : {},
    size,
  };
}

/** Reads a text frame; undefined when it is malformed. */
export function decodeText(data: string, version: Version): TextFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (version === "2.0.0") {
    return Array.isArray(value) ? textFrame(value, data.length) : undefined;
  }
  if (!isObject(value)) return undefined;
  const { join_ref, ref, topic, event, payload } = value;
  return textFrame([join_ref, ref, topic, event, payload], data.length);
}

/** Reads a binary frame; undefined when it is malformed or of another kind. */
export function decodeBinary(data: Uint8Array<ArrayBuffer>): BroadcastFrame | undefined {
  if (data[0] !== KIND_BROADCAST_PUSH || data.length < PUSH_HEADER_BYTES) return undefined;
  const lengths = data.subarray(1, PUSH_HEADER_BYTES - 1);
  const fields: string[] = [];
  let offset = PUSH_HEADER_BYTES;
  try {
    for (const length of lengths) {
      if (offset + length > data.length) return undefined;
      fields.push(strict.decode(data.subarray(offset, offset + length)));
      offset += length;
    }
  } catch {
    return undefined;
  }
  const [joinRef = "", ref = "", topic = "", event = ""] = fields;
  return {
    kind: "broadcast",
    joinRef: joinRef === "" ? null : joinRef,
    ref: ref === "" ? null : ref,
    topic,
    event,
    encoding: data[PUSH_HEADER_BYTES - 1] === ENCODING_JSON ? "json" : "binary",
    payload: data.subarray(offset),
    size: data.length,
  };
}

/** Writes a text frame. */
export function encodeText(
  version: Version,
  frame: { joinRef: Ref; ref: Ref; topic: string; event: string; payload: unknown },
): string {
  const { joinRef, ref, topic, event, payload } = frame;
  return version === "2.0.0"
    ? JSON.stringify([joinRef, ref, topic, event, payload])
    : JSON.stringify({ topic, event, payload, ref, join_ref: joinRef });
}

/** Writes a broadcast as a binary frame (kind 4); undefined when a field is too long for it. */
export function encodeBroadcast(
  topic: string,
  event: string,
  meta: string,
  encoding: PayloadEncoding,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> | undefined {
  const fields = [topic, event, meta].map((field) => encoder.encode(field));
  if (fields.some((field) => field.length > MAX_FIELD_BYTES)) return undefined;
  const length = fields.reduce((sum, field) => sum + field.length, 0);
  const frame = new Uint8Array(BROADCAST_HEADER_BYTES + length + payload.length);
  frame.set([KIND_BROADCAST, ...fields.map((field) => field.length)]);
  frame[BROADCAST_HEADER_BYTES - 1] = encoding === "json" ? ENCODING_JSON : 0;
  let offset = BROADCAST_HEADER_BYTES;
  for (const field of fields) {
    frame.set(field, offset);
    offset += field.length;
  }
  frame.set(payload, offset);
  return frame;
}
