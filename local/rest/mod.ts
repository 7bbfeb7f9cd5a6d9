/** @module The REST API of a database's schemas, as PostgREST serves it. */
import type { JwtKeys } from "../jwt.ts";
import type { LocalService } from "../service.ts";
import { callFunction } from "./call.ts";
import type { RestContext, Settings } from "./context.ts";
import { RestError, toRestError } from "./errors.ts";
import { openPool } from "./execute.ts";
import { Identifier, type Identity } from "./identity.ts";
import { chooseMedia, readPreferences } from "./preferences.ts";
import { read } from "./read.ts";
import { type Answer, refusalResponse, toResponse } from "./respond.ts";
import { root } from "./root.ts";
import { loadSchema, SchemaCache } from "./schema_cache.ts";
import { write } from "./write.ts";

/** How to start the service. */
export interface RestOptions {
  /** The login role, which may become the roles of tokens. */
  readonly databaseUrl: string;
  /** Schemas that are served; the first one by default. */
  readonly schemas: readonly string[];
  /** Schemas that functions and operators are looked up in besides. */
  readonly extraSearchPath?: readonly string[];
  /** Role of requests without a token; without it they are refused. */
  readonly anonRole?: string;
  readonly jwt: JwtKeys;
  /** Largest number of rows in a list. */
  readonly maxRows?: number;
}

const PREFIX = /^\/rest\/v1(?=\/|$)/;
const CHANNEL = "pgrst";
const CLOSE_SECONDS = 5;

/** What every request shares. */
interface Service {
  readonly pool: ReturnType<typeof openPool>;
  readonly cache: SchemaCache;
  readonly settings: Settings;
  readonly identifier: Identifier;
}

function schemaNameOf(request: Request, { schemas }: Settings): string {
  const isRead = request.method === "GET" || request.method === "HEAD";
  const header = request.headers.get(isRead ? "accept-profile" : "content-profile");
  const name = header ?? schemas[0] ?? "public";
  if (schemas.includes(name)) return name;
  throw new RestError(406, "PGRST106", `Invalid schema: ${name}`, {
    hint: `Only the following schemas are exposed: ${schemas.join(", ")}`,
  });
}

function badMethod(method: string): RestError {
  return new RestError(405, "PGRST117", `Unsupported HTTP method: ${method}`);
}

function segments(path: string): string[] {
  try {
    return path.slice(1).split("/").map(decodeURIComponent);
  } catch {
    throw new RestError(404, "PGRST125", "Invalid path specified in request URL");
  }
}

async function route(context: RestContext): Promise<Answer> {
  const { method } = context.request;
  const [first = "", second, ...others] = segments(context.path);
  if (others.length > 0 || (second !== undefined && first !== "rpc")) {
    throw new RestError(404, "PGRST125", "Invalid path specified in request URL");
  }
  const isRead = method === "GET" || method === "HEAD";
  if (first === "") {
    if (!isRead) throw badMethod(method);
    return await root(context);
  }
  if (first === "rpc" && second !== undefined) {
    if (isRead || method === "POST") return await callFunction(context, second);
    throw new RestError(405, "PGRST101", `Cannot use the ${method} method on RPC`);
  }
  if (isRead) return await read(context, first);
  if (["POST", "PATCH", "PUT", "DELETE"].includes(method)) return await write(context, first);
  throw badMethod(method);
}

function optionsResponse(path: string): Response {
  const isCall = path.startsWith("/rpc/");
  const isRoot = path === "/";
  const tables = "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE";
  const allow = isCall ? "OPTIONS,GET,HEAD,POST" : isRoot ? "OPTIONS,GET,HEAD" : tables;
  return new Response(null, { status: 200, headers: { allow } });
}

async function handle(
  service: Service,
  request: Request,
  identified: (identity: Identity) => void,
): Promise<Response> {
  const url = new URL(request.url);
  const path = url.pathname.replace(PREFIX, "").replace(/\/+$/, "") || "/";
  if (request.method === "OPTIONS") return optionsResponse(path);
  const identity = await service.identifier.identify(request.headers);
  identified(identity);
  const context: RestContext = {
    pool: service.pool,
    cache: service.cache,
    settings: service.settings,
    request,
    url,
    path,
    identity,
    schemaName: schemaNameOf(request, service.settings),
    preferences: readPreferences(request.headers),
    media: chooseMedia(request.headers),
  };
  return toResponse(await route(context), request.method === "HEAD");
}

async function answerRequest(service: Service, request: Request): Promise<Response> {
  let isAnonymous = true;
  try {
    return await handle(service, request, (identity) => {
      isAnonymous = identity.isAnonymous;
    });
  } catch (error) {
    return refusalResponse(toRestError(error, isAnonymous), request.method === "HEAD");
  } finally {
    // A body that nobody read would keep the connection busy.
    if (request.body !== null && !request.body.locked) await request.body.cancel().catch(() => {});
  }
}

/** Starts the REST API. */
export async function startRest(options: RestOptions): Promise<LocalService> {
  const pool = openPool(options.databaseUrl);
  const settings: Settings = {
    schemas: options.schemas,
    extraSearchPath: options.extraSearchPath ?? ["public"],
    maxRows: options.maxRows,
  };
  const cache = new SchemaCache(() => loadSchema(pool, options.schemas));
  const identifier = new Identifier(options.jwt, options.anonRole);
  const service: Service = { pool, cache, settings, identifier };
  try {
    // Also after a lost connection: notifications may have been missed.
    await pool.listen(CHANNEL, () => cache.expire(), () => cache.expire());
    await cache.get();
  } catch (error) {
    await pool.end({ timeout: 0 });
    throw error;
  }
  return {
    fetch: (request) => answerRequest(service, request),
    async [Symbol.asyncDispose]() {
      await pool.end({ timeout: CLOSE_SECONDS });
    },
  };
}
