/** @module The REST API of a database's schemas, as PostgREST serves it. */
import type { JwtKeys } from "../jwt.ts";
import type { LocalService } from "../service.ts";
import { callFunction } from "./call.ts";
import { mayChooseEnd, type RestContext, type Settings } from "./context.ts";
import { allowOrigin, preflightResponse } from "./cors.ts";
import { RestError, toRestError } from "./errors.ts";
import { openPool } from "./execute.ts";
import { Identifier, type Identity } from "./identity.ts";
import { information } from "./information.ts";
import { acceptedMedia } from "./media.ts";
import { Body } from "./payload.ts";
import { readPreferences } from "./preferences.ts";
import { read } from "./read.ts";
import { type Answer, refusalResponse, toResponse } from "./respond.ts";
import { root } from "./root.ts";
import { type LoadedSchema, loadSchema, SchemaCache } from "./schema_cache.ts";
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
/** Refusals that a fresh look at the schema may turn into an answer. */
const UNKNOWN = /^PGRST20[0245]$/;

/** What every request shares. */
interface Service {
  readonly pool: ReturnType<typeof openPool>;
  readonly cache: SchemaCache;
  readonly settings: Settings;
  readonly identifier: Identifier;
}

/** What the request asks for. */
type Resource =
  | { readonly kind: "root" }
  | { readonly kind: "relation"; readonly name: string }
  | { readonly kind: "routine"; readonly name: string };

function chosenSchema(request: Request, { schemas }: LoadedSchema) {
  const isRead = request.method === "GET" || request.method === "HEAD";
  const header = request.headers.get(isRead ? "accept-profile" : "content-profile");
  const name = header ?? schemas[0] ?? "public";
  if (!schemas.includes(name)) {
    throw new RestError(406, "PGRST106", `Invalid schema: ${name}`, {
      hint: `Only the following schemas are exposed: ${schemas.join(", ")}`,
    });
  }
  return { schemaName: name, isSchemaChosen: header !== null || schemas.length !== 1 };
}

function invalidPath(): RestError {
  return new RestError(404, "PGRST125", "Invalid path specified in request URL");
}

function segments(path: string): string[] {
  try {
    return path.slice(1).split("/").map(decodeURIComponent);
  } catch {
    throw invalidPath();
  }
}

function resourceOf(path: string, schema: LoadedSchema): Resource {
  const [first = "", second, ...others] = segments(path);
  if (first === "" && second === undefined) {
    const name = schema.settings.get("db_root_spec");
    if (name === undefined || name === "") return { kind: "root" };
    return { kind: "routine", name: name.slice(name.indexOf(".") + 1) };
  }
  if (second === undefined) return { kind: "relation", name: first };
  if (first === "rpc" && second !== "" && others.length === 0) {
    return { kind: "routine", name: second };
  }
  throw invalidPath();
}

function badMethod(method: string): RestError {
  return new RestError(405, "PGRST117", `Unsupported HTTP method: ${method}`);
}

async function route(context: RestContext, resource: Resource): Promise<Answer> {
  const { method } = context.request;
  const isRead = method === "GET" || method === "HEAD";
  if (resource.kind === "routine") {
    if (isRead || method === "POST") return await callFunction(context, resource.name);
    if (method === "OPTIONS") return await information(context, resource);
    throw new RestError(405, "PGRST101", `Cannot use the ${method} method on RPC`);
  }
  if (method === "OPTIONS") return await information(context, resource);
  if (resource.kind === "root") {
    if (!isRead) throw badMethod(method);
    return await root(context);
  }
  if (isRead) return await read(context, resource.name);
  if (["POST", "PATCH", "PUT", "DELETE"].includes(method)) {
    return await write(context, resource.name);
  }
  throw badMethod(method);
}

/** A request whose sender is known. */
type Asked = Pick<RestContext, "request" | "body" | "identity">;

async function handle(service: Service, asked: Asked, schema: LoadedSchema): Promise<Answer> {
  const { request } = asked;
  const url = new URL(request.url);
  const path = url.pathname.replace(PREFIX, "") || "/";
  const resource = resourceOf(path, schema);
  const rules = { mayChooseEnd: mayChooseEnd(schema), timezones: schema.timezones };
  const context: RestContext = {
    pool: service.pool,
    cache: service.cache,
    settings: service.settings,
    schema,
    ...asked,
    url,
    path,
    ...chosenSchema(request, schema),
    preferences: readPreferences(request.headers, rules),
    accepted: acceptedMedia(request.headers),
  };
  return await route(context, resource);
}

/** Answers, and looks at the schema anew when something is unknown. */
async function handleFresh(
  service: Service,
  request: Request,
  identity: Identity,
): Promise<Answer> {
  const schema = await service.cache.get();
  const asked = { request, body: new Body(request), identity };
  try {
    return await handle(service, asked, schema);
  } catch (error) {
    if (!(error instanceof RestError) || !UNKNOWN.test(error.code)) throw error;
    const fresh = await service.cache.refreshed();
    if (fresh === schema) throw error;
    return await handle(service, asked, fresh);
  }
}

async function answerRequest(service: Service, request: Request): Promise<Response> {
  const preflight = preflightResponse(request);
  if (preflight !== undefined) return preflight;
  const isHead = request.method === "HEAD";
  let isAnonymous = true;
  try {
    const identity = await service.identifier.identify(request.headers);
    ({ isAnonymous } = identity);
    const answer = await handleFresh(service, request, identity);
    return allowOrigin(request, toResponse(answer, isHead));
  } catch (error) {
    const refusal = toRestError(error, isAnonymous);
    return allowOrigin(request, refusalResponse(refusal, isHead));
  } finally {
    // A body that nobody read would keep the connection busy.
    if (request.body !== null && !request.body.locked) await request.body.cancel().catch(() => {});
  }
}

/** Starts the REST API. */
export async function startRest(options: RestOptions): Promise<LocalService> {
  const pool = openPool(options.databaseUrl);
  const settings: Settings = {
    extraSearchPath: options.extraSearchPath ?? ["public"],
    maxRows: options.maxRows,
  };
  const cache = new SchemaCache(() => loadSchema(pool, { schemas: options.schemas }));
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
