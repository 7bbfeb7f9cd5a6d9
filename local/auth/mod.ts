/** @module Stands in for the hosted auth service (GoTrue): accounts, sessions, tokens. */
import postgres, { type Sql } from "postgres";
import type { JwtKeys } from "../jwt.ts";
import type { ConnectionInfo, LocalService } from "../service.ts";
import { forwardedAddress } from "./authenticate.ts";
import { startCleanUp } from "./cleanup.ts";
import { type AuthApp, type Mailer, readCall } from "./context.ts";
import { AuthError, errorResponse } from "./errors.ts";
import { createRateLimits } from "./rate_limits.ts";
import { findRoute } from "./routes.ts";
import { type AuthSettings, DEFAULT_AUTH_SETTINGS } from "./settings.ts";

/** How the service is started. */
export interface AuthOptions {
  /** Any URL of the database; the service connects as `supabase_auth_admin`. */
  readonly databaseUrl: string;
  readonly jwt: JwtKeys;
  /** The product's own site. */
  readonly siteUrl: string;
  /** Where clients reach the service, with the gateway's prefix, e.g. `http://…/auth/v1`. */
  readonly externalUrl: string;
  /** What differs from the defaults. */
  readonly settings?: Partial<AuthSettings>;
  readonly mailer: Mailer;
  /** Told of failures that clients only see as 500. */
  readonly onFailure?: (failure: unknown) => void;
}

const ROLE = "supabase_auth_admin";
const POOL_SIZE = 10;
const IDLE_TIMEOUT_S = 60;
const CLOSE_TIMEOUT_S = 5;

function connect(databaseUrl: string): Sql {
  const url = new URL(databaseUrl);
  url.username = ROLE;
  if (url.password !== "") url.password = "postgres";
  return postgres(url.href, {
    max: POOL_SIZE,
    idle_timeout: IDLE_TIMEOUT_S,
    onnotice: () => undefined,
    // As the hosted role has it: triggers that name no schema see this one.
    connection: { application_name: "auth", search_path: "auth" },
  });
}

async function handle(app: AuthApp, request: Request, info: ConnectionInfo): Promise<Response> {
  const path = new URL(request.url).pathname;
  const match = findRoute(request.method, path);
  if (match === undefined || match === "wrong method") {
    await request.body?.cancel();
    throw match === undefined
      ? new AuthError(404, "not_found", `There is no path ${path}`)
      : new AuthError(405, "not_found", `${request.method} is not allowed here`);
  }
  const call = await readCall(request, info, match.params);
  const ip = await forwardedAddress(app, call) ?? call.ip;
  return await match.handler(app, { ...call, ip });
}

/** Starts the service on a database that has the schema `auth`. */
export async function startAuth(options: AuthOptions): Promise<LocalService> {
  const settings = { ...DEFAULT_AUTH_SETTINGS, ...options.settings };
  const sql = connect(options.databaseUrl);
  try {
    await sql`select from auth.schema_migrations`;
  } catch (cause) {
    await sql.end({ timeout: CLOSE_TIMEOUT_S });
    throw new Error("The auth service cannot use its database", { cause });
  }
  const app: AuthApp = {
    sql,
    jwt: options.jwt,
    siteUrl: options.siteUrl,
    externalUrl: options.externalUrl.replace(/\/+$/, ""),
    settings,
    mailer: options.mailer,
    limits: createRateLimits(settings.rateLimits, () => Date.now()),
  };
  const cleanUp = startCleanUp(app);
  return {
    async fetch(request, info) {
      try {
        return await handle(app, request, info);
      } catch (failure) {
        const hidden = !(failure instanceof AuthError) || failure.status === 500;
        if (hidden) options.onFailure?.(failure);
        return errorResponse(failure, request);
      }
    },
    async [Symbol.asyncDispose]() {
      await cleanUp.stop();
      await sql.end({ timeout: CLOSE_TIMEOUT_S });
    },
  };
}
