/** @module What the handlers of one request share. */
import type { Sql } from "postgres";
import type { At, Query } from "./ast.ts";
import { RestError } from "./errors.ts";
import { execute, type Outcome, type Work } from "./execute.ts";
import type { Identity } from "./identity.ts";
import type { Media, Preferences } from "./preferences.ts";
import type { Relation, Schema, SchemaCache } from "./schema_cache.ts";
import { ident } from "./sql_text.ts";

/** What the service was started with. */
export interface Settings {
  readonly schemas: readonly string[];
  readonly extraSearchPath: readonly string[];
  readonly maxRows: number | undefined;
}

/** One request. */
export interface RestContext {
  readonly pool: Sql;
  readonly cache: SchemaCache;
  readonly settings: Settings;
  readonly request: Request;
  readonly url: URL;
  /** Path without the gateway's prefix. */
  readonly path: string;
  readonly identity: Identity;
  readonly schemaName: string;
  readonly preferences: Preferences;
  readonly media: Media;
}

/** Settings of roles that are not about a transaction. */
const NOT_FOR_TRANSACTIONS = /^(?:pgrst\.|default_transaction_isolation$|search_path$|role$)/;
/** The login role, whose settings configure the service. */
const LOGIN_ROLE = "authenticator";

function cookies(headers: Headers): Record<string, string> {
  const found: Record<string, string> = {};
  for (const item of (headers.get("cookie") ?? "").split(";")) {
    const at = item.indexOf("=");
    if (at > 0) found[item.slice(0, at).trim()] = item.slice(at + 1).trim();
  }
  return found;
}

/** Headers by their lower-case names; cookies have a setting of their own. */
function withoutCookie(headers: Headers): Record<string, string> {
  const { cookie: _cookie, ...rest } = Object.fromEntries(headers);
  return rest;
}

/** Functions may be named with their schema. */
function preRequestCall(name: string | undefined): string | undefined {
  if (name === undefined || name === "") return undefined;
  return `select ${name.split(".").map((part) => ident(part.trim())).join(".")}()`;
}

function requestSettings(context: RestContext, schema: Schema): [string, string][] {
  const { identity, request, path, schemaName, settings } = context;
  const searchPath = [schemaName, ...settings.extraSearchPath].map(ident).join(", ");
  const own = schema.roleSettings.get(identity.role) ?? {};
  return [
    ["search_path", searchPath],
    ...Object.entries(own).filter(([name]) => !NOT_FOR_TRANSACTIONS.test(name)),
    ["role", identity.role],
    ["request.jwt.claims", JSON.stringify(identity.claims)],
    ["request.method", request.method],
    ["request.path", path],
    ["request.headers", JSON.stringify(withoutCookie(request.headers))],
    ["request.cookies", JSON.stringify(cookies(request.headers))],
  ];
}

/** What a handler wants to be run. */
export type Task = Pick<Work, "readOnly" | "statements" | "check"> & {
  /** Settings of the called function. */
  readonly more?: Readonly<Record<string, string>> | null;
};

/** Runs statements as the request's role. */
export async function run(context: RestContext, schema: Schema, task: Task): Promise<Outcome> {
  const { more, ...work } = task;
  const preRequest = schema.roleSettings.get(LOGIN_ROLE)?.["pgrst.db_pre_request"];
  const own = schema.roleSettings.get(context.identity.role) ?? {};
  const isolation = more?.default_transaction_isolation ?? own.default_transaction_isolation;
  const extra = Object.entries(more ?? {}).filter(([name]) => !NOT_FOR_TRANSACTIONS.test(name));
  return await execute(context.pool, {
    ...work,
    settings: [...requestSettings(context, schema), ...extra],
    preRequest: preRequestCall(preRequest),
    ...(isolation !== undefined && { isolation }),
  });
}

/** Looks something up, and once more in a fresh schema when it is unknown. */
export async function lookUp<T>(
  context: RestContext,
  find: (schema: Schema) => T,
): Promise<{ schema: Schema; found: T }> {
  const schema = await context.cache.get();
  try {
    return { schema, found: find(schema) };
  } catch (error) {
    const isUnknown = error instanceof RestError && /^PGRST20[0245]$/.test(error.code);
    if (!isUnknown) throw error;
    const fresh = await context.cache.refreshed();
    if (fresh === schema) throw error;
    return { schema: fresh, found: find(fresh) };
  }
}

/** The relation of a path, or the refusal of an unknown one. */
export function relationNamed(schema: Schema, schemaName: string, name: string): Relation {
  const relation = schema.relation(schemaName, name);
  if (relation !== undefined) return relation;
  const similar = schema.relationsOf(schemaName).find((item) => {
    return item.name.includes(name) || name.includes(item.name);
  });
  const hint = similar === undefined
    ? null
    : `Perhaps you meant the table '${schemaName}.${similar.name}'`;
  const message = `Could not find the table '${schemaName}.${name}' in the schema cache`;
  throw new RestError(404, "PGRST205", message, { hint });
}

/** Parts of a query that concern embeds alone. */
function below<T>(items: readonly At<T>[]): At<T>[] {
  return items.filter((item) => item.path.length > 0);
}

/** The query that shows what was written: its own conditions and limits chose the rows already. */
export function shownQuery(query: Query): Query {
  return {
    ...query,
    conditions: below(query.conditions),
    limits: below(query.limits),
    offsets: below(query.offsets),
  };
}

/** Headers that every answer with rows has. */
export function baseHeaders(context: RestContext): Headers {
  const headers = new Headers({ "content-type": context.media.contentType });
  if (context.settings.schemas.length > 1) headers.set("content-profile", context.schemaName);
  return headers;
}
