/** @module The keys of a project: those that clients send and those that tokens are signed with. */
import { join, resolve } from "node:path";
import { base64url, exportJWK, generateKeyPair, type JWK } from "jose";
import { z } from "zod";
import type { AuthConfig } from "./config_toml.ts";
import { type JwtKeys, signLegacyToken } from "./jwt.ts";

/** All keys of one project. */
export interface ProjectKeys {
  readonly publishable: string;
  readonly secret: string;
  /** Legacy keys: tokens of the roles `anon` and `service_role`. */
  readonly anonToken: string;
  readonly serviceToken: string;
  readonly jwt: JwtKeys;
  /** Signs Web Push: base64url, the public one as an uncompressed point. */
  readonly vapid: { readonly publicKey: string; readonly privateKey: string };
}

/** The values that the Supabase CLI gives to every local project; known to everybody. */
const DEFAULTS = {
  publishable: "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH",
  secret: "sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz",
  jwtSecret: "super-secret-jwt-token-with-at-least-32-characters-long",
  issuer: "supabase-demo",
  expires: 1983812996,
} as const;

const PRIVATE_MODE = 0o600;
/** First byte of a point that is written with both coordinates. */
const UNCOMPRESSED = 0x04;
const signingKey = z.looseObject({ kty: z.literal("EC"), crv: z.literal("P-256"), d: z.string() });
const signingKeys = z.array(signingKey).min(1);

/** The project's own signing keys; the first signs. */
async function configuredKey(path: string): Promise<JWK> {
  const parsed = signingKeys.safeParse(JSON.parse(await Deno.readTextFile(path)));
  if (!parsed.success) {
    throw new Error(`${path}: the local stack signs with ES256, and needs its private key there.`);
  }
  return parsed.data[0] as JWK;
}

/** A signing key of the stack, made once and kept, so that what it signed outlives a restart. */
async function generatedKey(dataDir: string, name: string): Promise<JWK> {
  const path = join(dataDir, name);
  const text = await Deno.readTextFile(path).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (text !== undefined) return signingKey.parse(JSON.parse(text)) as JWK;
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const key = { ...await exportJWK(privateKey), kid: crypto.randomUUID(), alg: "ES256" };
  await Deno.writeTextFile(path, JSON.stringify(key), { mode: PRIVATE_MODE });
  return key;
}

/** A key pair as Web Push writes it (RFC 8292): bare coordinates. */
function vapidOf({ x = "", y = "", d = "" }: JWK): ProjectKeys["vapid"] {
  const [px, py] = [x, y].map((part) => base64url.decode(part));
  const point = Uint8Array.from([UNCOMPRESSED, ...px ?? [], ...py ?? []]);
  return { publicKey: base64url.encode(point), privateKey: d };
}

/** Reads or makes the keys of a project. */
export async function loadKeys(
  projectDir: string,
  dataDir: string,
  config: AuthConfig,
): Promise<ProjectKeys> {
  const secret = config.jwt_secret ?? DEFAULTS.jwtSecret;
  const signing = config.signing_keys_path === undefined
    ? await generatedKey(dataDir, "signing_key.json")
    : await configuredKey(resolve(projectDir, "supabase", config.signing_keys_path));
  const legacy = async (role: string) =>
    await signLegacyToken({ iss: DEFAULTS.issuer, role, exp: DEFAULTS.expires }, { secret });
  return {
    publishable: config.publishable_key ?? DEFAULTS.publishable,
    secret: config.secret_key ?? DEFAULTS.secret,
    anonToken: config.anon_key ?? await legacy("anon"),
    serviceToken: config.service_role_key ?? await legacy("service_role"),
    jwt: { secret, signing },
    vapid: vapidOf(await generatedKey(dataDir, "vapid_key.json")),
  };
}
