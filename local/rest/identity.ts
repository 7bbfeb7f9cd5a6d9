/** @module Finds out who asks: the token's role and claims. */
import { compactVerify, type CryptoKey, decodeProtectedHeader, importJWK } from "jose";
import { type JwtKeys, publicJwks } from "../jwt.ts";
import { RestError } from "./errors.ts";

/** Claims of a token, as they came. */
export type Claims = Readonly<Record<string, unknown>>;

/** Who asks. */
export interface Identity {
  readonly role: string;
  readonly claims: Claims;
  readonly isAnonymous: boolean;
}

/** Tokens that were checked lately, so that a signature is not checked for every request. */
const MAX_KNOWN = 500;
/** Clocks may differ by so much. */
const SKEW_SECONDS = 30;

function refuse(code: string, message: string, details: string | null = null): RestError {
  const challenge = `Bearer error="invalid_token", error_description=${JSON.stringify(message)}`;
  return new RestError(401, code, message, { details, headers: { "www-authenticate": challenge } });
}

function wrongKey(details: string): RestError {
  return refuse("PGRST301", "No suitable key or wrong key type", details);
}

function timeClaim(claims: Claims, name: "exp" | "nbf" | "iat"): number | undefined {
  const value = claims[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number") return value;
  throw refuse("PGRST303", `The JWT '${name}' claim must be a number`);
}

function checkTimes(claims: Claims): void {
  const now = Math.floor(Date.now() / 1000);
  const [exp, nbf, iat] = (["exp", "nbf", "iat"] as const).map((name) => timeClaim(claims, name));
  if (exp !== undefined && now - SKEW_SECONDS > exp) throw refuse("PGRST303", "JWT expired");
  if (nbf !== undefined && now + SKEW_SECONDS < nbf) {
    throw refuse("PGRST303", "JWT not yet valid");
  }
  if (iat !== undefined && now + SKEW_SECONDS < iat) {
    throw refuse("PGRST303", "JWT issued at future");
  }
}

function checkAudience(claims: Claims): void {
  const { aud } = claims;
  if (aud === undefined || aud === null || typeof aud === "string") return;
  if (Array.isArray(aud) && aud.every((item) => typeof item === "string")) return;
  throw refuse("PGRST303", "The JWT 'aud' claim must be a string or an array of strings");
}

function parseClaims(payload: Uint8Array): Claims {
  try {
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
    if (typeof claims === "object" && claims !== null && !Array.isArray(claims)) {
      return claims as Claims;
    }
  } catch {
    // Refused below, like any other payload that is no object.
  }
  throw refuse("PGRST303", "Parsing claims failed");
}

function algorithmOf(token: string): string {
  try {
    return decodeProtectedHeader(token).alg ?? "none";
  } catch {
    throw refuse("PGRST301", "JWT cryptographic operation failed");
  }
}

/** Checks tokens. */
export class Identifier {
  readonly #known = new Map<string, Claims>();
  #signing: Promise<CryptoKey | Uint8Array> | undefined;
  readonly #secret: Uint8Array;

  constructor(private readonly jwt: JwtKeys, private readonly anonRole: string | undefined) {
    this.#secret = new TextEncoder().encode(jwt.secret);
  }

  /** Identifies a request, or refuses its token. */
  async identify(headers: Headers): Promise<Identity> {
    const found = /^(\S+)(?:\s+(.*))?$/.exec(headers.get("authorization") ?? "");
    if (found === null || found[1]?.toLowerCase() !== "bearer") return this.#roleOf({});
    const token = found[2]?.trim() ?? "";
    if (token === "") throw refuse("PGRST301", "Empty JWT is sent in Authorization header");
    const parts = token.split(".").length;
    if (parts !== 3) throw refuse("PGRST301", `Expected 3 parts in JWT; got ${parts}`);
    const claims = await this.#claimsOf(token);
    checkTimes(claims);
    checkAudience(claims);
    return this.#roleOf(claims);
  }

  #roleOf(claims: Claims): Identity {
    const named = claims.role;
    const role = named === undefined || named === null
      ? this.anonRole
      : typeof named === "string"
      ? named
      : JSON.stringify(named);
    if (role === undefined || role === "") {
      throw new RestError(401, "PGRST302", "Anonymous access is disabled", {
        headers: { "www-authenticate": "Bearer" },
      });
    }
    return { role, claims: { ...claims, role }, isAnonymous: role === this.anonRole };
  }

  async #claimsOf(token: string): Promise<Claims> {
    const known = this.#known.get(token);
    if (known !== undefined) return known;
    const algorithm = algorithmOf(token);
    const key = await this.#keyOf(algorithm);
    let payload: Uint8Array;
    try {
      payload = (await compactVerify(token, key, { algorithms: [algorithm] })).payload;
    } catch {
      throw wrongKey("None of the keys was able to decode the JWT");
    }
    const claims = parseClaims(payload);
    this.#remember(token, claims);
    return claims;
  }

  async #keyOf(algorithm: string): Promise<CryptoKey | Uint8Array> {
    if (/^HS(?:256|384|512)$/.test(algorithm)) return this.#secret;
    const [jwk] = publicJwks(this.jwt).keys;
    if (algorithm === "ES256" && jwk !== undefined) {
      this.#signing ??= importJWK(jwk, algorithm);
      return await this.#signing;
    }
    if (algorithm === "none") {
      const message = "Wrong or unsupported encoding algorithm";
      throw refuse("PGRST301", message, "JWT is unsecured but expected 'alg' was not 'none'");
    }
    throw wrongKey("No suitable key was found to decode the JWT");
  }

  #remember(token: string, claims: Claims): void {
    if (this.#known.size >= MAX_KNOWN) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(token, claims);
  }
}
