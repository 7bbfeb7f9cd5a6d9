/** @module The types of the HTTP API for clients, made from its OpenAPI document. */
import openapiTS, { astToString } from "openapi-typescript";

const METHODS = ["get", "put", "post", "patch", "delete"] as const;

interface Response {
  readonly description: string;
  readonly content?: Readonly<Record<string, unknown>>;
}

interface Operation {
  responses: Record<string, Response | { readonly $ref: string }>;
}

type OpenApiDocument = Record<string, unknown> & {
  readonly paths: Readonly<Record<string, Partial<Record<typeof METHODS[number], Operation>>>>;
  readonly components: { readonly schemas: Record<string, unknown> };
};

const NOTICE = "/** @module Written by `deno task generate` from openapi.json; do not edit. */";
const PROBLEM_TYPE = "application/problem+json";

/** All failures have one shape, which is said once; headers are not what types are for. */
function withOneProblem({ responses }: Operation): Operation["responses"] {
  const successes = Object.entries(responses).flatMap(([status, response]) => {
    if (!status.startsWith("2") || "$ref" in response) return [];
    const { description, content } = response;
    const { [PROBLEM_TYPE]: _, ...rest } = content ?? {};
    return [[status, { description, ...(content === undefined ? {} : { content: rest }) }]];
  });
  return { ...Object.fromEntries(successes), default: { $ref: "#/components/responses/Problem" } };
}

/** The types of every route and shape. */
export async function clientTypes(document: Record<string, unknown>): Promise<string> {
  // A copy of our own, of a document that we have made.
  const slim = structuredClone(document) as OpenApiDocument;
  for (const item of Object.values(slim.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation !== undefined) operation.responses = withOneProblem(operation);
    }
  }
  const schema = { $ref: "#/components/schemas/Problem" };
  const responses = {
    Problem: { description: "A failure", content: { [PROBLEM_TYPE]: { schema } } },
  };
  const nodes = await openapiTS(
    JSON.stringify({ ...slim, components: { ...slim.components, responses } }),
    // What has a default may be left out of a request.
    { defaultNonNullable: false },
  );
  return `${NOTICE}\n${astToString(nodes)}`;
}
