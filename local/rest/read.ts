/** @module Answers GET and HEAD of a table or view. */
import { answer } from "./build_answer.ts";
import { countableSql, rowsSql } from "./build_read.ts";
import {
  answerRow,
  checkPreferences,
  maxRowsOf,
  mayAggregate,
  relationNamed,
  type RestContext,
  run,
} from "./context.ts";
import type { Rows } from "./execute.ts";
import { planRequest } from "./media.ts";
import { type Chosen, isSingular, negotiate } from "./negotiate.ts";
import type { ReadNode } from "./plan.ts";
import { isDefaultSelect, planRead } from "./plan_read.ts";
import { isCounted } from "./preferences.ts";
import { parseQuery } from "./query.ts";
import {
  ALL_ROWS,
  answerRange,
  contentRange,
  headerRange,
  outOfBounds,
  type Range,
  rangeStatus,
} from "./ranges.ts";
import {
  addApplied,
  addContentType,
  type Answer,
  applySettings,
  notSingular,
  refusalBody,
} from "./respond.ts";
import { type Statement, Values } from "./sql_text.ts";

/** The planner's guess of how many rows there are. */
function plannedRows(rows: Rows | undefined): number {
  const text = rows?.[0]?.["QUERY PLAN"];
  if (typeof text !== "string") return 0;
  const plan = JSON.parse(text) as { Plan?: { "Plan Rows"?: number } }[];
  return plan[0]?.Plan?.["Plan Rows"] ?? 0;
}

/** Explains a statement instead of running it, when the client asks for its plan. */
export function explained(statement: Statement, chosen: Chosen): Statement {
  const plan = planRequest(chosen.media);
  if (plan === undefined) return statement;
  const options = [`FORMAT ${plan.format}`, ...plan.options].join(", ").toUpperCase();
  return { ...statement, text: `EXPLAIN (${options}) ${statement.text}` };
}

/** The answer with a plan. */
export function planAnswer(
  context: RestContext,
  chosen: Chosen,
  rows: Rows | undefined,
): Answer | undefined {
  if (planRequest(chosen.media) === undefined) return undefined;
  const headers = new Headers();
  addContentType(headers, context, chosen.media);
  const lines = (rows ?? []).map((row) => `${row["QUERY PLAN"]}\n`);
  return { status: 200, headers, body: lines.join("") };
}

function statements(context: RestContext, node: ReadNode, chosen: Chosen): Statement[] {
  const { preferences } = context;
  const { count } = preferences;
  const values = new Values();
  const maxRows = maxRowsOf(context);
  const limit = count === "estimated" && maxRows !== undefined ? ` LIMIT ${maxRows + 1}` : "";
  const rows = rowsSql(node, values);
  const countable = isCounted(preferences) ? countableSql(node, values) + limit : undefined;
  const main = explained(answer({ ctes: [], rows, countable }, chosen.handler, values), chosen);
  if (count !== "planned" && count !== "estimated") return [main];
  const planValues = new Values();
  const text = `EXPLAIN (FORMAT JSON) ${countableSql(node, planValues)}`;
  return [main, { text, values: planValues.list }];
}

function totalOf(context: RestContext, results: readonly Rows[]): number | undefined {
  const { count } = context.preferences;
  if (count === undefined) return undefined;
  if (count === "planned") return plannedRows(results[1]);
  const exact = Number(answerRow(results).total ?? 0);
  if (count === "exact") return exact;
  // An estimate is exact up to the largest page, and the planner's guess beyond.
  const isSmall = exact <= (maxRowsOf(context) ?? -1);
  return isSmall ? exact : Math.max(exact, plannedRows(results[1]));
}

/** The range that a request asks for; only GET looks at the header. */
export function requestedRange(context: RestContext, ranges: ReadonlyMap<string, Range>): Range {
  const { request } = context;
  const header = request.method === "GET" ? headerRange(request.headers) : ALL_ROWS;
  return answerRange(header, ranges.get("limit") ?? ALL_ROWS);
}

/** Answers GET and HEAD. */
export async function read(context: RestContext, name: string): Promise<Answer> {
  const { schema, schemaName, request, preferences } = context;
  const isHead = request.method === "HEAD";
  const query = parseQuery(context.url.search, false);
  const range = requestedRange(context, query.ranges);
  const root = { schema: schemaName, name };
  relationNamed(schema, root);
  const node = planRead(schema, {
    query,
    schemaName,
    root,
    range,
    fromSource: false,
    isMutation: false,
    maxRows: maxRowsOf(context),
    mayAggregate: mayAggregate(schema),
  });
  const offer = { schema, target: root, isDefaultSelect: isDefaultSelect(query) };
  const wanted = negotiate(offer, context.accepted);
  const chosen: Chosen = isHead ? { ...wanted, handler: { kind: "none" } } : wanted;
  checkPreferences(preferences);
  const results = await run(context, {
    readOnly: true,
    statements: statements(context, node, chosen),
  });
  const plan = planAnswer(context, chosen, results[0]);
  if (plan !== undefined) return plan;
  const row = answerRow(results);
  const page = Number(row.page);
  if (isSingular(chosen.media) && page !== 1) throw notSingular(page);
  const total = totalOf(context, results);
  const upper = range.lower + page - 1;
  const status = rangeStatus(range.lower, upper, total);
  const headers = new Headers({
    "content-range": contentRange(range.lower, upper, total),
    "content-location": contentLocation(name, query.canonical),
  });
  addContentType(headers, context, chosen.media);
  addApplied(headers, context, ["count", "tx", "handling", "timezone"]);
  const body = status === 416 ? refusalBody(outOfBounds(range.lower, total)) : row.body;
  return applySettings({ status, headers, body }, row);
}

function contentLocation(name: string, canonical: string): string {
  const path = `/${encodeURI(name)}`;
  return canonical === "" ? path : `${path}?${canonical}`;
}
