/** @module Bytes of an archive: packed, sealed when there is a key, and named by their hash. */
import { AppError } from "../core/errors.ts";

/** Bytes in a buffer of their own. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Length of the random start value of AES-GCM, which stands in front of the sealed bytes. */
const NONCE_BYTES = 12;

async function pipe(bytes: Bytes, transform: CompressionStream | DecompressionStream) {
  const stream = new Blob([bytes]).stream().pipeThrough(transform);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function importKey(secret: string): Promise<CryptoKey> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  return await crypto.subtle.importKey("raw", digest, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** Hash of bytes in hexadecimal. */
export async function sha256(bytes: Bytes): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Compresses text and seals it with AES-256-GCM when there is a key. */
export async function pack(text: string, secret: string | undefined): Promise<Bytes> {
  const packed = await pipe(new TextEncoder().encode(text), new CompressionStream("gzip"));
  if (secret === undefined) return packed;
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv },
    await importKey(secret),
    packed,
  );
  const out = new Uint8Array(NONCE_BYTES + sealed.byteLength);
  out.set(iv);
  out.set(new Uint8Array(sealed), NONCE_BYTES);
  return out;
}

/**
 * Reverses {@linkcode pack}.
 *
 * @throws `conflict` when the key does not fit or the bytes are damaged
 */
export async function unpack(bytes: Bytes, secret: string | undefined): Promise<string> {
  try {
    const packed = secret === undefined ? bytes : new Uint8Array(
      await crypto.subtle.decrypt(
        { name: "AES-GCM", iv: bytes.slice(0, NONCE_BYTES) },
        await importKey(secret),
        bytes.slice(NONCE_BYTES),
      ),
    );
    return new TextDecoder().decode(await pipe(packed, new DecompressionStream("gzip")));
  } catch (cause) {
    throw new AppError("conflict", "A file of the backup cannot be opened: wrong key or damage", {
      cause,
    });
  }
}
