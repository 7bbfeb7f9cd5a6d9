/** @module The environment of functions: the hosted platform's, and what the stack offers. */
import { join } from "node:path";
import { isUnresolved, type ProjectConfig, readEnvFile } from "./config_toml.ts";
import { publicJwks } from "./jwt.ts";
import type { MediaWorker } from "./media_worker.ts";
import type { ProjectKeys } from "./project_keys.ts";

/** Everything that the environment is made from. */
export interface EnvironmentSources {
  readonly projectDir: string;
  readonly config: ProjectConfig;
  readonly keys: ProjectKeys;
  /** The stack's own address. */
  readonly url: string;
  /** As the role `postgres`. */
  readonly databaseUrl: string;
  readonly qstash: {
    readonly url: string;
    readonly token: string;
    readonly currentSigningKey: string;
    readonly nextSigningKey: string;
  };
  readonly mailUrl: string;
  readonly smtp: { readonly host: string; readonly port: number };
  readonly media: MediaWorker | undefined;
  readonly allowLoopbackTargets: boolean;
}

/** What hosted functions find. */
function platformVariables(sources: EnvironmentSources): Record<string, string> {
  const { keys } = sources;
  return {
    SUPABASE_URL: sources.url,
    SUPABASE_DB_URL: sources.databaseUrl,
    SUPABASE_ANON_KEY: keys.anonToken,
    SUPABASE_SERVICE_ROLE_KEY: keys.serviceToken,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishable }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secret }),
    SUPABASE_JWKS: JSON.stringify(publicJwks(keys.jwt)),
    SB_REGION: "local",
    SB_EXECUTION_ID: crypto.randomUUID(),
    DENO_DEPLOYMENT_ID: `${sources.config.project_id ?? "local"}_${Deno.pid}`,
  };
}

/** Secrets that a deployment sets by hand and that the stack knows by itself. */
function offeredSecrets(sources: EnvironmentSources): Record<string, string> {
  const { qstash, media, keys } = sources;
  return {
    PUBLIC_URL: sources.url,
    SITE_URL: sources.url,
    MAIL_URL: sources.mailUrl,
    SMTP_HOST: sources.smtp.host,
    SMTP_PORT: String(sources.smtp.port),
    SMTP_FROM: "Townsquare <noreply@townsquare.test>",
    VAPID_PUBLIC_KEY: keys.vapid.publicKey,
    VAPID_PRIVATE_KEY: keys.vapid.privateKey,
    VAPID_SUBJECT: "mailto:owner@townsquare.test",
    QSTASH_URL: qstash.url,
    QSTASH_TOKEN: qstash.token,
    QSTASH_CURRENT_SIGNING_KEY: qstash.currentSigningKey,
    QSTASH_NEXT_SIGNING_KEY: qstash.nextSigningKey,
    ...(media === undefined
      ? {}
      : { MEDIA_WORKER_URL: media.url, MEDIA_WORKER_SECRET: media.secret }),
    ...(sources.allowLoopbackTargets ? { ALLOW_LOOPBACK_TARGETS: "true" } : {}),
    // One machine plays many people, all from one address and all of them new.
    RATE_LIMITS: JSON.stringify({
      signup_address: "1000/300",
      signin_address: "1000/300",
      mail_address: "1000/300",
      token_address: "1000/300",
    }),
    NEW_ACCOUNT_LIMIT_FACTOR: "20",
  };
}

/** Variables of our own environment that the project's `.env.example` names. */
function handedOn(projectDir: string): Record<string, string> {
  const found: Record<string, string> = {};
  let text = "";
  try {
    text = Deno.readTextFileSync(join(projectDir, ".env.example"));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  for (const [, name] of text.matchAll(/^\s*#?\s*(?:export\s+)?([A-Z][A-Z0-9_]*)=/gm)) {
    const value = name === undefined ? undefined : Deno.env.get(name);
    if (name !== undefined && value !== undefined) found[name] = value;
  }
  return found;
}

/** Drops what is empty, and names that only the platform may set. */
function usable(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter(([name, value]) =>
      value !== "" && !isUnresolved(value) && !name.startsWith("SUPABASE_")
    ),
  );
}

/** The environment of a project's functions. */
export function functionEnvironment(sources: EnvironmentSources): Record<string, string> {
  const folder = join(sources.projectDir, "supabase", "functions");
  return {
    ...offeredSecrets(sources),
    ...usable(sources.config.edge_runtime.secrets),
    ...usable(readEnvFile(join(folder, ".env"))),
    ...usable(handedOn(sources.projectDir)),
    ...platformVariables(sources),
  };
}
