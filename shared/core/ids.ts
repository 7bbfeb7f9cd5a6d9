/** @module Ids that sort by the time of their making (UUID version 7, RFC 9562). */

const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Makes a UUIDv7 for a moment.
 *
 * @example
 * ```ts
 * import { uuidv7 } from "./ids.ts";
 * console.assert(uuidv7(new Date(0)).startsWith("00000000-0000-7"));
 * ```
 */
export function uuidv7(at: Date = new Date()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  const milliseconds = at.getTime();
  view.setUint16(0, Math.floor(milliseconds / 2 ** 32));
  view.setUint32(2, milliseconds % 2 ** 32);
  view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f));
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Tells whether a text has the form of a UUID. */
export function isUuid(text: string): boolean {
  return UUID_PATTERN.test(text);
}
