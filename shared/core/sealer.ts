/** @module Secrets that are kept where others may look: sealed with a key of the environment. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { Buffer } from "node:buffer";

/** Seals secrets, and opens them again. */
export interface Sealer {
  /** Seals a text for one place; elsewhere it does not open. */
  seal(text: string, place: string): string;
  /** Opens what was sealed; nothing when it was altered, moved, or its key is not known. */
  open(sealed: string, place: string): string | undefined;
  /** What begins with one of these was sealed with a key that is no longer the first. */
  readonly formerPrefixes: readonly string[];
}

/** AES-256-GCM with a nonce and a tag of the usual sizes. */
const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NAME_BYTES = 4;
const FORM = /^v1\.([0-9a-f]{8})\.([\w-]{38,4000})$/;

interface Key {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A key and the name by which it is found again, both one-way from the secret. */
function keyOf(secret: string): Key {
  const derive = (purpose: string, length: number) =>
    Buffer.from(hkdfSync("sha256", secret, "", `townsquare sealer ${purpose}`, length));
  return { name: derive("name", NAME_BYTES).toString("hex"), bytes: derive("key", KEY_BYTES) };
}

function openWith({ bytes }: Key, box: Buffer, place: string): string | undefined {
  const nonce = box.subarray(0, NONCE_BYTES);
  const text = box.subarray(NONCE_BYTES, -TAG_BYTES);
  const decipher = createDecipheriv(CIPHER, bytes, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(place)).setAuthTag(box.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]).toString();
  } catch {
    return undefined;
  }
}

/** Makes a sealer. The first secret seals; all open, so that a key can be changed. */
export function createSealer(secrets: readonly [string, ...string[]]): Sealer {
  const first = keyOf(secrets[0]);
  const keys = new Map(secrets.map(keyOf).map((key) => [key.name, key]));
  const former = [...keys.keys()].filter((name) => name !== first.name);
  return {
    formerPrefixes: former.map((name) => `v1.${name}.`),
    seal(text, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, first.bytes, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(place));
      const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
      const box = Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
      return `v1.${first.name}.${box.toString("base64url")}`;
    },
    open(sealed, place) {
      const [, name = "", box = ""] = FORM.exec(sealed) ?? [];
      const key = keys.get(name);
      return key === undefined ? undefined : openWith(key, Buffer.from(box, "base64url"), place);
    },
  };
}
