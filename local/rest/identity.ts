/** @module Finds out who asks: the token's role and claims. */
import { errors } from "jose";
import { type JwtKeys, type TokenClaims, verifyToken } from "../jwt.ts";
import { RestError } from "./errors.ts";

/** Who asks. */
export interface Identity {
  readonly role: string;
  readonly claims: TokenClaims;
  readonly isAnonymous: boolean;
}

/** Tokens that were checked lately, so that a signature is not checked for every request. */
const MAX_KNOWN = 500;

function refuse(code: string, message: string, details: string | null = null): RestError {
  const challenge = `Bearer error="invalid_token", error_description="${message}"`;
  return new RestError(401, code, message, { details, headers: { "www-authenticate": challenge } });
}

function toRefusal(error: unknown): RestError {
  if (error instanceof errors.JWTExpired) return refuse("PGRST303", "JWT expired");
  if (error instanceof errors.JWTClaimValidationFailed) {
    return refuse("PGRST303", "JWT not yet valid");
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return refuse(
      "PGRST301",
      "No suitable key or wrong key type",
      "None of the keys was able to " +
        "decode the JWT",
    );
  }
  return refuse("PGRST301", "JWT could not be decoded");
}

/** Checks tokens. */
export class Identifier {
  readonly #known = new Map<string, TokenClaims>();

  constructor(private readonly jwt: JwtKeys, private readonly anonRole: string | undefined) {}

  /** Identifies a request, or refuses its token. */
  async identify(headers: Headers): Promise<Identity> {
    const token = /^Bearer\s+(.*)$/i.exec(headers.get("authorization") ?? "")?.[1]?.trim();
    if (token === undefined) return this.#anonymous({});
    if (token === "") throw refuse("PGRST301", "Empty JWT is sent in Authorization header");
    if (token.split(".").length !== 3) {
      const details = `Expected 3 parts in JWT; got ${token.split(".").length}`;
      throw refuse("PGRST301", details);
    }
    const claims = await this.#claimsOf(token);
    if (typeof claims.role !== "string") return this.#anonymous(claims);
    const isAnonymous = claims.role === this.anonRole;
    return { role: claims.role, claims, isAnonymous };
  }

  #anonymous(claims: TokenClaims): Identity {
    const role = this.anonRole;
    if (role === undefined || role === "") {
      throw new RestError(401, "PGRST302", "Anonymous access is disabled", {
        headers: { "www-authenticate": "Bearer" },
      });
    }
    return { role, claims: { ...claims, role }, isAnonymous: true };
  }

  async #claimsOf(token: string): Promise<TokenClaims> {
    const known = this.#known.get(token);
    if (known !== undefined && !this.#isExpired(known)) return known;
    try {
      const claims = await verifyToken(token, this.jwt);
      this.#remember(token, claims);
      return claims;
    } catch (error) {
      this.#known.delete(token);
      throw toRefusal(error);
    }
  }

  #isExpired(claims: TokenClaims): boolean {
    return claims.exp !== undefined && claims.exp <= Date.now() / 1000;
  }

  #remember(token: string, claims: TokenClaims): void {
    if (this.#known.size >= MAX_KNOWN) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(token, claims);
  }
}
