/** @module Checks the tokens of sockets, channels and requests, in the hosted server's words. */
import { decodeJwt, errors } from "jose";
import { type JwtKeys, type TokenClaims, verifyToken } from "../jwt.ts";

/** Claims that every token must carry here. */
export interface RealtimeClaims extends TokenClaims {
  role: string;
  exp: number;
}

/** Why a token is not accepted. */
export interface TokenRefusal {
  /** Name of the error as the hosted server writes it. */
  readonly code: "InvalidJWTToken" | "MalformedJWT" | "JwtSignatureError";
  readonly message: string;
}

/** Outcome of a check. */
export type TokenCheck =
  | { readonly ok: true; readonly token: string; readonly claims: RealtimeClaims }
  | { readonly ok: false; readonly refusal: TokenRefusal };

const MALFORMED: TokenRefusal = {
  code: "MalformedJWT",
  message: "The token provided is not a valid JWT",
};
const BAD_SIGNATURE: TokenRefusal = {
  code: "JwtSignatureError",
  message: "Failed to validate JWT signature",
};
const FIELDS_MISSING: TokenRefusal = {
  code: "InvalidJWTToken",
  message: "Fields `role` and `exp` are required in JWT",
};

/** Refusal of a token that expired. */
export function expired(exp: number): TokenRefusal {
  const seconds = Math.max(0, Math.floor(Date.now() / 1_000) - exp);
  return { code: "InvalidJWTToken", message: `Token has expired ${seconds} seconds ago` };
}

function isComplete(claims: TokenClaims): claims is RealtimeClaims {
  return typeof claims.role === "string" && typeof claims.exp === "number";
}

function refusalOf(error: unknown, token: string): TokenRefusal {
  if (error instanceof errors.JWTExpired) return expired(error.payload.exp ?? 0);
  if (error instanceof errors.JWSSignatureVerificationFailed) return BAD_SIGNATURE;
  try {
    decodeJwt(token);
  } catch {
    return MALFORMED;
  }
  return error instanceof errors.JOSEError ? BAD_SIGNATURE : MALFORMED;
}

/** Checks signature, expiry and the claims that Realtime needs. */
export async function checkToken(token: string, keys: JwtKeys): Promise<TokenCheck> {
  try {
    const claims = await verifyToken(token, keys);
    if (!isComplete(claims)) return { ok: false, refusal: FIELDS_MISSING };
    return { ok: true, token, claims };
  } catch (error) {
    return { ok: false, refusal: refusalOf(error, token) };
  }
}
