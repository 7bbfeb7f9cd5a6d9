/** @module The OpenAPI 3.1 document, made from the very routes that are served. */
import { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { type ProblemName, PROBLEMS } from "../core/errors.ts";
import { limitOf } from "./limits.ts";
import {
  bySpecificity,
  type Endpoint,
  endpointsOf,
  isRead,
  openToOf,
  type Route,
  type RouteSpec,
} from "./route.ts";

/** Shape of every failure (RFC 9457). */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(Object.keys(PROBLEMS) as [ProblemName, ...ProblemName[]]),
  request_id: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
}).meta({ id: "Problem", description: "A failure, as RFC 9457 lays it out" });

/** Version of the contract. */
export const API_VERSION = "1.0.0";

function formOf(spec: RouteSpec): z.ZodObject | undefined {
  return spec.form ?? spec.streamedForm;
}

/** Problems that any route may answer with. */
const ALWAYS: readonly ProblemName[] = ["malformed-request", "internal", "unavailable"];

/** How a route refuses accounts in a state that it is not open to. */
function standingProblems(spec: RouteSpec): ProblemName[] {
  switch (openToOf(spec)) {
    case "banned":
      return [];
    case "suspended":
      return ["account-banned"];
    case "active":
      return ["account-banned", "account-suspended", "account-left"];
  }
}

/** Problems that a route can answer with, by what it takes and whom it admits. */
export function problemsOf({ spec }: Route): ProblemName[] {
  const takesBody = spec.body !== undefined || formOf(spec) !== undefined;
  return [
    ...ALWAYS,
    "not-authenticated",
    "session-revoked",
    "not-permitted",
    ...standingProblems(spec),
    ...(spec.params === undefined ? [] : ["not-found" as const]),
    ...(spec.query !== undefined || takesBody ? ["invalid-input" as const] : []),
    ...(takesBody ? ["too-large" as const, "unsupported-media-type" as const] : []),
    ...(isRead(spec.method)
      ? []
      : ["conflict" as const, "request-in-progress" as const, "idempotency-key-reused" as const]),
    ...(limitOf(spec) === undefined ? [] : ["too-many-requests" as const]),
    ...(spec.problems ?? []),
  ];
}

/** Problems of a route by status. */
function problemsByStatus(route: Route): Map<number, Set<ProblemName>> {
  const byStatus = new Map<number, Set<ProblemName>>();
  for (const name of problemsOf(route)) {
    const names = byStatus.get(PROBLEMS[name]) ?? new Set();
    byStatus.set(PROBLEMS[name], names.add(name));
  }
  return byStatus;
}

/** Statuses other than failures with which a route answers. */
export function statusesOf({ spec }: Route): number[] {
  if (spec.answer === undefined && spec.contentType === undefined) return [204];
  const cached = isRead(spec.method) && spec.etag !== false && spec.contentType === undefined;
  return [spec.status ?? 200, ...(spec.otherStatuses ?? []), ...(cached ? [304] : [])];
}

const LIMIT_HEADERS = z.object({
  "RateLimit-Limit": z.string().optional(),
  "RateLimit-Remaining": z.string().optional(),
  "RateLimit-Reset": z.string().optional(),
});

const STATUS_TEXT: Readonly<Record<number, string>> = {
  200: "Done",
  201: "Created",
  202: "Accepted",
  204: "Done, nothing to say",
  304: "Not changed",
};

type Responses = Record<string, {
  description: string;
  content?: Record<string, { schema: z.ZodType }>;
  headers?: z.ZodObject;
}>;

function responsesOf(route: Route): Responses {
  const { spec } = route;
  const responses: Responses = {};
  const content = spec.answer === undefined
    ? (spec.contentType === undefined ? undefined : { [spec.contentType]: { schema: z.string() } })
    : { "application/json": { schema: spec.answer } };
  for (const status of statusesOf(route)) {
    responses[status] = {
      description: STATUS_TEXT[status] ?? "Done",
      ...(content === undefined || status === 304 ? {} : { content }),
      ...(limitOf(spec) === undefined ? {} : { headers: LIMIT_HEADERS }),
    };
  }
  for (const [status, names] of problemsByStatus(route)) {
    const own = responses[status];
    responses[status] = {
      description: [...names].join(", "),
      content: { ...own?.content, "application/problem+json": { schema: Problem } },
    };
  }
  return responses;
}

function requestOf({ spec }: Route) {
  const form = formOf(spec);
  const body = spec.body !== undefined
    ? { content: { "application/json": { schema: spec.body } }, required: !spec.bodyOptional }
    : form !== undefined
    ? { content: { "multipart/form-data": { schema: form } }, required: true }
    : undefined;
  return {
    ...(spec.params === undefined ? {} : { params: spec.params }),
    ...(spec.query === undefined ? {} : { query: spec.query }),
    ...(body === undefined ? {} : { body }),
  };
}

/** `GET /posts/{id}/comments` as `get_posts_id_comments`. */
function operationId({ method, path }: Endpoint): string {
  return [method, ...path.split("/").map((part) => part.replace(/\W/g, "_").replace(/^_|_$/g, ""))]
    .filter((part) => part !== "").join("_");
}

function securityOf({ spec }: Route): Record<string, string[]>[] {
  return spec.access === "anyone" ? [{}, { person: [] }] : [{ person: [] }];
}

/** What the summary leaves open: of which route it is an alias, and whom it is for. */
function describe({ route: { spec }, isAlias }: Endpoint): string {
  return [
    ...(isAlias ? [`Same as ${spec.method.toUpperCase()} ${spec.path}`] : []),
    ...(spec.permission === undefined ? [] : [`Needs the permission ${spec.permission}`]),
    ...(openToOf(spec) === "banned" ? ["Open to banned people too"] : []),
  ].join(". ");
}

/** The library says "this shape or null" by a shape and an object or null, which excludes null. */
function mendNullable(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("allOf" in value)) return value;
  const { allOf, ...rest } = value;
  if (!Array.isArray(allOf) || allOf.length !== 2) return value;
  const [shape, other] = allOf;
  const isNullable = JSON.stringify(other) === '{"type":["object","null"]}';
  return isNullable ? { ...rest, anyOf: [shape, { type: "null" }] } : value;
}

/** Where shapes are read before any route; nothing of it stays in the document. */
const SHAPES = "/shapes/";

/** Named shapes in the order in which they were made: parts before what holds them. */
function namedShapes(): Map<string, z.ZodType> {
  return z.globalRegistry._idmap as Map<string, z.ZodType>;
}

/** Writes the document, with these shapes named before any route is read. */
function writeDocument(routes: readonly Route[], shapes: readonly string[]) {
  const app = new OpenAPIHono();
  for (const [id, shape] of namedShapes()) {
    if (!shapes.includes(id)) continue;
    const content = { "application/json": { schema: shape } };
    const responses = { 200: { description: id, content } };
    app.openAPIRegistry.registerPath({ method: "get", path: `${SHAPES}${id}`, responses });
  }
  app.openAPIRegistry.registerComponent("securitySchemes", "person", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "Access token of a signed-in person",
  });
  const endpoints = routes.flatMap(endpointsOf).sort(bySpecificity);
  for (const endpoint of endpoints) {
    const { route } = endpoint;
    app.openAPIRegistry.registerPath({
      method: endpoint.method,
      path: endpoint.path,
      operationId: operationId(endpoint),
      tags: [route.spec.tag],
      summary: route.spec.summary,
      ...(describe(endpoint) === "" ? {} : { description: describe(endpoint) }),
      security: securityOf(route),
      request: requestOf(route),
      responses: responsesOf(route),
    });
  }
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Townsquare",
      version: API_VERSION,
      description: "A social network with chat. Every request runs as its caller.",
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    servers: [{ url: "/functions/v1/api" }],
  });
}

/** Makes the document of a list of routes. */
export function openApiDocument(routes: readonly Route[]): Record<string, unknown> {
  // A shape that is first met where it may be null would count as nullable everywhere.
  const met = Object.keys(writeDocument(routes, []).components?.schemas ?? {});
  const document = writeDocument(routes, met);
  for (const id of met) delete document.paths?.[`${SHAPES}${id}`];
  // The library's type is an interface; as plain JSON it is a record.
  return JSON.parse(JSON.stringify(document), mendNullable);
}
