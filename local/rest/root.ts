/** @module Answers the root with a listing of what there is. */
import type { RestContext } from "./context.ts";
import type { Answer } from "./respond.ts";
import type { Relation, Schema } from "./schema_cache.ts";

function definition(relation: Relation): unknown {
  const properties = relation.columns.map(({ name, type }) => [name, { format: type }]);
  const required = relation.columns.filter((item) => !item.nullable).map((item) => item.name);
  return {
    ...(relation.description !== null && { description: relation.description }),
    required,
    properties: Object.fromEntries(properties),
    type: "object",
  };
}

function operation(tag: string, summary: string | null): unknown {
  return {
    tags: [tag],
    ...(summary !== null && { summary }),
    responses: { 200: { description: "OK" } },
  };
}

function tablePaths(relation: Relation): [string, unknown] {
  const one = operation(relation.name, relation.description);
  return [`/${relation.name}`, {
    get: one,
    ...(relation.insertable && { post: one }),
    ...(relation.deletable && { delete: one }),
    ...(relation.updatable && { patch: one }),
  }];
}

function listing(schema: Schema, name: string): unknown {
  const relations = schema.relationsOf(name);
  const calls = schema.routinesOf(name).map((item): [string, unknown] => {
    return [`/rpc/${item.name}`, { post: operation(`(rpc) ${item.name}`, item.description) }];
  });
  return {
    swagger: "2.0",
    info: { title: "standard public schema", description: "", version: "local" },
    basePath: "/",
    schemes: ["http"],
    consumes: ["application/json", "text/csv"],
    produces: ["application/json", "text/csv"],
    paths: Object.fromEntries([...relations.map(tablePaths), ...calls]),
    definitions: Object.fromEntries(relations.map((item) => [item.name, definition(item)])),
  };
}

/** Answers GET of the root. */
export async function root(context: RestContext): Promise<Answer> {
  const schema = await context.cache.get();
  const headers = new Headers({ "content-type": "application/openapi+json; charset=utf-8" });
  return { status: 200, headers, body: JSON.stringify(listing(schema, context.schemaName)) };
}
