/** @module Runs the auth service alone, behind the prefix that clients know. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { MailMessage } from "../../local/auth/context.ts";
import { startAuth } from "../../local/auth/mod.ts";
import type { AuthSettings } from "../../local/auth/settings.ts";
import { type JwtKeys, signLegacyToken } from "../../local/jwt.ts";
import { openDatabase, type TestDatabase } from "../support/database.ts";

/** The service with all that a test needs around it. */
export interface AuthHarness extends AsyncDisposable {
  readonly database: TestDatabase;
  /** URL of the project, without `/auth/v1`. */
  readonly url: string;
  readonly jwt: JwtKeys;
  readonly mails: MailMessage[];
  readonly failures: unknown[];
  /** A client of its own with the public key. */
  client(options?: { flowType?: "implicit" | "pkce" }): SupabaseClient;
  /** A client with the secret key. */
  admin(): SupabaseClient;
  /** Any request of the service, without the client. */
  call(path: string, init?: RequestInit): Promise<Response>;
}

const PREFIX = "/auth/v1";
const SITE = "http://localhost:3000";
const YEAR_SECONDS = 365 * 24 * 3600;
const LOW_COST = 4;

/** A password that meets the default demands. */
export const PASSWORD = "correct horse";

/** Settings under which tests do not wait for hashes and limits. */
export const QUICK: Partial<AuthSettings> = {
  bcryptCost: LOW_COST,
  maxEmailFrequencySeconds: 0,
  rateLimits: {
    signInSignUps: 10_000,
    tokenRefresh: 10_000,
    tokenVerifications: 10_000,
    anonymousUsers: 10_000,
    emailSent: null,
  },
};

async function key(jwt: JwtKeys, role: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return await signLegacyToken({ iss: "supabase", role, iat: now, exp: now + YEAR_SECONDS }, jwt);
}

/** A memory for a client's session. */
function memory() {
  const values = new Map<string, string>();
  return {
    getItem: (name: string) => values.get(name) ?? null,
    setItem: (name: string, value: string) => void values.set(name, value),
    removeItem: (name: string) => void values.delete(name),
  };
}

/** Starts the service. */
export async function openAuth(
  settings: Partial<AuthSettings> = {},
  jwt: JwtKeys = { secret: "a-secret-of-at-least-thirty-two-characters" },
): Promise<AuthHarness> {
  const database = await openDatabase();
  const mails: MailMessage[] = [];
  const failures: unknown[] = [];
  let fetchAuth = (_request: Request, _info: { remoteAddress: string }) =>
    Promise.resolve(new Response(null, { status: 503 }));
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => undefined },
    (r, i) => {
      const url = new URL(r.url);
      if (!url.pathname.startsWith(PREFIX)) return new Response(null, { status: 404 });
      url.pathname = url.pathname.slice(PREFIX.length) || "/";
      return fetchAuth(new Request(url, r), { remoteAddress: i.remoteAddr.hostname });
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  const service = await startAuth({
    databaseUrl: database.adminUrl,
    jwt,
    siteUrl: SITE,
    externalUrl: url + PREFIX,
    settings: { ...QUICK, ...settings },
    mailer: { send: (message) => Promise.resolve(void mails.push(message)) },
    onFailure: (failure) => failures.push(failure),
  });
  fetchAuth = async (request, info) => await service.fetch(request, info);
  const [anonKey, serviceKey] = await Promise.all([key(jwt, "anon"), key(jwt, "service_role")]);
  const auth = { autoRefreshToken: false, detectSessionInUrl: false };
  return {
    database,
    url,
    jwt,
    mails,
    failures,
    client: (options = {}) =>
      createClient(url, anonKey, {
        auth: { ...auth, persistSession: true, storage: memory(), ...options },
      }),
    admin: () => createClient(url, serviceKey, { auth: { ...auth, persistSession: false } }),
    call: (path, init) => fetch(url + PREFIX + path, { redirect: "manual", ...init }),
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await service[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** An address that nobody else has. */
export function someone(): string {
  return `p${crypto.randomUUID().slice(0, 13)}@example.com`;
}

/** The code in an e-mail. */
export function codeOf(mail: MailMessage | undefined): string {
  const code = /code: (\d{6})/.exec(mail?.text ?? "")?.[1];
  if (code === undefined) throw new Error("no code in the e-mail");
  return code;
}

/** The link in an e-mail. */
export function linkOf(mail: MailMessage | undefined): URL {
  const link = /https?:\/\/\S+\/verify\?\S+/.exec(mail?.text ?? "")?.[0];
  if (link === undefined) throw new Error("no link in the e-mail");
  return new URL(link);
}

/** Claims of a token, unchecked. */
export function claimsOf(token: string): Record<string, unknown> {
  const part = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}
