/** @module Time-based one-time passwords (RFC 6238) as authenticator apps make them. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
const DIGITS = 6;
/** Periods by which a clock may be off, either way. */
const SKEW = 1;

function toBase32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((value >>> bits) & 31);
    }
    value &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + ALPHABET.charAt((value << (5 - bits)) & 31);
}

function fromBase32(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const char of text.toUpperCase()) {
    const index = ALPHABET.indexOf(char);
    if (index < 0) continue;
    value = (value << 5) | index;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >>> bits) & 255);
      value &= (1 << bits) - 1;
    }
  }
  return Uint8Array.from(bytes);
}

/** A new secret, in base 32. */
export function newTotpSecret(): string {
  return toBase32(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
}

/** What an authenticator app reads. */
export function totpUri(secret: string, issuer: string, account: string): string {
  const query = new URLSearchParams({
    algorithm: "SHA1",
    digits: String(DIGITS),
    issuer,
    period: String(PERIOD_SECONDS),
    secret,
  });
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?${query.toString().replaceAll("+", "%20")}`;
}

async function codeOfCounter(key: CryptoKey, counter: number): Promise<string> {
  const message = new DataView(new ArrayBuffer(8));
  message.setBigUint64(0, BigInt(counter));
  const digest = new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
  const offset = (digest[digest.length - 1] ?? 0) & 15;
  const number = new DataView(digest.buffer).getUint32(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, "0");
}

async function importSecret(secret: string): Promise<CryptoKey> {
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  return await crypto.subtle.importKey("raw", fromBase32(secret), algorithm, false, ["sign"]);
}

/** The code of a moment. */
export async function totpCode(secret: string, atMs: number): Promise<string> {
  const counter = Math.floor(atMs / 1000 / PERIOD_SECONDS);
  return await codeOfCounter(await importSecret(secret), counter);
}

/** Whether a code is that of now, give or take one period. */
export async function isTotpValid(secret: string, code: string, atMs: number): Promise<boolean> {
  const key = await importSecret(secret);
  const counter = Math.floor(atMs / 1000 / PERIOD_SECONDS);
  let valid = false;
  for (let shift = -SKEW; shift <= SKEW; shift++) {
    // All are tried, so that the time does not tell which one was near.
    if (await codeOfCounter(key, counter + shift) === code) valid = true;
  }
  return valid;
}
