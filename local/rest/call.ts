/** @module Answers calls of functions. */
import type { Query } from "./ast.ts";
import { answer, type AnswerShape } from "./build_answer.ts";
import { countableSql, rowsSql } from "./build_read.ts";
import {
  type Call,
  type CallArgs,
  callSource,
  findCall,
  isComposite,
  isReadOnly,
} from "./build_rpc.ts";
import { baseHeaders, lookUp, type RestContext, run } from "./context.ts";
import { badBody, RestError } from "./errors.ts";
import { bodyBytes, bodyText } from "./payload.ts";
import { planRead, type ReadNode } from "./plan.ts";
import { parseQuery } from "./query.ts";
import { answerRow, applyRange } from "./read.ts";
import {
  type Answer,
  appliedHeader,
  applySettings,
  contentRange,
  notSingular,
  rangeStatus,
} from "./respond.ts";
import type { Schema } from "./schema_cache.ts";
import { ident, type Statement, Values } from "./sql_text.ts";

const FORM = "application/x-www-form-urlencoded";

function jsonArgs(text: string): CallArgs {
  if (text.trim() === "") return { kind: "json", keys: [], text: "{}" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badBody("Empty or invalid json");
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject
    ? { kind: "json", keys: Object.keys(value as object), text }
    : { kind: "whole", mediaType: "application/json", text };
}

async function readArgs(context: RestContext, query: Query): Promise<CallArgs> {
  const { request } = context;
  if (request.method !== "POST") return { kind: "named", pairs: query.args };
  const header = request.headers.get("content-type") ?? "application/json";
  const mediaType = header.split(";")[0]?.trim() ?? "";
  if (mediaType === "application/octet-stream") {
    return { kind: "whole", mediaType, text: await bodyBytes(request) };
  }
  const text = await bodyText(request);
  if (mediaType === "application/json" || mediaType === "") return jsonArgs(text);
  if (mediaType === FORM) return { kind: "named", pairs: [...new URLSearchParams(text)] };
  if (mediaType === "text/plain" || mediaType === "text/xml") {
    return { kind: "whole", mediaType, text };
  }
  throw badBody(`Content-Type not acceptable: ${mediaType}`);
}

/** A call, and how its rows are read when it has any. */
interface Plan {
  readonly call: Call;
  readonly node: ReadNode | undefined;
}

function planned(context: RestContext, schema: Schema, name: string, query: Query, args: CallArgs) {
  const call = findCall(schema, context.schemaName, name, args);
  const { routine } = call;
  if (!isComposite(routine)) return { call, node: undefined };
  const relation = schema.relationOf(routine.returnRelation);
  const maxRows = routine.isSet ? context.settings.maxRows : undefined;
  const node = planRead(schema, { name, relation }, query, maxRows);
  applyRange(node, context);
  return { call, node };
}

function shapeOf(context: RestContext, { call: { routine } }: Plan): AnswerShape {
  const { media } = context;
  const scalar = !isComposite(routine);
  const isOne = !routine.isSet && media.format === "array";
  return { format: isOne ? "object" : media.format, stripped: media.stripped, scalar };
}

function statement(context: RestContext, plan: Plan): Statement {
  const values = new Values();
  const ctes = [`pgrst_source AS (${callSource(plan.call, values)})`];
  const shape = shapeOf(context, plan);
  const isCounted = context.preferences.count !== undefined;
  if (plan.node === undefined) {
    const rows = "SELECT pgrst_scalar FROM pgrst_source";
    return answer({ ctes, rows, ...(isCounted && { countable: rows }) }, shape, values);
  }
  const source = { from: `pgrst_source AS ${ident(plan.node.alias)}`, where: [] };
  const rows = rowsSql(plan.node, source, values);
  const countable = isCounted ? { countable: countableSql(plan.node, source, values) } : {};
  return answer({ ctes, rows, ...countable }, shape, values);
}

function respond(context: RestContext, plan: Plan, outcome: Parameters<typeof answerRow>[0]) {
  const row = answerRow(outcome);
  const page = Number(row.page);
  const { routine } = plan.call;
  const headers = baseHeaders(context);
  appliedHeader(headers, context.preferences, ["count", "handling", "max-affected"]);
  if (routine.returnType === "void" && !routine.isSet) {
    headers.delete("content-type");
    return applySettings({ status: 204, headers, body: null }, outcome);
  }
  const total = row.total === null ? undefined : Number(row.total);
  const offset = plan.node?.offset ?? 0;
  const status = rangeStatus(offset, page, total);
  headers.set("content-range", contentRange(offset, page, total));
  return applySettings({ status, headers, body: row.body ?? "null" }, outcome);
}

/** Answers a call. */
export async function callFunction(context: RestContext, name: string): Promise<Answer> {
  const { request, media, preferences } = context;
  const isPost = request.method === "POST";
  const query = parseQuery(context.url.searchParams, !isPost);
  const args = await readArgs(context, query);
  const { schema, found: plan } = await lookUp(
    context,
    (current): Plan => planned(context, current, name, query, args),
  );
  const { routine } = plan.call;
  const isChecked = (media.isSingular && routine.returnType !== "void") ||
    preferences.maxAffected !== undefined;
  const outcome = await run(context, schema, {
    readOnly: !isPost || isReadOnly(routine),
    statements: [statement(context, plan)],
    more: routine.settings,
    ...(isChecked && {
      check(results) {
        const page = Number(results[0]?.[0]?.page ?? 0);
        if (media.isSingular && page !== 1) throw notSingular(page);
        checkAffected(page, preferences.maxAffected);
      },
    }),
  });
  return respond(context, plan, outcome);
}

/** Refuses a change of more rows than the client allows. */
export function checkAffected(count: number, max: number | undefined): void {
  if (max === undefined || count <= max) return;
  const message = "Query result exceeds max-affected preference constraint";
  throw new RestError(400, "PGRST124", message, { details: `The query affects ${count} rows` });
}
