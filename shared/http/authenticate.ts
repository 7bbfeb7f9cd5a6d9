/** @module Turns a bearer token into the person who asks. */
import { createHash } from "node:crypto";
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
} from "jose";
import type { Config } from "../core/config.ts";
import type { Clock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import { isUuid } from "../core/ids.ts";
import { type Metrics, NO_METRICS } from "../core/metrics.ts";
import { ANONYMOUS, type Database, type Viewer } from "../platform/postgres.ts";

/** Tells who asks. */
export interface Authenticator {
  /** @throws `not-authenticated` when a credential is there and not valid */
  authenticate(request: Request): Promise<Viewer>;
}

/** Verified tokens that are remembered; signatures cost more than the rest of a request. */
const VERIFIED_MAX = 1_000;
/** Longest token that is looked at. */
const TOKEN_LENGTH_MAX = 8_192;
const PUBLIC_KEY_ALGORITHMS = ["ES256", "RS256", "EdDSA"];

interface Verified {
  readonly viewer: Viewer;
  readonly expiresAt: number;
}

function refuse(detail: string, cause?: unknown): never {
  throw new AppError("not-authenticated", detail, { cause });
}

function bearer(request: Request): string | undefined {
  const header = request.headers.get("authorization");
  if (header === null || header === "") return undefined;
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (token === undefined || token.length > TOKEN_LENGTH_MAX) {
    refuse("The Authorization header must be a bearer token");
  }
  return token;
}

/** The public keys: handed over by the platform, else asked of its auth service. */
function publicKeys(config: Config): JWTVerifyGetKey {
  const { SUPABASE_JWKS: jwks, SUPABASE_URL: url } = config.env;
  // The set was checked to be a list of objects; what a key needs is checked by the library.
  return jwks === undefined
    ? createRemoteJWKSet(new URL(`${url}/auth/v1/.well-known/jwks.json`))
    : createLocalJWKSet(jwks as unknown as JSONWebKeySet);
}

function explain(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "The access token has expired";
  return "The access token is not valid";
}

/** The token may be good: the keys to check it could not be fetched. */
function isKeyOutage(error: unknown): boolean {
  return error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError);
}

/** What signed the token; of text that is no token at all, nothing needs to be asked. */
function algorithmOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).alg;
  } catch (error) {
    return refuse("The access token is not valid", error);
  }
}

function viewerOf(claims: JWTPayload): Viewer {
  const { role, sub, session_id: sessionId } = claims;
  // The product's own keys are tokens too: they stand for the application, not for a person.
  if (role === "anon" || role === "service_role") return ANONYMOUS;
  if (role !== "authenticated" || typeof sub !== "string" || !isUuid(sub)) {
    refuse("The access token names no person");
  }
  if (typeof sessionId !== "string" || !isUuid(sessionId)) {
    refuse("The access token belongs to no session");
  }
  return { kind: "person", userId: sub, sessionId, claims };
}

/** What a token of a bot looks like: a prefix by which scanners know it, and 256 random bits. */
const BOT_PREFIX = "tsb_";
const BOT_TOKEN = /^tsb_[A-Za-z0-9_-]{43}$/;

interface BotRow {
  readonly bot_id: string;
  readonly token_id: string;
  readonly scopes: readonly string[];
}

/** The bot that a token stands for. Whether it still holds is for each transaction to ask. */
async function findBot(db: Database, token: string): Promise<Viewer> {
  if (!BOT_TOKEN.test(token)) refuse("The token of a bot is not valid");
  const hash = createHash("sha256").update(token).digest();
  const [row] = await db.asService(
    "a bot is unknown until its token is found",
    (sql) =>
      sql<BotRow[]>`select bot_id, token_id, scopes from private.bot_of_token(${hash}::bytea)`,
  );
  if (row === undefined) refuse("The token of a bot is not valid");
  const { bot_id: userId, token_id: tokenId, scopes } = row;
  const claims = { role: "authenticated", sub: userId, bot_token_id: tokenId };
  return { kind: "person", userId, sessionId: tokenId, claims, scopes };
}

/** Makes an authenticator for the project's tokens, and for those of bots. */
export function createAuthenticator(
  config: Config,
  now: Clock,
  db: Database,
  metrics: Metrics = NO_METRICS,
): Authenticator {
  const keys = publicKeys(config);
  const { SUPABASE_JWT_SECRET: secret } = config.env;
  const secretBytes = secret === undefined ? undefined : new TextEncoder().encode(secret);
  const verified = new Map<string, Verified>();
  // Known by their text, as the clients' keys are: they stand for no person. What a secret one
  // opens, routes ask.
  const impersonal = new Set([
    ...config.publishableKeys,
    ...config.secretKeys,
    config.env.METRICS_TOKEN,
  ]);

  async function verify(token: string): Promise<JWTPayload> {
    const options = { currentDate: now(), requiredClaims: ["exp"] };
    const algorithm = algorithmOf(token);
    try {
      if (algorithm === "HS256") {
        if (secretBytes === undefined) refuse("The access token is not valid");
        const hs256 = { ...options, algorithms: ["HS256"] };
        return (await jwtVerify(token, secretBytes, hs256)).payload;
      }
      const asymmetric = { ...options, algorithms: PUBLIC_KEY_ALGORITHMS };
      return (await jwtVerify(token, keys, asymmetric)).payload;
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (isKeyOutage(error)) {
        throw new AppError("unavailable", "The keys of access tokens are out of reach", {
          cause: error,
        });
      }
      return refuse(explain(error), error);
    }
  }

  function remember(token: string, entry: Verified): void {
    const [oldest] = verified.keys();
    if (verified.size >= VERIFIED_MAX && oldest !== undefined) verified.delete(oldest);
    verified.set(token, entry);
  }

  return {
    async authenticate(request) {
      const token = bearer(request);
      if (token === undefined || impersonal.has(token)) return ANONYMOUS;
      const known = verified.get(token);
      const isKnown = known !== undefined && known.expiresAt > now().getTime();
      metrics.count("cache_requests_total", ["tokens", isKnown ? "hit" : "miss"]);
      if (isKnown) return known.viewer;
      if (token.startsWith(BOT_PREFIX)) {
        const bot = await findBot(db, token);
        remember(token, { viewer: bot, expiresAt: Number.POSITIVE_INFINITY });
        return bot;
      }
      const claims = await verify(token);
      const viewer = viewerOf(claims);
      remember(token, { viewer, expiresAt: (claims.exp ?? 0) * 1_000 });
      return viewer;
    },
  };
}
