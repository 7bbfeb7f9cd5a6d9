/** @module One origin for all services, laid out and guarded as the hosted platform does it. */
import { checkKey, tokenFor } from "./gateway_keys.ts";
import type { ProjectKeys } from "./project_keys.ts";
import { rewritten } from "./rewritten_request.ts";
import type { ConnectionInfo, LocalService } from "./service.ts";

/** The services that the gateway can mount. */
export type ServiceName = "auth" | "rest" | "storage" | "realtime" | "functions";

/** What the gateway is made of. */
export interface GatewayOptions {
  readonly keys: ProjectKeys;
  readonly services: Readonly<Record<ServiceName, LocalService>>;
  /** Answers everything outside the services' paths: the console. */
  readonly site: (request: Request) => Response | Promise<Response>;
}

interface Target {
  readonly name: ServiceName;
  readonly service: LocalService;
  /** Path as the service sees it. */
  readonly path: string;
  readonly keyRequired: boolean;
}

const MOUNT = /^\/(auth|rest|storage|realtime|functions)\/v1(?=\/|$)/;

/** Parts of the platform that have no stand-in here. */
const ABSENT = /^\/(?:graphql|analytics|pooler|rest-admin|pg|mcp)(?:\/|$)/;

/** Opened by browsers and mail clients, which send no key. */
const OPEN_PATHS: Readonly<Partial<Record<ServiceName, RegExp>>> = {
  auth: /^\/(?:verify|callback|authorize|sso\/saml|oauth|\.well-known)(?:\/|$)/,
  storage: new RegExp(
    "^/(?:(?:object|render/image)/(?:public|sign|info/public)/|object/upload/sign/" +
      "|upload/resumable/sign|s3/|health|status)",
  ),
  functions: /^\//,
};

const ALLOWED_METHODS = "GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT";
const EXPOSED_HEADERS =
  "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, " +
  "Transfer-Encoding, Range-Unit, ETag, Tus-Resumable, Upload-Offset, Upload-Length, " +
  "X-Total-Count, Link, X-Supabase-Api-Version";
const PREFLIGHT_AGE_S = "3600";

/** Services that answer browsers' cross-origin questions themselves. */
const OWN_CORS: ReadonlySet<ServiceName> = new Set(["functions"]);

function refuse(status: number, body: unknown): Response {
  return allowOrigins(Response.json(body, { status }));
}

function preflight(request: Request): Response {
  const asked = request.headers.get("access-control-request-headers");
  return new Response(null, {
    status: 200,
    headers: {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": ALLOWED_METHODS,
      "access-control-max-age": PREFLIGHT_AGE_S,
      "vary": "Access-Control-Request-Headers",
      ...(asked === null ? {} : { "access-control-allow-headers": asked }),
    },
  });
}

function allowOrigins(response: Response): Response {
  if (response.headers.has("access-control-allow-origin") || response.status === 101) {
    return response;
  }
  try {
    response.headers.set("access-control-allow-origin", "*");
    response.headers.set("access-control-expose-headers", EXPOSED_HEADERS);
    return response;
  } catch {
    // Answers handed on from fetch have headers that cannot be changed.
    return allowOrigins(new Response(response.body, response));
  }
}

function forwardedHeaders(request: Request, url: URL, info: ConnectionInfo): Headers {
  const headers = new Headers(request.headers);
  // What the client says of itself is not believed: this is the first hop.
  headers.set("x-forwarded-for", info.remoteAddress);
  headers.set("x-real-ip", info.remoteAddress);
  headers.set("x-forwarded-host", url.hostname);
  headers.set("x-forwarded-proto", url.protocol.slice(0, -1));
  headers.set("x-forwarded-port", url.port || (url.protocol === "https:" ? "443" : "80"));
  return headers;
}

function realtimePath(path: string): string {
  return path === "/api" || path.startsWith("/api/") ? path : `/socket${path}`;
}

function findTarget(url: URL, options: GatewayOptions): Target | undefined {
  const name = MOUNT.exec(url.pathname)?.[1] as ServiceName | undefined;
  if (name === undefined) return undefined;
  const path = url.pathname.slice(`/${name}/v1`.length) || "/";
  const open = OPEN_PATHS[name]?.test(path) === true;
  return {
    name,
    service: options.services[name],
    path: name === "realtime" ? realtimePath(path) : path,
    keyRequired: !open,
  };
}

async function dispatch(
  request: Request,
  url: URL,
  info: ConnectionInfo,
  target: Target,
  keys: ProjectKeys,
): Promise<Response> {
  const check = checkKey(request, url, keys, target.keyRequired);
  if (!check.ok) return refuse(401, check.refusal);
  const headers = forwardedHeaders(request, url, info);
  headers.set("x-forwarded-prefix", `/${target.name}/v1`);
  if (check.authorization === undefined) headers.delete("authorization");
  else headers.set("authorization", check.authorization);
  const inner = new URL(url);
  inner.pathname = target.path;
  if (target.name === "realtime" && inner.searchParams.has("apikey")) {
    const key = inner.searchParams.get("apikey") ?? "";
    inner.searchParams.set("apikey", tokenFor(key, keys) ?? key);
  }
  return await target.service.fetch(rewritten(request, inner.href, headers), info);
}

/** Makes the gateway. */
export function createGateway(
  options: GatewayOptions,
): (request: Request, info: ConnectionInfo) => Promise<Response> {
  return async function (request, info) {
    const url = new URL(request.url);
    const target = findTarget(url, options);
    if (target === undefined) {
      if (ABSENT.test(url.pathname)) {
        const part = url.pathname.split("/")[1];
        return refuse(501, { message: `/${part} is not part of the local stack` });
      }
      return await options.site(request);
    }
    const asks = request.method === "OPTIONS" &&
      request.headers.has("access-control-request-method");
    if (OWN_CORS.has(target.name)) {
      return await dispatch(request, url, info, target, options.keys);
    }
    if (asks) return preflight(request);
    try {
      return allowOrigins(await dispatch(request, url, info, target, options.keys));
    } catch (error) {
      console.error(`${target.name}:`, error);
      return refuse(500, { message: "An unexpected error occurred" });
    }
  };
}
