/** @module Reads a project's `supabase/config.toml` as the Supabase CLI does, with its defaults. */
import { join } from "node:path";
import { parseEnv } from "node:util";
import { parse } from "smol-toml";
import { z } from "zod";

const text = z.string();
const list = z.array(z.string());
const count = z.number().int().nonnegative();

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
};

/** Reads a duration such as `1h30m` into seconds; undefined when it is not one. */
export function parseDuration(value: string): number | undefined {
  if (!/^(?:[\d.]+(?:ms|s|m|h))+$/.test(value)) return value === "0" ? 0 : undefined;
  let seconds = 0;
  for (const [, amount, unit] of value.matchAll(/([\d.]+)(ms|s|m|h)/g)) {
    seconds += Number(amount) * (DURATION_UNITS[unit ?? "s"] ?? 1);
  }
  return seconds;
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1000,
  kib: 1024,
  mb: 1000 ** 2,
  mib: 1024 ** 2,
  gb: 1000 ** 3,
  gib: 1024 ** 3,
};

/** Reads a size such as `50MiB` into bytes; undefined when it is not one. */
export function parseSize(value: string | number): number | undefined {
  if (typeof value === "number") return value;
  const [, amount, unit = ""] = /^\s*([\d.]+)\s*([a-z]*)\s*$/i.exec(value) ?? [];
  // The platform counts in powers of two, whichever way the unit is written.
  const short = unit.toLowerCase().replace(/^([kmg])b?$/, "$1ib");
  const factor = SIZE_UNITS[short];
  return amount === undefined || factor === undefined
    ? undefined
    : Math.floor(Number(amount) * factor);
}

const duration = text.transform((value, context) => {
  const seconds = parseDuration(value);
  if (seconds === undefined) context.addIssue(`"${value}" is not a duration such as 1h or 30s`);
  return seconds ?? 0;
});

const size = z.union([text, z.number()]).transform((value, context) => {
  const bytes = parseSize(value);
  if (bytes === undefined) context.addIssue(`"${value}" is not a size such as 50MiB`);
  return bytes ?? 0;
});

const api = z.looseObject({
  enabled: z.boolean().default(true),
  port: count.default(54321),
  schemas: list.default(["public", "graphql_public"]),
  extra_search_path: list.default(["public", "extensions"]),
  max_rows: count.default(1000),
  auto_expose_new_tables: z.boolean().optional(),
});

const db = z.looseObject({
  port: count.default(54322),
  migrations: z.looseObject({ enabled: z.boolean().default(true) }).prefault({}),
  seed: z.looseObject({
    enabled: z.boolean().default(true),
    sql_paths: list.default(["./seed.sql"]),
  }).prefault({}),
});

const bucket = z.looseObject({
  public: z.boolean().default(false),
  file_size_limit: size.optional(),
  allowed_mime_types: list.optional(),
  objects_path: text.optional(),
});

const storage = z.looseObject({
  enabled: z.boolean().default(true),
  file_size_limit: size.prefault("50MiB"),
  buckets: z.record(z.string(), bucket).default({}),
});

const rateLimit = z.looseObject({
  anonymous_users: count.default(30),
  token_refresh: count.default(150),
  sign_in_sign_ups: count.default(30),
  token_verifications: count.default(30),
  email_sent: count.default(2),
});

const hook = z.looseObject({
  enabled: z.boolean().default(false),
  uri: text.default(""),
  secrets: text.default(""),
});

const provider = z.looseObject({
  enabled: z.boolean().default(false),
  client_id: text.default(""),
  secret: text.default(""),
  url: text.default(""),
  redirect_uri: text.default(""),
});

const email = z.looseObject({
  enable_signup: z.boolean().default(true),
  double_confirm_changes: z.boolean().default(true),
  enable_confirmations: z.boolean().default(false),
  secure_password_change: z.boolean().default(false),
  max_frequency: duration.prefault("1s"),
  otp_length: count.default(6),
  otp_expiry: count.default(3600),
  smtp: z.looseObject({
    enabled: z.boolean().default(true),
    admin_email: text.default(""),
    sender_name: text.default(""),
  }).optional(),
});

const auth = z.looseObject({
  enabled: z.boolean().default(true),
  site_url: text.default("http://127.0.0.1:3000"),
  additional_redirect_urls: list.default([]),
  jwt_expiry: count.max(604_800).default(3600),
  enable_refresh_token_rotation: z.boolean().default(true),
  refresh_token_reuse_interval: count.default(10),
  enable_signup: z.boolean().default(true),
  enable_anonymous_sign_ins: z.boolean().default(false),
  enable_manual_linking: z.boolean().default(false),
  minimum_password_length: count.default(6),
  password_requirements: z.enum([
    "",
    "letters_digits",
    "lower_upper_letters_digits",
    "lower_upper_letters_digits_symbols",
  ]).default(""),
  signing_keys_path: text.optional(),
  publishable_key: text.optional(),
  secret_key: text.optional(),
  jwt_secret: text.optional(),
  anon_key: text.optional(),
  service_role_key: text.optional(),
  rate_limit: rateLimit.prefault({}),
  sessions: z.looseObject({
    timebox: duration.optional(),
    inactivity_timeout: duration.optional(),
  }).prefault({}),
  hook: z.record(z.string(), hook).default({}),
  external: z.record(z.string(), provider).default({}),
  email: email.prefault({}),
  mfa: z.looseObject({
    max_enrolled_factors: count.default(10),
    totp: z.looseObject({
      enroll_enabled: z.boolean().default(false),
      verify_enabled: z.boolean().default(false),
    }).prefault({}),
  }).prefault({}),
});

const edgeFunction = z.looseObject({
  enabled: z.boolean().default(true),
  verify_jwt: z.boolean().default(true),
  import_map: text.default(""),
  entrypoint: text.default(""),
  env: z.record(z.string(), text).default({}),
});

const config = z.looseObject({
  project_id: text.optional(),
  api: api.prefault({}),
  db: db.prefault({}),
  storage: storage.prefault({}),
  auth: auth.prefault({}),
  realtime: z.looseObject({ enabled: z.boolean().default(true) }).prefault({}),
  edge_runtime: z.looseObject({
    enabled: z.boolean().default(true),
    secrets: z.record(z.string(), text).default({}),
  }).prefault({}),
  functions: z.record(z.string(), edgeFunction).default({}),
});

/** A project's settings with every default filled in. */
export type ProjectConfig = z.output<typeof config>;
/** The part about sign-in. */
export type AuthConfig = ProjectConfig["auth"];
/** The part about one function. */
export type FunctionConfig = z.output<typeof edgeFunction>;

/** Looks up a variable for `env(NAME)`. */
export type Environment = (name: string) => string | undefined;

const ENV_REFERENCE = /^env\((.*)\)$/;

/** Replaces `env(NAME)`; a name that is not set stays as it is, as the CLI leaves it. */
function substitute(value: unknown, environment: Environment): unknown {
  if (typeof value === "string") {
    const name = ENV_REFERENCE.exec(value)?.[1];
    return (name === undefined ? undefined : environment(name)) || value;
  }
  if (Array.isArray(value)) return value.map((item) => substitute(item, environment));
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, substitute(item, environment)]),
  );
}

/** Whether a setting still holds `env(NAME)` because the variable is not set. */
export function isUnresolved(value: string): boolean {
  return ENV_REFERENCE.test(value);
}

/**
 * Reads the text of a config.toml.
 *
 * @throws naming each setting that is wrong
 */
export function parseConfig(source: string, environment: Environment): ProjectConfig {
  const result = config.safeParse(substitute(parse(source), environment));
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`supabase/config.toml is not valid:\n${issues.join("\n")}`);
}

/** Variables of a dotenv file; none when it does not exist. */
export function readEnvFile(path: string): Record<string, string> {
  try {
    const values: Record<string, string> = {};
    for (const [name, value] of Object.entries(parseEnv(Deno.readTextFileSync(path)))) {
      if (value !== undefined) values[name] = value;
    }
    return values;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

/** Reads a project's config.toml; the defaults when it has none. */
export function readConfig(projectDir: string): ProjectConfig {
  const files = ["supabase/.env.local", "supabase/.env", ".env.local", ".env"]
    .map((name) => readEnvFile(join(projectDir, name)));
  const environment: Environment = (name) =>
    Deno.env.get(name) ?? files.find((file) => file[name] !== undefined)?.[name];
  let source = "";
  try {
    source = Deno.readTextFileSync(join(projectDir, "supabase", "config.toml"));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return parseConfig(source, environment);
}
