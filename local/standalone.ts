/** @module Starts one service alone, on any database. */
import { join } from "node:path";
import { startAuth } from "./auth/mod.ts";
import type { LocalOptions } from "./cli_options.ts";
import { UsageError } from "./cli_options.ts";
import type { JwtKeys } from "./jwt.ts";
import { type Handler, listen } from "./listener.ts";
import { startMail } from "./mail/mod.ts";
import { connectAdmin, ensureRoles } from "./postgres/bootstrap.ts";
import { ensureAuthSchema } from "./auth/schema.ts";
import { ensureStorageSchema } from "./storage/schema.ts";
import { startQstash } from "./qstash/mod.ts";
import { startRealtime } from "./realtime/mod.ts";
import { ensureRealtimeSchema } from "./realtime/schema.ts";
import { startRest } from "./rest/mod.ts";
import { rewritten } from "./rewritten_request.ts";
import type { LocalService } from "./service.ts";
import { startStorage } from "./storage/mod.ts";

const DEFAULT_JWT_SECRET = "super-secret-jwt-token-with-at-least-32-characters-long";
const FILE_SIZE_LIMIT = 50 * 1024 * 1024;

/** Makes roles and a service's schema where the database allows it. */
async function prepare(
  databaseUrl: string,
  ensure: (sql: ReturnType<typeof connectAdmin>) => Promise<void>,
): Promise<void> {
  const sql = connectAdmin(databaseUrl);
  try {
    await ensureRoles(sql);
    await sql`create schema if not exists extensions`;
    await sql`create schema if not exists auth`;
    await ensure(sql);
  } finally {
    await sql.end();
  }
}

async function startService(
  options: LocalOptions,
  jwt: JwtKeys,
  baseUrl: string,
): Promise<LocalService> {
  const { databaseUrl } = options;
  switch (options.service) {
    case "rest": {
      const { schemas, anonRole } = options;
      return await startRest({ databaseUrl, schemas, anonRole, jwt, extraSearchPath: ["public"] });
    }
    case "auth": {
      await prepare(databaseUrl, ensureAuthSchema);
      const externalUrl = `${baseUrl}/auth/v1`;
      const { mailer } = await startMail();
      return await startAuth({ databaseUrl, jwt, siteUrl: baseUrl, externalUrl, mailer });
    }
    case "storage": {
      await prepare(databaseUrl, ensureStorageSchema);
      const dataDir = join(options.dataDir, "storage");
      const publicUrl = `${baseUrl}/storage/v1`;
      return await startStorage({
        databaseUrl,
        jwt,
        dataDir,
        publicUrl,
        fileSizeLimit: FILE_SIZE_LIMIT,
      });
    }
    case "realtime":
      await prepare(databaseUrl, ensureRealtimeSchema);
      return await startRealtime({ databaseUrl, jwt });
    case "qstash":
      return await startQstash({ databaseUrl });
    default:
      throw new UsageError(`local: there is no service "${options.service}"`);
  }
}

/** Paths with the gateway's prefix are answered like those without. */
function withoutPrefix(service: LocalService, name: string): Handler {
  const prefix = `/${name}/v1`;
  return (request, info) => {
    const url = new URL(request.url);
    if (url.pathname !== prefix && !url.pathname.startsWith(`${prefix}/`)) {
      return service.fetch(request, info);
    }
    url.pathname = url.pathname.slice(prefix.length) || "/";
    return service.fetch(rewritten(request, url.href, request.headers), info);
  };
}

/** A service that runs alone. */
export interface Standalone extends AsyncDisposable {
  readonly url: string;
}

/** Starts a service and listens. */
export async function startStandalone(options: LocalOptions): Promise<Standalone> {
  await using guard = new AsyncDisposableStack();
  const listener = guard.use(listen(options.port, options.service));
  const jwt: JwtKeys = { secret: options.jwtSecret ?? DEFAULT_JWT_SECRET };
  const service = guard.use(await startService(options, jwt, listener.url));
  listener.handler = withoutPrefix(service, options.service);
  const running = guard.move();
  return { url: listener.url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
