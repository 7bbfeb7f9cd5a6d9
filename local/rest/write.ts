/** @module Answers POST, PATCH, PUT and DELETE of a table or view. */
import type { Condition } from "./ast.ts";
import { answer, type AnswerRow } from "./build_answer.ts";
import { rowsSql } from "./build_read.ts";
import { type Mutation, mutationSql } from "./build_write.ts";
import {
  answerRow,
  checkPreferences,
  mayAggregate,
  relationNamed,
  type RestContext,
  run,
} from "./context.ts";
import { RestError } from "./errors.ts";
import { bodyMedia } from "./media.ts";
import { type Chosen, isSingular, negotiate } from "./negotiate.ts";
import { type PlannedCondition, type ReadNode, Resolver, type TypedField } from "./plan.ts";
import { isDefaultSelect, planCondition, planRead } from "./plan_read.ts";
import { type Payload, readPayload } from "./payload.ts";
import { isCounted, type PreferenceName } from "./preferences.ts";
import { parseQuery, type Query } from "./query.ts";
import { ALL_ROWS, contentRange } from "./ranges.ts";
import { explained, planAnswer, requestedRange } from "./read.ts";
import { returnedColumns } from "./returned_columns.ts";
import {
  addApplied,
  addContentType,
  type Answer,
  applySettings,
  checkAffected,
  notSingular,
} from "./respond.ts";
import type { Schema, Table } from "./schema.ts";
import { type Statement, Values } from "./sql_text.ts";

type Kind = "create" | "update" | "upsert" | "delete";

const KINDS: Readonly<Record<string, Kind>> = {
  POST: "create",
  PATCH: "update",
  PUT: "upsert",
  DELETE: "delete",
};

/** Preferences that matter to each kind. */
const APPLIED: Readonly<Record<Kind, readonly PreferenceName[]>> = {
  create: ["resolution", "missing", "result", "count", "tx", "handling", "timezone"],
  update: ["missing", "result", "count", "tx", "handling", "timezone", "maxAffected"],
  upsert: ["result", "count", "tx", "handling", "timezone"],
  delete: ["result", "count", "tx", "handling", "timezone", "maxAffected"],
};

/** A mutation before it is SQL. */
interface Request {
  readonly context: RestContext;
  readonly kind: Kind;
  readonly table: Table;
  readonly query: Query;
  readonly payload: Payload | undefined;
}

function columnsOf(schema: Schema, table: Table, names: readonly string[]): TypedField[] {
  const resolver = new Resolver(schema, table);
  return names.map((name) => {
    const field = resolver.input({ name, json: [] });
    if (field.type !== "") return field;
    const message = `Could not find the '${name}' column of '${table.name}' in the schema cache`;
    throw new RestError(400, "PGRST204", message);
  });
}

function ownConditions(schema: Schema, table: Table, query: Query): PlannedCondition[] {
  const resolver = new Resolver(schema, table);
  const own: Condition[] = [...query.filters, ...query.logic]
    .filter(({ path }) => path.length === 0).map(({ value }) => value);
  return own.map((condition) => planCondition(resolver, condition));
}

/** PUT writes one row, named by its whole primary key. */
function checkPut(table: Table, query: Query): void {
  const keys = [...query.filterKeys].toSorted();
  const isKey = keys.length > 0 && keys.join("\0") === table.primaryKey.toSorted().join("\0");
  const areEqual = query.filters.every(({ path, value }) => {
    const { operation } = value;
    return path.length > 0 || (!value.negated && operation.kind === "quantified" &&
      operation.operator === "=" && operation.quantifier === undefined);
  });
  if (isKey && areEqual && query.logic.length === 0) return;
  const message = "Filters must include all and only primary key columns with 'eq' operators";
  throw new RestError(405, "PGRST105", message);
}

function conflictOf(request: Request) {
  const { kind, context, table, query } = request;
  const { resolution } = context.preferences;
  if (kind === "upsert") return { merges: true, columns: table.primaryKey };
  if (resolution === undefined) return undefined;
  return {
    merges: resolution === "merge-duplicates",
    columns: query.onConflict ?? table.primaryKey,
  };
}

function mutationOf(request: Request): Mutation {
  const { context: { schema, preferences }, kind, table, query, payload } = request;
  const where = ownConditions(schema, table, query);
  if (payload === undefined || payload.kind !== "json") return { kind: "delete", where };
  if (kind === "upsert") checkPut(table, query);
  const columns = columnsOf(schema, table, payload.keys);
  const withDefaults = kind !== "upsert" && preferences.missing === "default";
  const common = { columns, body: payload.text, withDefaults };
  if (kind === "update") return { kind: "update", ...common, where };
  return {
    kind: "insert",
    ...common,
    conflict: conflictOf(request),
    only: kind === "upsert" ? where : [],
  };
}

interface Plan {
  readonly mutation: Mutation;
  readonly chosen: Chosen;
  readonly statement: Statement;
}

function statementOf(request: Request, mutation: Mutation, node: ReadNode, chosen: Chosen) {
  const { context, kind, table } = request;
  const { result } = context.preferences;
  const isShown = result === "representation";
  const returning = result === undefined || result === "minimal"
    ? []
    : returnedColumns(node, table.primaryKey);
  const values = new Values();
  const source = mutationSql({ target: table, mutation, returning }, values);
  const isMerge = mutation.kind === "insert" && mutation.conflict?.merges === true;
  const statement = answer(
    {
      ctes: [`pgrst_source AS (${source})`],
      rows: isShown ? rowsSql(node, values) : "SELECT * FROM pgrst_source",
      location: kind === "create" && result === "headers-only" ? table.primaryKey : undefined,
      inserted: isMerge,
    },
    isShown ? chosen.handler : { kind: "none" },
    values,
  );
  return explained(statement, chosen);
}

function planned(request: Request): Plan {
  const { context, table, query } = request;
  const { schema, schemaName, preferences } = context;
  const node = planRead(schema, {
    query,
    schemaName,
    root: { schema: table.schema, name: table.name },
    range: ALL_ROWS,
    fromSource: true,
    isMutation: true,
    maxRows: undefined,
    mayAggregate: mayAggregate(schema),
  });
  const mutation = mutationOf(request);
  checkPreferences(preferences);
  const offer = { schema, target: table, isDefaultSelect: isDefaultSelect(query) };
  const chosen = negotiate(offer, context.accepted);
  return { mutation, chosen, statement: statementOf(request, mutation, node, chosen) };
}

function check(request: Request, chosen: Chosen, count: number): void {
  const { kind, context } = request;
  if (kind === "upsert") {
    if (count === 1) return;
    const message = "Payload values do not match URL in primary key column(s)";
    throw new RestError(400, "PGRST115", message);
  }
  if (isSingular(chosen.media) && count !== 1) throw notSingular(count);
  if (kind !== "create") checkAffected(count, context);
}

function isChecked({ kind, context }: Request, chosen: Chosen): boolean {
  const { maxAffected, handling } = context.preferences;
  return kind === "upsert" || isSingular(chosen.media) ||
    (maxAffected !== undefined && handling === "strict");
}

function location({ table }: Request, row: AnswerRow): string | undefined {
  if (row.location === null) return undefined;
  const values = JSON.parse(row.location) as (string | null)[];
  const pairs = table.primaryKey.map((name, index) => {
    const value = values[index];
    const condition = value === null || value === undefined ? "is.null" : `eq.${value}`;
    return `${encodeURIComponent(name)}=${encodeURIComponent(condition)}`;
  });
  return `/${encodeURI(table.name)}?${pairs.join("&")}`;
}

function headersOf(request: Request, row: AnswerRow): Headers {
  const { context, kind, table, query } = request;
  const headers = new Headers();
  const page = Number(row.page);
  const total = isCounted(context.preferences) ? page : undefined;
  if (kind === "update") headers.set("content-range", contentRange(0, page - 1, total));
  if (kind === "create" || kind === "delete") {
    headers.set("content-range", contentRange(1, 0, total));
  }
  const place = location(request, row);
  if (place !== undefined) headers.set("location", place);
  const cannotConflict = table.primaryKey.length === 0 && query.onConflict === undefined;
  addApplied(
    headers,
    context,
    APPLIED[kind].filter((name) => name !== "resolution" || !cannotConflict),
  );
  return headers;
}

function statusOf({ kind, context }: Request, mutation: Mutation, row: AnswerRow): number {
  const isShown = context.preferences.result === "representation";
  const isMerge = mutation.kind === "insert" && mutation.conflict?.merges === true;
  const hasInserted = !isMerge || Number(row.inserted ?? 0) > 0;
  if (kind === "create") return hasInserted ? 201 : 200;
  if (!isShown) return 204;
  return kind === "upsert" && hasInserted ? 201 : 200;
}

async function requestOf(context: RestContext, name: string): Promise<Request> {
  const { request, schema, schemaName } = context;
  const kind = KINDS[request.method] ?? "create";
  const query = parseQuery(context.url.search, false);
  const range = requestedRange(context, query.ranges);
  if (kind === "upsert" && (range.lower !== 0 || range.upper !== Infinity)) {
    const message = "limit/offset querystring parameters are not allowed for PUT";
    throw new RestError(400, "PGRST114", message);
  }
  const payload = kind === "delete" ? undefined : await readPayload(context.body, {
    media: bodyMedia(request.headers),
    isCall: false,
    columns: kind === "upsert" ? undefined : query.columns,
  });
  const table = relationNamed(schema, { schema: schemaName, name });
  return { context, kind, table, query, payload };
}

/** Answers POST, PATCH, PUT and DELETE. */
export async function write(context: RestContext, name: string): Promise<Answer> {
  const request = await requestOf(context, name);
  const { mutation, chosen, statement } = planned(request);
  const results = await run(context, {
    readOnly: false,
    statements: [statement],
    ...(isChecked(request, chosen) && {
      check: (found) => check(request, chosen, Number(answerRow(found).page)),
    }),
  });
  const plan = planAnswer(context, chosen, results[0]);
  if (plan !== undefined) return plan;
  const row = answerRow(results);
  const headers = headersOf(request, row);
  const isShown = context.preferences.result === "representation";
  if (isShown) addContentType(headers, context, chosen.media);
  const status = statusOf(request, mutation, row);
  return applySettings({ status, headers, body: isShown ? row.body : null }, row);
}
