/** @module Answers calls of functions. */
import { answer } from "./build_answer.ts";
import { type CallArgs, callSql } from "./build_call.ts";
import { countableSql, rowsSql } from "./build_read.ts";
import {
  answerRow,
  checkPreferences,
  maxRowsOf,
  mayAggregate,
  type RestContext,
  run,
} from "./context.ts";
import { RestError } from "./errors.ts";
import { findRoutine } from "./find_routine.ts";
import { bodyMedia } from "./media.ts";
import { type Chosen, isSingular, negotiate } from "./negotiate.ts";
import type { ReadNode } from "./plan.ts";
import { isDefaultSelect, planRead } from "./plan_read.ts";
import { type Payload, readPayload } from "./payload.ts";
import { isCounted } from "./preferences.ts";
import { parseQuery, type Query } from "./query.ts";
import { contentRange, outOfBounds, type Range, rangeStatus } from "./ranges.ts";
import { explained, planAnswer, requestedRange } from "./read.ts";
import { returnedColumns } from "./returned_columns.ts";
import {
  addApplied,
  addContentType,
  type Answer,
  applySettings,
  checkAffected,
  notSingular,
  refusalBody,
} from "./respond.ts";
import { isVoid, type Routine } from "./schema.ts";
import { type Statement, Values } from "./sql_text.ts";

/** A call that was planned. */
interface Plan {
  readonly routine: Routine;
  readonly keys: ReadonlySet<string>;
  readonly args: CallArgs;
  readonly node: ReadNode;
  readonly chosen: Chosen;
  readonly range: Range;
}

function keysOf(query: Query, payload: Payload | undefined): string[] {
  if (payload === undefined) return [...new Set(query.args.map(([key]) => key))].toSorted();
  if (payload.kind === "json") return [...payload.keys];
  if (payload.kind === "form") {
    return [...new Set(payload.pairs.map(([key]) => key))].toSorted();
  }
  return [];
}

function argsOf(query: Query, payload: Payload | undefined): CallArgs {
  if (payload === undefined) return { kind: "pairs", pairs: query.args };
  if (payload.kind === "form") return { kind: "pairs", pairs: payload.pairs };
  return { kind: "body", body: payload.text };
}

function checkAffectable(routine: Routine, { preferences }: RestContext): void {
  const { maxAffected, handling } = preferences;
  if (maxAffected === undefined || handling !== "strict" || routine.isSet) return;
  throw new RestError(
    400,
    "PGRST128",
    "Function must return SETOF or TABLE when max-affected preference is used with " +
      "handling=strict",
  );
}

/** Finds the function that a request means. */
export async function routineOf(context: RestContext, name: string) {
  const { request, schema, schemaName } = context;
  const isPost = request.method === "POST";
  const query = parseQuery(context.url.search, !isPost);
  const range = requestedRange(context, query.ranges);
  const media = bodyMedia(request.headers);
  const payload = isPost
    ? await readPayload(context.body, { media, isCall: true, columns: query.columns })
    : undefined;
  const keys = keysOf(query, payload);
  const shape = { name: { schema: schemaName, name }, keys, media, isPost };
  return { query, range, payload, keys, routine: findRoutine(schema, shape) };
}

async function planned(context: RestContext, name: string): Promise<Plan> {
  const { schema, schemaName, request } = context;
  const { query, range, payload, keys, routine } = await routineOf(context, name);
  const target = {
    schema: routine.schema,
    name: routine.isComposite ? routine.returns.name : routine.name,
  };
  const node = planRead(schema, {
    query,
    schemaName,
    root: target,
    range,
    fromSource: true,
    isMutation: false,
    maxRows: maxRowsOf(context),
    mayAggregate: mayAggregate(schema),
  });
  const offer = { schema, target, isDefaultSelect: isDefaultSelect(query) };
  const wanted = negotiate(offer, context.accepted);
  const chosen: Chosen = request.method === "HEAD"
    ? { ...wanted, handler: { kind: "none" } }
    : wanted;
  checkPreferences(context.preferences);
  checkAffectable(routine, context);
  const args = argsOf(query, payload);
  return { routine, keys: new Set(keys), args, node, chosen, range };
}

function statementOf(context: RestContext, plan: Plan): Statement {
  const { routine, keys, args, node, chosen } = plan;
  const values = new Values();
  const returning = returnedColumns(node, []);
  const source = callSql({ routine, keys, args, returning }, values);
  const countable = isCounted(context.preferences) ? countableSql(node, values) : undefined;
  const statement = answer(
    {
      ctes: [`pgrst_source AS (${source})`],
      rows: rowsSql(node, values),
      countable,
      routine,
    },
    chosen.handler,
    values,
  );
  return explained(statement, chosen);
}

function respond(context: RestContext, plan: Plan, row: ReturnType<typeof answerRow>): Answer {
  const { routine, range, chosen } = plan;
  const page = Number(row.page);
  const total = row.total === null ? undefined : Number(row.total);
  const upper = range.lower + page - 1;
  const headers = new Headers({ "content-range": contentRange(range.lower, upper, total) });
  addApplied(headers, context, ["count", "tx", "handling", "timezone", "maxAffected"]);
  if (isVoid(routine)) return applySettings({ status: 204, headers, body: null }, row);
  const status = rangeStatus(range.lower, upper, total);
  addContentType(headers, context, chosen.media);
  const body = status === 416 ? refusalBody(outOfBounds(range.lower, total)) : row.body;
  return applySettings({ status, headers, body }, row);
}

/** Answers a call. */
export async function callFunction(context: RestContext, name: string): Promise<Answer> {
  const { request, preferences } = context;
  const plan = await planned(context, name);
  const { routine, chosen } = plan;
  const isWrite = request.method === "POST" && routine.volatility === "v";
  const isOne = isSingular(chosen.media);
  const isChecked = isOne || preferences.maxAffected !== undefined;
  const results = await run(context, {
    readOnly: !isWrite,
    statements: [statementOf(context, plan)],
    more: routine.settings,
    isolation: routine.isolation,
    ...(isChecked && {
      check(found) {
        const page = Number(answerRow(found).page);
        if (isOne && page !== 1) throw notSingular(page);
        checkAffected(page, context);
      },
    }),
  });
  return planAnswer(context, chosen, results[0]) ?? respond(context, plan, answerRow(results));
}
