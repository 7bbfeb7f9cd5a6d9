/** @module The listing of tables and functions as a Swagger document. */
import { CSV_MEDIA, JSON_MEDIA, OBJECT_MEDIA, STRIPPED_OBJECT_MEDIA } from "./media.ts";
import { openApiDefinition, propertyItems, swaggerType } from "./openapi_types.ts";
import type { Column, Parameter, Relationship, Routine, Table } from "./schema.ts";

/** What is listed. */
export interface OpenApiInput {
  readonly tables: readonly Table[];
  readonly routines: readonly Routine[];
  readonly relationships: ReadonlyMap<string, readonly Relationship[]>;
  readonly schemaName: string;
  /** The schema's comment: a title and, below it, more. */
  readonly description: string | null;
  readonly url: URL;
  readonly isSecured: boolean;
}

const VERSION = "14.0";
const SINGLE = [JSON_MEDIA, STRIPPED_OBJECT_MEDIA, OBJECT_MEDIA];
const PREFERENCES: Readonly<Record<string, readonly string[]>> = {
  preferParams: [],
  preferReturn: ["return=representation", "return=minimal", "return=none"],
  preferCount: ["count=none"],
  preferPost: [
    "return=representation",
    "return=minimal",
    "return=none",
    "resolution=ignore-duplicates",
    "resolution=merge-duplicates",
  ],
};
/** Name, title and place of the parameters that every table has. */
const COMMON: readonly (readonly [string, string, string, string])[] = [
  ["select", "select", "Filtering Columns", "query"],
  ["on_conflict", "on_conflict", "On Conflict", "query"],
  ["order", "order", "Ordering", "query"],
  ["range", "Range", "Limiting and Pagination", "header"],
  ["rangeUnit", "Range-Unit", "Limiting and Pagination", "header"],
  ["offset", "offset", "Limiting and Pagination", "query"],
  ["limit", "limit", "Limiting and Pagination", "query"],
];

/** The first line, and what follows. */
function titled(text: string | null): { readonly title?: string; readonly rest?: string } {
  if (text === null) return {};
  const at = text.indexOf("\n");
  if (at < 0) return { title: text };
  const rest = text.slice(at).replace(/^\n+/, "");
  return { title: text.slice(0, at), ...(rest !== "" && { rest }) };
}

function summary(text: string | null): Record<string, string> {
  const { title, rest } = titled(text);
  return {
    ...(title !== undefined && { summary: title }),
    ...(rest !== undefined && { description: rest }),
  };
}

function ref(name: string): { readonly $ref: string } {
  return { $ref: `#/parameters/${name}` };
}

function preferParam(values: readonly string[]): unknown {
  return {
    name: "Prefer",
    description: "Preference",
    required: false,
    in: "header",
    type: "string",
    ...(values.length > 0 && { enum: values }),
  };
}

function rowFilter(table: Table, { name, description }: Column): [string, unknown] {
  return [`rowFilter.${table.name}.${name}`, {
    name,
    ...(description !== null && { description }),
    required: false,
    in: "query",
    type: "string",
  }];
}

function parametersOf(tables: readonly Table[]): Record<string, unknown> {
  const common = COMMON.map(([key, name, description, place]): [string, unknown] => [key, {
    name,
    description,
    required: false,
    in: place,
    type: "string",
    ...(key === "rangeUnit" && { default: "items" }),
  }]);
  const own = tables.flatMap((table): [string, unknown][] => [
    [`body.${table.name}`, {
      name: table.name,
      description: table.name,
      required: false,
      in: "body",
      schema: { $ref: `#/definitions/${table.name}` },
    }],
    ...table.columns.map((column) => rowFilter(table, column)),
  ]);
  const prefer = Object.entries(PREFERENCES).map(([key, values]): [string, unknown] => {
    return [key, preferParam(values)];
  });
  return Object.fromEntries([...prefer, ...common, ...own]);
}

function tablePath(table: Table): [string, unknown] {
  const { name } = table;
  const common = { tags: [name], ...summary(table.description) };
  const filters = table.columns.map((column) => ref(`rowFilter.${name}.${column.name}`));
  const page = ["select", "order", "range", "rangeUnit", "offset", "limit", "preferCount"];
  const ok = {
    description: "OK",
    schema: { type: "array", items: { $ref: `#/definitions/${name}` } },
  };
  const get = {
    ...common,
    parameters: [...filters, ...page.map(ref)],
    responses: { 200: ok, 206: { description: "Partial Content" } },
  };
  if (!table.insertable && !table.updatable && !table.deletable) return [`/${name}`, { get }];
  const noContent = { 204: { description: "No Content" } };
  return [`/${name}`, {
    get,
    post: {
      ...common,
      parameters: [ref(`body.${name}`), ref("select"), ref("preferPost")],
      responses: { 201: { description: "Created" } },
    },
    patch: {
      ...common,
      parameters: [...filters, ref(`body.${name}`), ref("preferReturn")],
      responses: noContent,
    },
    delete: {
      ...common,
      parameters: [...filters, ref("preferReturn")],
      responses: noContent,
    },
  }];
}

function argument({ type }: Parameter): Record<string, unknown> {
  const found = swaggerType(type);
  return { ...(found && { type: found }), ...propertyItems(type), format: type };
}

function queryArgument(param: Parameter): unknown {
  const { name, type, required, variadic } = param;
  const common = { name, required, in: "query" };
  if (!variadic) {
    const found = swaggerType(type);
    const shown = found === undefined || found === "array" ? "string" : found;
    return { ...common, type: shown, format: type };
  }
  const element = type.replace(/\[\]$/, "");
  const items = { type: swaggerType(element) ?? "string", format: element };
  return { ...common, type: "array", collectionFormat: "multi", items };
}

function routinePath(routine: Routine): [string, unknown] {
  const { name, params, description, volatility } = routine;
  const common = {
    tags: [`(rpc) ${name}`],
    ...summary(description),
    produces: SINGLE,
    responses: { 200: { description: "OK" } },
  };
  const required = params.filter((param) => param.required).map((param) => param.name);
  const schema = {
    ...(description !== null && { description }),
    type: "object",
    properties: Object.fromEntries(params.map((param) => [param.name, argument(param)])),
    ...(required.length > 0 && { required }),
  };
  const args = { name: "args", required: true, in: "body", schema };
  const post = { ...common, parameters: [args, ref("preferParams")] };
  const get = { ...common, parameters: params.map(queryArgument) };
  return [`/rpc/${name}`, volatility === "v" ? { post } : { get, post }];
}

const ROOT_PATH: [string, unknown] = ["/", {
  get: {
    tags: ["Introspection"],
    summary: "OpenAPI description (this document)",
    produces: ["application/openapi+json", JSON_MEDIA],
    responses: { 200: { description: "OK" } },
  },
}];

function security(isSecured: boolean): Record<string, unknown> {
  if (!isSecured) return {};
  return {
    securityDefinitions: {
      JWT: {
        type: "apiKey",
        in: "header",
        name: "Authorization",
        description: 'Add the token prepending "Bearer " (without quotes) to it',
      },
    },
    security: [{ JWT: [] }],
  };
}

/** The document. */
export function openApiDocument(input: OpenApiInput): unknown {
  const { tables, routines, relationships, url } = input;
  const { title, rest } = titled(input.description);
  const media = [...SINGLE, CSV_MEDIA];
  const paths = [ROOT_PATH, ...tables.map(tablePath), ...routines.map(routinePath)];
  const definitions = tables.map((table) => [table.name, openApiDefinition(table, relationships)]);
  return {
    swagger: "2.0",
    info: {
      title: title ?? "PostgREST API",
      description: rest ?? "This is a dynamic API generated by PostgREST",
      version: VERSION,
    },
    host: url.host,
    basePath: "/",
    schemes: [url.protocol === "https:" ? "https" : "http"],
    consumes: media,
    produces: media,
    paths: Object.fromEntries(paths),
    definitions: Object.fromEntries(definitions),
    parameters: parametersOf(tables),
    externalDocs: {
      description: "PostgREST Documentation",
      url: "https://postgrest.org/en/v14/references/api.html",
    },
    ...security(input.isSecured),
  };
}
