/** @module What the handlers of one request share, and how they run statements. */
import type { Sql } from "postgres";
import type { AnswerRow } from "./build_answer.ts";
import { RestError } from "./errors.ts";
import { execute, type Row, type Rows, type Work } from "./execute.ts";
import { mostSimilar } from "./fuzzy.ts";
import type { Identity } from "./identity.ts";
import type { Media } from "./media.ts";
import type { Body } from "./payload.ts";
import type { Preferences } from "./preferences.ts";
import { keyOf, type Name, type Schema, type Table } from "./schema.ts";
import type { LoadedSchema, SchemaCache } from "./schema_cache.ts";
import { listSetting } from "./schema_cache.ts";
import { ident, qualified, type Statement } from "./sql_text.ts";

/** What the service was started with. */
export interface Settings {
  readonly extraSearchPath: readonly string[];
  readonly maxRows: number | undefined;
}

/** One request. */
export interface RestContext {
  readonly pool: Sql;
  readonly cache: SchemaCache;
  readonly settings: Settings;
  readonly schema: LoadedSchema;
  readonly request: Request;
  readonly body: Body;
  readonly url: URL;
  /** Path without the gateway's prefix. */
  readonly path: string;
  readonly identity: Identity;
  readonly schemaName: string;
  /** The client chose the schema, so the answer says which it was. */
  readonly isSchemaChosen: boolean;
  readonly preferences: Preferences;
  readonly accepted: readonly Media[];
}

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
  const [first = "", ...rest] = name.split(".");
  const called = rest.length === 0
    ? { schema: "", name: first }
    : { schema: first, name: rest.join(".") };
  return `select ${qualified(called)}()`;
}

function searchPath(context: RestContext): string {
  const own = context.schema.settings.get("db_extra_search_path");
  const extra = own === undefined ? context.settings.extraSearchPath : listSetting(own);
  return [context.schemaName, ...extra].map(ident).join(", ");
}

function requestSettings(context: RestContext): (readonly [string, string])[] {
  const { identity, request, path, schema, preferences } = context;
  const { timezone } = preferences;
  return [
    ["search_path", searchPath(context)],
    ...schema.roleSettings.get(identity.role) ?? [],
    ["role", identity.role],
    ["request.jwt.claims", JSON.stringify(identity.claims)],
    ["request.method", request.method],
    ["request.path", path],
    ["request.headers", JSON.stringify(withoutCookie(request.headers))],
    ["request.cookies", JSON.stringify(cookies(request.headers))],
    ...timezone === undefined ? [] : [["timezone", timezone] as const],
  ];
}

/** Whether transactions are undone, unless the client may choose and chooses otherwise. */
function isRolledBack({ schema, preferences }: RestContext): boolean {
  if (preferences.tx !== undefined) return preferences.tx === "rollback";
  return schema.settings.get("db_tx_end")?.startsWith("rollback") ?? false;
}

/** Clients may choose how transactions end. */
export function mayChooseEnd(schema: Schema): boolean {
  return schema.settings.get("db_tx_end")?.endsWith("allow-override") ?? false;
}

/** What a handler wants to be run. */
export interface Task {
  readonly readOnly: boolean;
  readonly statements: readonly Statement[];
  readonly check?: Work["check"];
  /** Settings of the called function. */
  readonly more?: readonly (readonly [string, string])[];
  readonly isolation?: string | null;
}

/** Runs statements as the request's role. */
export async function run(context: RestContext, task: Task): Promise<readonly Rows[]> {
  const { schema, identity } = context;
  return await execute(context.pool, {
    readOnly: task.readOnly,
    statements: task.statements,
    check: task.check,
    settings: [...requestSettings(context), ...task.more ?? []],
    isolation: task.isolation ?? schema.isolations.get(identity.role),
    preRequest: preRequestCall(schema.settings.get("db_pre_request")),
    rollback: isRolledBack(context),
  });
}

function textOf(row: Row | undefined, name: string): string | null {
  const value = row?.[name] ?? null;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
}

/** The one row of an answering statement. */
export function answerRow(results: readonly Rows[]): AnswerRow {
  const row = results[0]?.[0];
  return {
    total: textOf(row, "total"),
    page: textOf(row, "page") ?? "0",
    location: textOf(row, "location"),
    body: row?.body ?? null,
    headers: textOf(row, "headers"),
    status: textOf(row, "status"),
    inserted: textOf(row, "inserted"),
  };
}

/** The relation of a path, or the refusal of an unknown one. */
export function relationNamed(schema: Schema, name: Name): Table {
  const table = schema.tables.get(keyOf(name));
  if (table !== undefined) return table;
  const names = [...schema.tables.values()].filter((item) => item.schema === name.schema)
    .map((item) => item.name);
  const found = mostSimilar(names, name.name);
  const hint = found === undefined ? null : `Perhaps you meant the table '${name.schema}.${found}'`;
  const message = `Could not find the table '${name.schema}.${name.name}' in the schema cache`;
  throw new RestError(404, "PGRST205", message, { hint });
}

/** Refuses preferences that are not known, when the client wants that. */
export function checkPreferences({ handling, invalid }: Preferences): void {
  if (handling !== "strict" || invalid.length === 0) return;
  const message = "Invalid preferences given with handling=strict";
  throw new RestError(400, "PGRST122", message, {
    details: `Invalid preferences: ${invalid.join(", ")}`,
  });
}

/** Aggregates are left to those who ask for them. */
export function mayAggregate(schema: Schema): boolean {
  return schema.settings.get("db_aggregates_enabled") === "true";
}

/** Largest number of rows in a list. */
export function maxRowsOf({ schema, settings }: RestContext): number | undefined {
  const own = Number(schema.settings.get("db_max_rows") ?? Number.NaN);
  return Number.isInteger(own) ? own : settings.maxRows;
}
