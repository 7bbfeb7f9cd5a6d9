/** @module Mounts routes: correlation, headers that protect, the access log, and the last word. */
import { Hono } from "hono";
import type { Context, Next } from "hono";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import { runInContext } from "../core/context.ts";
import { AppError } from "../core/errors.ts";
import { continueTrace, formatTraceparent, parseTraceparent } from "../core/trace.ts";
import type { AppEnv } from "./env.ts";
import { fingerprint } from "./limits.ts";
import { answerRoute, type PipelineDeps } from "./pipeline.ts";
import { renderProblem } from "./problem.ts";
import { bySpecificity, type Endpoint, endpointsOf, honoPath, type Route } from "./route.ts";

/** How the server is mounted. */
export interface ServerOptions {
  /** Path under which the platform calls the function: its name. */
  readonly basePath: `/${string}`;
  readonly routes: readonly Route[];
  /** Called after every answer, with the time it took; metrics hang on it. */
  readonly onAnswer?: (answer: AnswerRecord) => void;
}

/** What is known of an answer that was given. */
export interface AnswerRecord {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

const REQUEST_ID = /^[\w-]{8,64}$/;
const PREFLIGHT_SECONDS = 86_400;

/** What a browser's script may send. */
const ALLOWED_HEADERS = [
  "authorization",
  "apikey",
  "content-type",
  "idempotency-key",
  "if-none-match",
  "x-client-info",
  "x-request-id",
  "traceparent",
  "range",
];
/** What a browser's script may read. */
const EXPOSED_HEADERS = [
  "etag",
  "x-request-id",
  "idempotent-replayed",
  "ratelimit-limit",
  "ratelimit-remaining",
  "ratelimit-reset",
  "retry-after",
  "location",
  "content-range",
  "accept-ranges",
];

function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

function writeLog(c: Context<AppEnv>, deps: PipelineDeps, record: AnswerRecord): void {
  const viewer = c.get("viewer");
  const level = record.status >= 500 ? "error" : "info";
  deps.log[level]("request", {
    method: record.method,
    route: record.route,
    status: record.status,
    duration_ms: Math.round(record.seconds * 1_000_000) / 1_000,
    ...(viewer?.kind === "person" ? { user: fingerprint(viewer.userId) } : {}),
  });
}

/** Gives every request its ids, and every answer its log line. */
function correlate(deps: PipelineDeps, options: ServerOptions) {
  return async function correlated(c: Context<AppEnv>, next: Next): Promise<void> {
    const requestId = requestIdOf(c.req.raw);
    const trace = continueTrace(parseTraceparent(c.req.header("traceparent")));
    const startedAt = performance.now();
    c.set("requestId", requestId);
    c.set("route", "unknown");
    await runInContext({ requestId, trace }, async () => {
      await next();
      c.res.headers.set("x-request-id", requestId);
      c.res.headers.set("traceparent", formatTraceparent(trace));
      const record = {
        method: c.req.method,
        route: c.get("route"),
        status: c.res.status,
        seconds: (performance.now() - startedAt) / 1_000,
      };
      writeLog(c, deps, record);
      options.onAnswer?.(record);
    });
  };
}

/** Methods that a path knows, for the answer to a wrong one. */
function methodsAt(endpoints: readonly Endpoint[], path: string): string[] {
  const fits = (template: string) => {
    const pattern = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, "[^/]+");
    return new RegExp(`^${pattern}$`).test(path);
  };
  const methods = endpoints.filter((endpoint) => fits(endpoint.path))
    .map((endpoint) => endpoint.method.toUpperCase());
  return [...new Set(methods)];
}

function answerUnknown(endpoints: readonly Endpoint[], deps: PipelineDeps, basePath: string) {
  return function unknown(c: Context<AppEnv>): Response {
    const allowed = methodsAt(endpoints, c.req.path.slice(basePath.length));
    if (allowed.length === 0) {
      return renderProblem(new AppError("not-found", "There is nothing here"), c, deps.log);
    }
    const failure = new AppError("method-not-allowed", `Only ${allowed.join(", ")} works here`);
    const response = renderProblem(failure, c, deps.log);
    response.headers.set("allow", allowed.join(", "));
    return response;
  };
}

/** Two routes at one address would make one of them unreachable. */
function refuseDuplicates(endpoints: readonly Endpoint[]): void {
  const seen = new Set<string>();
  for (const { method, path } of endpoints) {
    const address = `${method} ${path.replace(/\{\w+\}/g, "{}")}`;
    if (seen.has(address)) throw new Error(`Two routes at ${address}`);
    seen.add(address);
  }
}

/** Makes the server of a list of routes. */
export function createServer(deps: PipelineDeps, options: ServerOptions): Hono<AppEnv> {
  const { basePath } = options;
  const endpoints = options.routes.flatMap(endpointsOf).sort(bySpecificity);
  refuseDuplicates(endpoints);
  const app = new Hono<AppEnv>().basePath(basePath);
  app.use(correlate(deps, options));
  app.use(secureHeaders({ crossOriginResourcePolicy: "cross-origin" }));
  app.use(cors({
    origin: "*",
    allowHeaders: ALLOWED_HEADERS,
    exposeHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
  }));
  for (const { method, path, route } of endpoints) {
    const answer = answerRoute(route, deps);
    app.on(method.toUpperCase(), honoPath(path), (c) => {
      c.set("route", path);
      return answer(c);
    });
  }
  app.notFound(answerUnknown(endpoints, deps, basePath));
  app.onError((error, c) => renderProblem(error, c, deps.log));
  return app;
}
