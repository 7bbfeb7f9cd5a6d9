/** @module Signs requests between our own services with a shared secret, and checks them. */

/** Header that carries the moment of signing, in Unix seconds. */
export const TIMESTAMP_HEADER = "x-townsquare-timestamp";
/** Header that carries the signature. */
export const SIGNATURE_HEADER = "x-townsquare-signature";
/** How far a signed request's clock may be from ours. */
export const SIGNATURE_TOLERANCE_SECONDS = 300;

const VERSION_PREFIX = "v1=";
const encoder = new TextEncoder();

/** What a signature covers. */
export interface SignedParts {
  readonly method: string;
  /** Path with its query, as sent. */
  readonly path: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^(?:[0-9a-f]{2})+$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(text.slice(i * 2, i * 2 + 2), 16);
  }
  return bytes;
}

async function importSecret(secret: string): Promise<CryptoKey> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, [
    "sign",
    "verify",
  ]);
}

async function canonicalText(
  parts: SignedParts,
  timestamp: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bodyHash = toHex(await crypto.subtle.digest("SHA-256", parts.body));
  return encoder.encode(`${parts.method.toUpperCase()}\n${parts.path}\n${timestamp}\n${bodyHash}`);
}

/** The headers that make a request signed. `now` is in milliseconds. */
export async function signRequest(
  parts: SignedParts,
  secret: string,
  now: number = Date.now(),
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000));
  const key = await importSecret(secret);
  const mac = await crypto.subtle.sign("HMAC", key, await canonicalText(parts, timestamp));
  return { [TIMESTAMP_HEADER]: timestamp, [SIGNATURE_HEADER]: `${VERSION_PREFIX}${toHex(mac)}` };
}

/** True when the headers look signed and fresh; says nothing of whether the signature is right. */
export function hasFreshSignature(headers: Headers, now: number = Date.now()): boolean {
  const timestamp = headers.get(TIMESTAMP_HEADER) ?? "";
  const signature = headers.get(SIGNATURE_HEADER) ?? "";
  if (!/^\d{1,12}$/.test(timestamp) || !signature.startsWith(VERSION_PREFIX)) return false;
  return Math.abs(now / 1000 - Number(timestamp)) <= SIGNATURE_TOLERANCE_SECONDS;
}

/** Checks a signature in constant time. False for anything missing, stale or wrong. */
export async function verifyRequest(
  parts: SignedParts,
  headers: Headers,
  secret: string,
  now: number = Date.now(),
): Promise<boolean> {
  // An empty secret would let anybody sign.
  if (secret === "" || !hasFreshSignature(headers, now)) return false;
  const given = fromHex((headers.get(SIGNATURE_HEADER) ?? "").slice(VERSION_PREFIX.length));
  if (given === undefined) return false;
  const text = await canonicalText(parts, headers.get(TIMESTAMP_HEADER) ?? "");
  // `verify` of Web Crypto compares in constant time.
  return await crypto.subtle.verify("HMAC", await importSecret(secret), given, text);
}
