/** @module Signs and checks the project's tokens, as the hosted platform does for its services. */
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  importJWK,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from "jose";

/** The keys of one project. */
export interface JwtKeys {
  /** Legacy shared secret (HS256); always accepted. */
  readonly secret: string;
  /** Private ES256 key with a `kid`. When present, new tokens are signed with it. */
  readonly signing?: JWK;
}

/** Claims that every token of the platform carries. */
export interface TokenClaims extends JWTPayload {
  role?: string;
  session_id?: string;
}

function secretBytes(keys: JwtKeys): Uint8Array {
  return new TextEncoder().encode(keys.secret);
}

/** Removes the private part of a key. */
function publicPart(key: JWK): JWK {
  const { d: _private, ...rest } = key;
  return { ...rest, use: "sig", alg: "ES256" };
}

/** The public keys by which others may check tokens; empty when only the shared secret is used. */
export function publicJwks(keys: JwtKeys): { keys: JWK[] } {
  return { keys: keys.signing === undefined ? [] : [publicPart(keys.signing)] };
}

/** Signs claims as they are; `iat` and `exp` are the caller's to set. */
export async function signToken(claims: TokenClaims, keys: JwtKeys): Promise<string> {
  const token = new SignJWT(claims);
  if (keys.signing === undefined) {
    return await token.setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(secretBytes(keys));
  }
  const header = { alg: "ES256", typ: "JWT", kid: keys.signing.kid ?? "local" };
  return await token.setProtectedHeader(header).sign(await importJWK(keys.signing, "ES256"));
}

/** Signs with the shared secret even when a signing key exists: legacy API keys are such tokens. */
export async function signLegacyToken(claims: TokenClaims, keys: JwtKeys): Promise<string> {
  return await signToken(claims, { secret: keys.secret });
}

/**
 * Checks signature, `exp` and `nbf` of a token.
 *
 * @throws the error of `jose` (its `code` tells an expired token from a forged one)
 */
export async function verifyToken(token: string, keys: JwtKeys): Promise<TokenClaims> {
  const { alg } = decodeProtectedHeader(token);
  if (alg !== "HS256" && keys.signing !== undefined) {
    const jwks = createLocalJWKSet(publicJwks(keys));
    return (await jwtVerify(token, jwks, { algorithms: ["ES256"] })).payload;
  }
  return (await jwtVerify(token, secretBytes(keys), { algorithms: ["HS256"] })).payload;
}
