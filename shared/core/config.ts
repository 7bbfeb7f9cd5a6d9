/** @module The environment, read in one place and checked at start. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { LOG_LEVELS } from "./logger.ts";
import { RATE_LIMIT_DEFAULTS, type RateLimit, type RateLimitName } from "./rate_limits.ts";

/** A whole number in a variable. */
function wholeNumber(min: number, max: number) {
  return z.string().regex(/^\d{1,9}$/, "must be a whole number").transform(Number)
    .pipe(z.number().min(min).max(max));
}

/** JSON in a variable. */
function json<T extends z.ZodType>(schema: T) {
  return z.string().transform((text, ctx): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      ctx.addIssue({ code: "custom", message: "must be JSON" });
      return z.NEVER;
    }
  }).pipe(schema);
}

const Flag = z.enum(["true", "false"]).transform((value) => value === "true");
const HttpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ""));
const PostgresUrl = z.url({ protocol: /^postgres(ql)?$/ });
const KeySet = json(z.record(z.string(), z.string()));
const Jwks = json(z.union([
  z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
  z.array(z.record(z.string(), z.unknown())).transform((keys) => ({ keys })),
]));

/** Every variable the functions read, with what it must look like. Descriptions become the docs. */
export const Environment = z.object({
  SUPABASE_URL: HttpUrl.describe("Base address of the project; set by the platform"),
  SUPABASE_DB_URL: PostgresUrl.optional().describe("Database, set by the platform"),
  DATABASE_URL: PostgresUrl.optional().describe("Database, in place of SUPABASE_DB_URL"),
  DATABASE_REPLICA_URL: PostgresUrl.optional().describe("Read replica for lists"),
  DATABASE_POOL_SIZE: wholeNumber(1, 100).default(8).describe("Connections per process"),
  SUPABASE_JWKS: Jwks.optional()
    .describe("Public keys of access tokens; asked of the auth service when absent"),
  SUPABASE_JWT_SECRET: z.string().min(16).optional().describe("Legacy secret of access tokens"),
  SUPABASE_PUBLISHABLE_KEYS: KeySet.optional().describe("Keys of clients, by name"),
  SUPABASE_SECRET_KEYS: KeySet.optional().describe("Keys of servers, by name"),
  SUPABASE_ANON_KEY: z.string().optional().describe("Legacy key of clients"),
  SUPABASE_SERVICE_ROLE_KEY: z.string().optional().describe("Legacy key of servers"),
  PUBLIC_URL: HttpUrl.optional().describe("Address the world sees; default SUPABASE_URL"),
  SITE_URL: HttpUrl.optional().describe("Address of the web client, for links in mail"),
  CURSOR_SECRET: z.string().min(16).optional().describe("Seals cursors; derived when absent"),
  SECRETS_KEY: z.string().min(32).optional()
    .describe("Seals secrets of webhooks in the database; derived when absent"),
  SECRETS_KEY_PREVIOUS: z.string().min(32).optional()
    .describe("What SECRETS_KEY was before a change, until all is sealed anew"),
  CLIENT_ADDRESS_HEADER: z.string().default("x-forwarded-for")
    .describe("Header in which the gateway names the client's address"),
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info").describe("Least serious event that is logged"),
  RATE_LIMITS: json(z.record(z.string(), z.string().regex(/^\d{1,6}\/\d{1,6}$/))).optional()
    .describe('Changed limits by name, as in {"signin_address":"1000/300"}: uses per seconds'),
  NEW_ACCOUNT_LIMIT_FACTOR: wholeNumber(1, 1_000).default(1)
    .describe("Multiplies the limits of new accounts"),
  RECOMMENDATION_ALGO: z.enum(["trending", "personalized", "hybrid"]).default("hybrid")
    .describe("Ranking of people who chose none"),
  FEED_CACHE_TTL: wholeNumber(0, 86_400).default(300).describe("Seconds a ranked feed is kept"),
  QSTASH_URL: HttpUrl.optional().describe("Job queue"),
  QSTASH_TOKEN: z.string().optional().describe("Credential of the job queue"),
  QSTASH_CURRENT_SIGNING_KEY: z.string().optional().describe("Checks deliveries of the queue"),
  QSTASH_NEXT_SIGNING_KEY: z.string().optional().describe("Checks deliveries after a rotation"),
  JOBS_DRAIN_AFTER_WRITE: Flag.default(false)
    .describe("Empties the outbox after each write, where the database cannot call out"),
  ALERT_WEBHOOK_URL: HttpUrl.optional()
    .describe("Public address that is told, by a POST, when many jobs give up"),
  ALERT_DEAD_JOBS: wholeNumber(0, 10_000).default(20)
    .describe("Jobs that may give up before an alert"),
  ALERT_DEAD_MINUTES: wholeNumber(1, 1_440).default(10)
    .describe("Minutes in which they are counted, and for which an alert is not repeated"),
  ALERT_FAILURE_PERCENT: wholeNumber(1, 100).default(50)
    .describe("Share of a job's runs that may fail in those minutes before an alert"),
  MEILISEARCH_URL: HttpUrl.optional().describe("Search engine; without it Postgres searches"),
  MEILISEARCH_KEY: z.string().optional().describe("Credential of the search engine"),
  MEDIA_WORKER_URL: HttpUrl.optional().describe("Image and video worker"),
  MEDIA_WORKER_SECRET: z.string().min(16).optional().describe("Signs requests to the worker"),
  METRICS_TOKEN: z.string().min(8).optional().describe("Bearer token of /metrics"),
  ALLOW_LOOPBACK_TARGETS: Flag.default(false)
    .describe("Lets webhooks and previews reach this machine; for trials only"),
  VAPID_PUBLIC_KEY: z.string().optional().describe("Web push: public key"),
  VAPID_PRIVATE_KEY: z.string().optional().describe("Web push: private key"),
  VAPID_SUBJECT: z.string().optional().describe("Web push: contact as mailto: or https:"),
  SMTP_HOST: z.string().optional().describe("Mail server"),
  SMTP_PORT: wholeNumber(1, 65_535).default(587).describe("Port of the mail server"),
  SMTP_USER: z.string().optional().describe("Account at the mail server"),
  SMTP_PASS: z.string().optional().describe("Password at the mail server"),
  SMTP_FROM: z.string().optional().describe("Sender of mail"),
  TURN_URLS: z.string().optional().describe("Relay servers for calls, separated by commas"),
  TURN_SECRET: z.string().optional().describe("Shared secret of the relay servers"),
  LIVEKIT_URL: z.string().optional().describe("Call server"),
  LIVEKIT_API_KEY: z.string().optional().describe("Account at the call server"),
  LIVEKIT_API_SECRET: z.string().optional().describe("Secret at the call server"),
  BACKUP_BUCKET: z.string().default("backups").describe("Bucket of backups"),
  BACKUP_ENCRYPTION_KEY: z.string().min(32).optional().describe("Encrypts backups"),
  BACKUP_FORMER_KEYS: json(z.array(z.string().min(32)).max(10)).optional()
    .describe("Earlier keys, as a JSON list: they open older backups and encrypt nothing"),
  BACKUP_S3_ENDPOINT: HttpUrl.optional()
    .describe("S3-compatible service for backups; without it they go to BACKUP_BUCKET"),
  BACKUP_S3_BUCKET: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must name a bucket")
    .optional().describe("Bucket at that service"),
  BACKUP_S3_REGION: z.string().regex(/^[a-z0-9-]{1,32}$/, "must name a region")
    .default("us-east-1").describe("Region of that bucket"),
  BACKUP_S3_PREFIX: z.string().regex(/^[\w-]+(?:\/[\w-]+)*$/, "must be a folder, as in a/b")
    .default("").describe("Folder in that bucket, where several projects share it"),
  BACKUP_S3_ACCESS_KEY_ID: z.string().optional().describe("Account at that service"),
  BACKUP_S3_SECRET_ACCESS_KEY: z.string().optional().describe("Secret at that service"),
  OTEL_EXPORTER_OTLP_ENDPOINT: HttpUrl.optional().describe("Collector of traces"),
});

/** The checked environment. */
export type Environment = z.output<typeof Environment>;

/** What the product runs with: the environment plus what follows from it. */
export interface Config {
  readonly env: Environment;
  readonly databaseUrl: string;
  readonly publicUrl: string;
  readonly publishableKeys: readonly string[];
  /** Key with which the product itself calls the platform. */
  readonly secretKey: string;
  /** All keys by which the owner's own servers are known. */
  readonly secretKeys: readonly string[];
  readonly cursorSecret: string;
  /** The first seals secrets in the database, all open them. */
  readonly sealingSecrets: readonly [string, ...string[]];
  readonly rateLimits: Readonly<Record<RateLimitName, RateLimit>>;
}

/** The environment does not fit; the message lists every variable at fault. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Groups of variables that make sense only together. */
const TOGETHER: readonly (readonly (keyof Environment)[])[] = [
  ["QSTASH_TOKEN", "QSTASH_CURRENT_SIGNING_KEY", "QSTASH_NEXT_SIGNING_KEY"],
  ["MEDIA_WORKER_URL", "MEDIA_WORKER_SECRET"],
  ["VAPID_PUBLIC_KEY", "VAPID_PRIVATE_KEY", "VAPID_SUBJECT"],
  ["TURN_URLS", "TURN_SECRET"],
  ["LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"],
  [
    "BACKUP_S3_ENDPOINT",
    "BACKUP_S3_BUCKET",
    "BACKUP_S3_ACCESS_KEY_ID",
    "BACKUP_S3_SECRET_ACCESS_KEY",
  ],
];

function missingTogether(env: Environment): string[] {
  return TOGETHER.flatMap((group) => {
    const missing = group.filter((name) => env[name] === undefined);
    return missing.length === 0 || missing.length === group.length
      ? []
      : missing.map((name) => `${name}: is needed together with ${group.join(", ")}`);
  });
}

function readRateLimits(env: Environment): { limits: Config["rateLimits"]; unknown: string[] } {
  const limits: Record<string, RateLimit> = { ...RATE_LIMIT_DEFAULTS };
  const unknown: string[] = [];
  for (const [name, text] of Object.entries(env.RATE_LIMITS ?? {})) {
    const [uses = 0, seconds = 0] = text.split("/").map(Number);
    if (!Object.hasOwn(RATE_LIMIT_DEFAULTS, name) || uses === 0 || seconds === 0) {
      unknown.push(`RATE_LIMITS: ${name} is not a limit, or is zero`);
    } else {
      limits[name] = { ...RATE_LIMIT_DEFAULTS[name as RateLimitName], uses, seconds };
    }
  }
  // Starts as a copy of all defaults and only known names are overwritten: no name is missing.
  return { limits: limits as Config["rateLimits"], unknown };
}

/** Empty variables count as absent: shells and env files cannot unset. */
function withoutEmpty(env: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
}

/**
 * Checks the environment.
 *
 * @throws ConfigError that lists all variables at fault at once
 */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const parsed = Environment.safeParse(withoutEmpty(variables));
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new ConfigError(`The environment is not complete\n  ${lines.join("\n  ")}`);
  }
  const env = parsed.data;
  const databaseUrl = env.DATABASE_URL ?? env.SUPABASE_DB_URL;
  const secretKey = Object.values(env.SUPABASE_SECRET_KEYS ?? {})[0] ??
    env.SUPABASE_SERVICE_ROLE_KEY;
  const { limits, unknown } = readRateLimits(env);
  const faults = [
    ...(databaseUrl === undefined ? ["DATABASE_URL: or SUPABASE_DB_URL is needed"] : []),
    ...(secretKey === undefined
      ? ["SUPABASE_SECRET_KEYS: or SUPABASE_SERVICE_ROLE_KEY is needed"]
      : []),
    ...missingTogether(env),
    ...unknown,
  ];
  if (databaseUrl === undefined || secretKey === undefined || faults.length > 0) {
    throw new ConfigError(`The environment is not complete\n  ${faults.join("\n  ")}`);
  }
  return {
    env,
    databaseUrl,
    publicUrl: env.PUBLIC_URL ?? env.SUPABASE_URL,
    publishableKeys: publishableKeys(env),
    secretKey,
    secretKeys: secretKeysOf(env),
    cursorSecret: env.CURSOR_SECRET ?? derive("cursors", secretKey),
    sealingSecrets: sealingSecrets(env, secretKey),
    rateLimits: limits,
  };
}

function publishableKeys(env: Environment): string[] {
  const legacy = env.SUPABASE_ANON_KEY === undefined ? [] : [env.SUPABASE_ANON_KEY];
  return [...Object.values(env.SUPABASE_PUBLISHABLE_KEYS ?? {}), ...legacy];
}

function secretKeysOf(env: Environment): string[] {
  const legacy = env.SUPABASE_SERVICE_ROLE_KEY;
  return [
    ...Object.values(env.SUPABASE_SECRET_KEYS ?? {}),
    ...(legacy === undefined ? [] : [legacy]),
  ];
}

/** What was sealed before `SECRETS_KEY` was set, or with another key of the project, opens too. */
function sealingSecrets(env: Environment, secretKey: string): Config["sealingSecrets"] {
  const derived = secretKeysOf(env).map((key) => derive("sealing", key));
  const first = env.SECRETS_KEY ?? derive("sealing", secretKey);
  const previous = env.SECRETS_KEY_PREVIOUS === undefined ? [] : [env.SECRETS_KEY_PREVIOUS];
  return [first, ...previous, ...derived];
}

/** A secret of its own for one purpose, the same in every process of the project. */
function derive(purpose: string, secret: string): string {
  return createHash("sha256").update(`${purpose}\n${secret}`).digest("base64url");
}

/** Reads the process's environment. For entry points. */
export function readProcessConfig(): Config {
  return readConfig(Deno.env.toObject());
}
