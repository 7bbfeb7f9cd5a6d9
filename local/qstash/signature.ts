/** @module Signs deliveries so that the official `Receiver` accepts them. */
import { SignJWT } from "jose";
import { newId } from "./ids.ts";

const LIFETIME_SECONDS = 300;

/** The SHA-256 of a body as the claim `body` carries it: base64url with padding. */
async function bodyDigest(body: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return digest.toBase64({ alphabet: "base64url" });
}

/** The value of `Upstash-Signature` for one attempt. */
export async function signDelivery(
  input: {
    readonly key: string;
    readonly url: string;
    readonly body: Uint8Array<ArrayBuffer>;
    readonly now: Date;
  },
): Promise<string> {
  const iat = Math.floor(input.now.getTime() / 1000);
  const claims = {
    iss: "Upstash",
    sub: input.url,
    exp: iat + LIFETIME_SECONDS,
    nbf: iat,
    iat,
    jti: newId("jwt"),
    body: await bodyDigest(input.body),
  };
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(input.key));
}
