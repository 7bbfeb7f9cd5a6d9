/** @module Names that the service gives out. */

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const RANDOM_LENGTH = 27;
const MAX_NAME_LENGTH = 256;

/** A new id such as `msg_2XavMmRc...`; the alphabet has no look-alikes. */
export function newId(prefix: "msg" | "scd" | "sig" | "jwt"): string {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_LENGTH));
  let id = `${prefix}_`;
  for (const byte of bytes) id += ALPHABET.charAt(byte % ALPHABET.length);
  return id;
}

/** Whether a queue, schedule or URL group may be called so. */
export function isValidName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && /^[A-Za-z0-9._-]+$/.test(name);
}
