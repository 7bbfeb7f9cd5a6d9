/** @module Answers POST, PATCH, PUT and DELETE of a table or view. */
import type { Condition, Query } from "./ast.ts";
import type { AnswerRow } from "./build_answer.ts";
import { type Mutation, type Shown, writeStatement } from "./build_write.ts";
import { checkAffected } from "./call.ts";
import {
  baseHeaders,
  lookUp,
  relationNamed,
  type RestContext,
  run,
  shownQuery,
} from "./context.ts";
import { RestError } from "./errors.ts";
import { type Payload, readRows } from "./payload.ts";
import { planRead } from "./plan.ts";
import { parseQuery } from "./query.ts";
import { answerRow } from "./read.ts";
import { type Answer, appliedHeader, applySettings, notSingular } from "./respond.ts";
import type { Relation, Schema } from "./schema_cache.ts";
import type { Statement } from "./sql_text.ts";

function ownConditions(query: Query): Condition[] {
  return query.conditions.filter((item) => item.path.length === 0).map((item) => item.value);
}

/** PUT writes one row, named by its whole primary key. */
function checkPut(relation: Relation, query: Query, payload: Payload): Condition[] {
  if (query.limits.length > 0 || query.offsets.length > 0) {
    const message = "limit/offset querystring parameters are not allowed for PUT";
    throw new RestError(400, "PGRST114", message);
  }
  const conditions = ownConditions(query);
  const named = new Set(conditions.map((item) => {
    const isEqual = item.kind === "filter" && item.operator === "eq" && !item.negated;
    return isEqual ? item.field.name : "";
  }));
  const { primaryKey } = relation;
  const isKey = primaryKey.length > 0 && named.size === primaryKey.length &&
    conditions.length === primaryKey.length && primaryKey.every((name) => named.has(name));
  if (!isKey) {
    const message = "Filters must include all and only primary key columns with 'eq' operators";
    throw new RestError(405, "PGRST105", message);
  }
  const rows = JSON.parse(payload.text) as Record<string, unknown>[];
  const matches = rows.length === 1 && conditions.every((item) => {
    return item.kind === "filter" && String(rows[0]?.[item.field.name]) === item.value;
  });
  if (!matches) {
    const message = "Payload values do not match URL in primary key column(s)";
    throw new RestError(400, "PGRST115", message);
  }
  return conditions;
}

function insertion(context: RestContext, relation: Relation, query: Query, payload: Payload) {
  const { preferences, request } = context;
  const isPut = request.method === "PUT";
  const columns = query.columns ?? payload.keys;
  return {
    kind: "insert",
    payload,
    columns,
    missingDefault: preferences.missingDefault,
    resolution: isPut ? "merge" : preferences.resolution,
    onConflict: isPut ? [] : query.onConflict ?? [],
    ...(isPut && { only: checkPut(relation, query, payload) }),
  } satisfies Mutation;
}

function mutationOf(
  context: RestContext,
  relation: Relation,
  query: Query,
  payload: Payload | undefined,
): Mutation {
  const conditions = ownConditions(query);
  if (payload === undefined) return { kind: "delete", conditions };
  if (context.request.method !== "PATCH") return insertion(context, relation, query, payload);
  const columns = query.columns ?? payload.keys;
  const { missingDefault } = context.preferences;
  return { kind: "update", payload, columns, missingDefault, conditions };
}

function shownOf(context: RestContext, schema: Schema, relation: Relation, query: Query): Shown {
  const { media, preferences } = context;
  const keys = preferences.result === "headers-only" && relation.primaryKey.length > 0;
  if (preferences.result !== "representation") {
    return { node: undefined, shape: { format: "none", stripped: false }, keys };
  }
  const node = planRead(schema, { name: relation.name, relation }, shownQuery(query));
  return { node, shape: media, keys: false };
}

interface Plan {
  readonly statement: Statement;
  readonly mutation: Mutation;
}

function planned(
  context: RestContext,
  schema: Schema,
  name: string,
  query: Query,
  payload: Payload | undefined,
): Plan {
  const relation = relationNamed(schema, context.schemaName, name);
  const mutation = mutationOf(context, relation, query, payload);
  const shown = shownOf(context, schema, relation, query);
  return { mutation, statement: writeStatement(relation, mutation, shown) };
}

function location(name: string, row: AnswerRow): string | undefined {
  if (row.keys === null || row.keys === undefined) return undefined;
  const keys = Object.entries(JSON.parse(row.keys) as Record<string, unknown>);
  return `/${name}?${
    keys.map(([key, value]) => `${key}=eq.${encodeURIComponent(String(value))}`).join("&")
  }`;
}

function headersOf(context: RestContext, name: string, plan: Plan, row: AnswerRow): Headers {
  const { preferences, request } = context;
  const headers = baseHeaders(context);
  const total = preferences.count === "exact" ? row.page : "*";
  const page = Number(row.page);
  const isInsert = plan.mutation.kind === "insert";
  const range = isInsert || page === 0 ? "*" : `0-${page - 1}`;
  if (request.method !== "PUT") headers.set("content-range", `${range}/${total}`);
  const place = isInsert ? location(name, row) : undefined;
  if (place !== undefined) headers.set("location", place);
  const names = ["return", "count", "handling", "max-affected"];
  if (isInsert) names.push("resolution", "missing");
  if (plan.mutation.kind === "update") names.push("missing");
  appliedHeader(headers, preferences, names);
  return headers;
}

/** Answers POST, PATCH, PUT and DELETE. */
export async function write(context: RestContext, name: string): Promise<Answer> {
  const { request, media, preferences } = context;
  const query = parseQuery(context.url.searchParams, false);
  const hasColumns = query.columns !== undefined;
  const payload = request.method === "DELETE" ? undefined : await readRows(request, hasColumns);
  const { schema, found: plan } = await lookUp(
    context,
    (current) => planned(context, current, name, query, payload),
  );
  const isShown = preferences.result === "representation";
  const isSingular = media.isSingular && isShown;
  const isChecked = isSingular || preferences.maxAffected !== undefined;
  const outcome = await run(context, schema, {
    readOnly: false,
    statements: [plan.statement],
    ...(isChecked && {
      check(results) {
        const page = Number(results[0]?.[0]?.page ?? 0);
        if (isSingular && page !== 1) throw notSingular(page);
        checkAffected(page, preferences.maxAffected);
      },
    }),
  });
  const row = answerRow(outcome);
  const headers = headersOf(context, name, plan, row);
  const isCreated = request.method === "POST";
  if (isShown) {
    return applySettings({ status: isCreated ? 201 : 200, headers, body: row.body }, outcome);
  }
  headers.delete("content-type");
  return applySettings({ status: isCreated ? 201 : 204, headers, body: null }, outcome);
}
