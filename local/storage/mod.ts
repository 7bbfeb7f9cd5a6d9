/**
 * @module The Storage API on a local disk: buckets, objects, signed URLs, under the policies of
 * the database.
 */
import { type JwtKeys, verifyToken } from "../jwt.ts";
import type { LocalService } from "../service.ts";
import { accessDenied, invalidRequest, StorageError, toStorageError } from "./errors.ts";
import { FileStore } from "./files.ts";
import type { ImageRenderer } from "./render.ts";
import { ResumableStore } from "./resumable_store.ts";
import { type Access, findRoute } from "./routes.ts";
import type { StorageContext } from "./scope.ts";
import { type Caller, NOBODY, openPool, Session } from "./session.ts";

export type { ImageRenderer, TransformOptions } from "./render.ts";
export { ensureStorageSchema } from "./schema.ts";

/** How to start the service. */
export interface StorageOptions {
  /** A user that may become anon, authenticated and service_role. */
  readonly databaseUrl: string;
  readonly jwt: JwtKeys;
  /** Directory of the objects' bytes; made when absent. */
  readonly dataDir: string;
  /** Where clients reach the service, for URLs that it hands out. */
  readonly publicUrl: string;
  /** Largest object, in bytes, whatever a bucket says. */
  readonly fileSizeLimit: number;
  /** Scales images; without it `/render/image` answers 501. */
  readonly renderer?: ImageRenderer;
}

/** Headers that policies may want; the rest stays out of the database. */
function readableHeaders(headers: Headers): Record<string, string> {
  const readable: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (name !== "authorization" && name !== "apikey" && name !== "cookie") readable[name] = value;
  }
  return readable;
}

async function identify(request: Request, access: Access, jwt: JwtKeys): Promise<Caller> {
  if (access === "none") return NOBODY;
  const header = request.headers.get("authorization");
  if (header === null && access === "required") {
    throw invalidRequest("headers must have required property 'authorization'");
  }
  const token = (header ?? "").replace(/^Bearer\s+/i, "");
  try {
    const claims = await verifyToken(token, jwt);
    return { authenticated: true, role: claims.role ?? "anon", token, claims };
  } catch (error) {
    if (access === "optional") return NOBODY;
    throw accessDenied(error instanceof Error ? error.message : "Invalid Compact JWS");
  }
}

async function handle(
  request: Request,
  context: StorageContext,
  pool: ReturnType<typeof openPool>,
): Promise<Response> {
  const url = new URL(request.url);
  const found = findRoute(request.method, url.pathname);
  if (found === undefined) {
    const message = `Route ${request.method}:${url.pathname} not found`;
    throw new StorageError(404, "NotFound", message, "Not Found", 404);
  }
  const { route, params } = found;
  const caller = await identify(request, route.access, context.jwt);
  const session = new Session(pool, caller, {
    operation: route.operation,
    method: request.method,
    path: url.pathname,
    headers: readableHeaders(request.headers),
  });
  return await route.handler({ request, url, context, session, params });
}

/** Starts the Storage API. The database must hold its schema (see `ensureStorageSchema`). */
export async function startStorage(options: StorageOptions): Promise<LocalService> {
  const files = await FileStore.open(options.dataDir);
  const pool = openPool(options.databaseUrl);
  const context: StorageContext = {
    files,
    uploads: await ResumableStore.open(options.dataDir),
    jwt: options.jwt,
    fileSizeLimit: options.fileSizeLimit,
    renderer: options.renderer,
    publicUrl: options.publicUrl.replace(/\/+$/, ""),
  };
  return {
    async fetch(request) {
      try {
        return await handle(request, context, pool);
      } catch (error) {
        const refusal = toStorageError(error);
        if (refusal.code === "InternalError") console.error("storage:", error);
        const response = refusal.toResponse();
        if (request.method !== "HEAD") return response;
        return new Response(null, { status: response.status, headers: response.headers });
      } finally {
        // A body that nobody read would keep the connection busy.
        if (request.body !== null && !request.body.locked) {
          await request.body.cancel().catch(() => {});
        }
      }
    },
    async [Symbol.asyncDispose]() {
      await pool.end({ timeout: 5 });
    },
  };
}
