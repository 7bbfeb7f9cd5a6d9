/** @module Routes as data: what a request may hold, what is answered, who may ask, how often. */
import type { Context } from "hono";
import type { z } from "zod";
import type { ProblemName } from "../core/errors.ts";
import type { RateLimitName } from "../core/rate_limits.ts";
import type { BotScope, Permission } from "../core/shapes.ts";
import type { OpenTo, Person, Viewer } from "../platform/postgres.ts";
import type { AppEnv } from "./env.ts";

/** HTTP methods that routes use. */
export type Method = "get" | "post" | "put" | "patch" | "delete";

/** Statuses of answers in a route's own shape. */
export type AnswerStatus = 200 | 201 | 202 | 206 | 304 | 503;

/** What a route promises. Everything in it is enforced, and shown in the OpenAPI document. */
export interface RouteSpec {
  readonly method: Method;
  /** Path with parameters in braces, as in `/posts/{id}`. */
  readonly path: `/${string}`;
  /** Further ways to the same handler: another path, or another method and path. */
  readonly aliases?: readonly (`/${string}` | `${Uppercase<Method>} /${string}`)[];
  /** Heading in the documentation; by habit the domain's name. */
  readonly tag: string;
  /** One line that begins with a verb. */
  readonly summary: string;
  /** Who may ask; only signed-in people unless it says `anyone`. */
  readonly access?: "anyone" | "signed-in";
  /**
   * The worst state of an account in which the request is still answered. Reads are open to
   * suspended people, writes to active ones, unless it says otherwise.
   */
  readonly openTo?: OpenTo;
  /** What a bot's token must be for. Without it, no bot may ask. */
  readonly scope?: BotScope;
  /** What the person asking must be permitted; asked of the database before anything is read. */
  readonly permission?: Permission;
  /** Path parameters. One that does not fit answers 404: nothing can be at such a path. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** JSON body. Unknown fields are refused. */
  readonly body?: z.ZodType;
  /** Multipart form, in place of a body; files are `File`. */
  readonly form?: z.ZodObject;
  /** Multipart form that the handler reads by itself, from the stream of `c.req.raw`. */
  readonly streamedForm?: z.ZodObject;
  /** Body may be absent, which is the same as `{}`. */
  readonly bodyOptional?: boolean;
  /** Largest body in bytes. */
  readonly bodyBytesMax?: number;
  /** Shape of the answer; without it the answer is 204 without a body. */
  readonly answer?: z.ZodType;
  /** Status of the answer; 200 unless it says otherwise. */
  readonly status?: AnswerStatus;
  /** Other statuses with which a handler may answer in the same shape. */
  readonly otherStatuses?: readonly AnswerStatus[];
  /** Content type of an answer that is not JSON; the handler then returns a `Response`. */
  readonly contentType?: string;
  /** Problems of this route beyond those that every route has. */
  readonly problems?: readonly ProblemName[];
  /** Named limit. Writes have `write` unless they name another. */
  readonly limit?: RateLimitName | "none";
  /** Whether `Idempotency-Key` is honoured; all writes do, except where secrets are answered. */
  readonly idempotent?: boolean;
  /** Whether a GET carries an `ETag`. */
  readonly etag?: boolean;
}

type Output<T> = T extends z.ZodType ? z.output<T> : undefined;

/** What a handler is given: checked input and the person asking. */
export interface RouteInput<S extends RouteSpec> {
  readonly params: Output<S["params"]>;
  readonly query: Output<S["query"]>;
  readonly body: Output<S["body"]>;
  readonly form: Output<S["form"]>;
  readonly viewer: S["access"] extends "anyone" ? Viewer : Person;
  /** Hono's context, for headers and raw responses. */
  readonly c: Context<AppEnv>;
}

/** What a handler may return. */
export type RouteResult<S extends RouteSpec> =
  | Response
  | (S["answer"] extends z.ZodType ? z.input<S["answer"]> | Answer<z.input<S["answer"]>> : void);

/** A body with a status or headers of its own. */
export class Answer<T> {
  constructor(
    readonly body: T,
    readonly options: { status?: AnswerStatus; headers?: Record<string, string> } = {},
  ) {}
}

/** A route and its handler, of whatever types. */
export interface Route {
  readonly spec: RouteSpec;
  readonly handle: (input: RouteInput<RouteSpec>) => Promise<unknown>;
}

/** Ties a promise to the handler that keeps it. */
export function route<const S extends RouteSpec>(
  spec: S,
  handle: (
    input: RouteInput<NoInfer<S>>,
  ) => RouteResult<NoInfer<S>> | Promise<RouteResult<NoInfer<S>>>,
): Route {
  // The pipeline checks input by the very schemas of `spec` before it calls the handler, so the
  // wider type that is stored never carries anything else than the narrower one.
  const wide = handle as unknown as Route["handle"];
  return { spec, handle: async (input) => await wide(input) };
}

/** One address of a route. */
export interface Endpoint {
  readonly method: Method;
  readonly path: string;
  readonly route: Route;
  readonly isAlias: boolean;
}

/** Lists the addresses of a route, aliases included. */
export function endpointsOf(route: Route): Endpoint[] {
  const { method, path, aliases = [] } = route.spec;
  return [
    { method, path, route, isAlias: false },
    ...aliases.map((alias): Endpoint => {
      const [first = "", second] = alias.split(" ");
      return second === undefined
        ? { method, path: first, route, isAlias: true }
        : { method: first.toLowerCase() as Method, path: second, route, isAlias: true };
    }),
  ];
}

/** `/posts/{id}` as Hono writes it. */
export function honoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}

/** Fixed segments come before parameters, so that `/users/me` is never read as an id. */
export function bySpecificity(a: Endpoint, b: Endpoint): number {
  const key = (path: string) => path.replace(/\{\w+\}/g, "~");
  return key(a.path) < key(b.path) ? -1 : key(a.path) > key(b.path) ? 1 : 0;
}

/** Methods that change nothing. */
export function isRead(method: Method): boolean {
  return method === "get";
}

/** The worst state of an account in which a route answers. */
export function openToOf(spec: RouteSpec): OpenTo {
  return spec.openTo ?? (isRead(spec.method) ? "suspended" : "active");
}
