/** @module The one way through which every route is answered, in a fixed order of steps. */
import { createHash } from "node:crypto";
import type { Context } from "hono";
import type { Config } from "../core/config.ts";
import { AppError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { Database, Viewer } from "../platform/postgres.ts";
import type { Authenticator } from "./authenticate.ts";
import type { AppEnv } from "./env.ts";
import { answerOnce, idempotencyKey } from "./idempotency.ts";
import { readInput } from "./input.ts";
import { addressOf, type Caller, fingerprint, limitOf, overLimit, takeLimit } from "./limits.ts";
import { renderProblem } from "./problem.ts";
import { Answer, isRead, openToOf, type Route, type RouteSpec } from "./route.ts";

/** What the pipeline needs from the outside. */
export interface PipelineDeps {
  readonly config: Config;
  readonly db: Database;
  readonly log: Logger;
  readonly authenticator: Authenticator;
}

/** Bytes of a hash that make an ETag. */
const ETAG_LENGTH = 22;

function etagOf(text: string): string {
  return `W/"${createHash("sha256").update(text).digest("base64url").slice(0, ETAG_LENGTH)}"`;
}

/** Whether the client has this version already (RFC 9110, 13.1.2: weak comparison). */
function hasVersion(header: string | undefined, etag: string): boolean {
  const strip = (tag: string) => tag.trim().replace(/^W\//, "");
  return header !== undefined &&
    (header.trim() === "*" || header.split(",").map(strip).includes(strip(etag)));
}

function isBodyless(spec: RouteSpec): boolean {
  return spec.answer === undefined && spec.contentType === undefined;
}

/** Writes what a handler returned. */
function writeAnswer(spec: RouteSpec, result: unknown, c: Context<AppEnv>): Response {
  if (result instanceof Response) return result;
  if (isBodyless(spec)) return new Response(null, { status: 204 });
  const { body, options } = result instanceof Answer ? result : { body: result, options: {} };
  const text = JSON.stringify(body);
  const headers = new Headers({ "content-type": "application/json", ...options.headers });
  const status = options.status ?? spec.status ?? 200;
  if (isRead(spec.method)) {
    headers.set("cache-control", "private, no-cache");
    headers.set("vary", "authorization, origin");
    if (spec.etag !== false) headers.set("etag", etagOf(text));
  }
  const etag = headers.get("etag");
  return etag !== null && isRead(spec.method) && hasVersion(c.req.header("if-none-match"), etag)
    ? new Response(null, { status: 304, headers })
    : new Response(text, { status, headers });
}

function requireAccess(spec: RouteSpec, c: Context<AppEnv>): void {
  if (spec.access !== "anyone" && c.get("viewer").kind !== "person") {
    throw new AppError("not-authenticated", "Sign in first");
  }
}

/** Bots do what their token is for, and nothing that no scope names. */
function requireScope({ scope }: RouteSpec, viewer: Viewer): void {
  if (viewer.kind !== "person" || viewer.scopes === undefined) return;
  if (scope === undefined) throw new AppError("not-permitted", "Bots may not do this");
  if (!viewer.scopes.includes(scope)) {
    throw new AppError("not-permitted", `The token lacks the scope ${scope}`);
  }
}

/** Lets the database refuse accounts that are in a worse state than the route is open to. */
function withStanding(spec: RouteSpec, viewer: Viewer): Viewer {
  return viewer.kind === "person" ? { ...viewer, openTo: openToOf(spec) } : viewer;
}

/** Asks the very function that policies ask, so that a role means the same everywhere. */
async function requirePermission(spec: RouteSpec, db: Database, viewer: Viewer): Promise<void> {
  const { permission } = spec;
  if (permission === undefined) return;
  await db.read(viewer, (sql) => sql`select private.require_permission(${permission})`);
}

async function run(route: Route, deps: PipelineDeps, c: Context<AppEnv>): Promise<Response> {
  const { spec } = route;
  const viewer = c.get("viewer");
  await requirePermission(spec, deps.db, viewer);
  const input = await readInput(spec, c);

  async function answer(): Promise<Response> {
    // The pipeline has checked that a signed-in route has a person as its viewer.
    const typed = { ...input, viewer, c } as Parameters<Route["handle"]>[0];
    return writeAnswer(spec, await route.handle(typed), c);
  }

  const key = isRead(spec.method) || spec.idempotent === false
    ? undefined
    : idempotencyKey(c.req.raw);
  if (key === undefined) return await answer();
  const actor = viewer.kind === "person"
    ? viewer.userId
    : `address:${fingerprint(addressOf(c.req.raw, deps.config))}`;
  const write = { actor, route: `${c.req.method} ${c.req.path}`, key, body: input.bytes };
  return await answerOnce(deps.db, write, async () => {
    try {
      return await answer();
    } catch (error) {
      return renderProblem(error, c, deps.log);
    }
  });
}

/** Makes the handler of a route: who asks, how often, what, and then the work. */
export function answerRoute(route: Route, deps: PipelineDeps) {
  const limit = limitOf(route.spec);

  async function answer(c: Context<AppEnv>): Promise<Response> {
    const viewer = withStanding(
      route.spec,
      await deps.authenticator.authenticate(c.req.raw),
    );
    c.set("viewer", viewer);
    requireAccess(route.spec, c);
    requireScope(route.spec, viewer);
    if (limit === undefined) return await run(route, deps, c);
    const caller: Caller = { viewer, address: addressOf(c.req.raw, deps.config) };
    const standing = await takeLimit(deps, limit, caller);
    const response = await runLimited(standing, c);
    for (const [name, value] of Object.entries(standing.headers)) response.headers.set(name, value);
    return response;
  }

  async function runLimited(standing: Awaited<ReturnType<typeof takeLimit>>, c: Context<AppEnv>) {
    try {
      if (!standing.allowed) throw overLimit(standing);
      return await run(route, deps, c);
    } catch (error) {
      return renderProblem(error, c, deps.log);
    }
  }

  return answer;
}
