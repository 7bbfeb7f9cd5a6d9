/** @module Answers GET and HEAD of a table or view. */
import type { Query } from "./ast.ts";
import { answer, type AnswerRow } from "./build_answer.ts";
import { countableSql, rowsSql, tableSource } from "./build_read.ts";
import { baseHeaders, lookUp, relationNamed, type RestContext, run } from "./context.ts";
import type { Outcome } from "./execute.ts";
import { planRead, type ReadNode } from "./plan.ts";
import { readRange } from "./preferences.ts";
import { parseQuery } from "./query.ts";
import {
  type Answer,
  appliedHeader,
  applySettings,
  contentRange,
  notSingular,
  rangeStatus,
} from "./respond.ts";
import type { Schema } from "./schema_cache.ts";
import { type Statement, Values } from "./sql_text.ts";

/** The one row of an answering statement. */
export function answerRow(outcome: Outcome, index = 0): AnswerRow {
  const row = outcome.results[index]?.[0];
  return {
    total: row?.total ?? null,
    page: row?.page ?? "0",
    body: row?.body ?? null,
    keys: row?.keys ?? null,
  };
}

/** Narrows a node by the header `Range`. */
export function applyRange(node: ReadNode, context: RestContext): void {
  if (context.request.method !== "GET" && context.request.method !== "HEAD") return;
  const range = readRange(context.request.headers);
  if (range.limit !== undefined) {
    node.limit = Math.min(range.limit, node.limit ?? range.limit);
  }
  node.offset += range.offset;
}

/** The planner's guess of how many rows there are. */
export function plannedRows(outcome: Outcome, index: number): number {
  const text = outcome.results[index]?.[0]?.["QUERY PLAN"] ?? "[]";
  const plan = JSON.parse(text) as { Plan?: { "Plan Rows"?: number } }[];
  return plan[0]?.Plan?.["Plan Rows"] ?? 0;
}

function statements(context: RestContext, node: ReadNode): Statement[] {
  const { count } = context.preferences;
  const values = new Values();
  const source = tableSource(node);
  const rows = rowsSql(node, source, values);
  const isCounted = count === "exact" || count === "estimated";
  const countable = isCounted ? { countable: countableSql(node, source, values) } : {};
  const main = answer({ ctes: [], rows, ...countable }, context.media, values);
  if (count !== "planned" && count !== "estimated") return [main];
  const planValues = new Values();
  const text = `EXPLAIN (FORMAT JSON) ${countableSql(node, source, planValues)}`;
  return [main, { text, values: planValues.list }];
}

function totalOf(context: RestContext, outcome: Outcome): number | undefined {
  const { count } = context.preferences;
  if (count === undefined) return undefined;
  if (count === "planned") return plannedRows(outcome, 1);
  const exact = Number(answerRow(outcome).total ?? 0);
  if (count === "exact") return exact;
  // An estimate is exact up to the largest page, and the planner's guess beyond.
  const { maxRows } = context.settings;
  const isSmall = maxRows === undefined || exact <= maxRows;
  return isSmall ? exact : Math.max(exact, plannedRows(outcome, 1));
}

function planned(context: RestContext, schema: Schema, name: string, query: Query): ReadNode {
  const relation = relationNamed(schema, context.schemaName, name);
  const node = planRead(schema, { name, relation }, query, context.settings.maxRows);
  applyRange(node, context);
  return node;
}

/** Answers GET and HEAD. */
export async function read(context: RestContext, name: string): Promise<Answer> {
  const query = parseQuery(context.url.searchParams, false);
  const { schema, found: node } = await lookUp(
    context,
    (current) => planned(context, current, name, query),
  );
  const outcome = await run(context, schema, {
    readOnly: true,
    statements: statements(context, node),
  });
  const row = answerRow(outcome);
  const page = Number(row.page);
  if (context.media.isSingular && page !== 1) throw notSingular(page);
  const total = totalOf(context, outcome);
  const status = rangeStatus(node.offset, page, total);
  const headers = baseHeaders(context);
  headers.set("content-range", contentRange(node.offset, page, total));
  headers.set("content-location", `/${name}${context.url.search}`);
  appliedHeader(headers, context.preferences, ["count", "handling"]);
  return applySettings({ status, headers, body: row.body }, outcome);
}
