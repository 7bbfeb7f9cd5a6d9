/** @module Flow control keys: look at them, pause them, pin their limits. */
import type { QstashContext } from "./context.ts";
import { jsonResponse, notSupported, QstashHttpError } from "./errors.ts";

const MAX_KEYS = 1000;
const MAX_VALUE = 1_000_000;
const MAX_PERIOD_SECONDS = 7 * 86_400;

interface FlowRow {
  key: string;
  parallelism: number | null;
  rate: number | null;
  period_ms: number;
  pinned_parallelism: boolean;
  pinned_rate: boolean;
  paused: boolean;
  period_start: Date | null;
  period_count: number;
  active: number;
  waiting: number;
}

function flowView(row: FlowRow, now: Date): Record<string, unknown> {
  const start = row.period_start?.getTime() ?? 0;
  const current = start + row.period_ms > now.getTime();
  return {
    flowControlKey: row.key,
    waitListSize: row.waiting,
    parallelismMax: row.parallelism ?? 0,
    parallelismCount: row.active,
    rateMax: row.rate ?? 0,
    rateCount: current ? row.period_count : 0,
    ratePeriod: row.period_ms / 1000,
    ratePeriodStart: Math.floor(start / 1000),
    isPaused: row.paused,
    isPinnedParallelism: row.pinned_parallelism,
    isPinnedRate: row.pinned_rate,
  };
}

async function readFlows(context: QstashContext, key?: string): Promise<unknown[]> {
  const now = context.now();
  const { sql } = context;
  const rows = await sql<FlowRow[]>`
    select f.*, f.period_ms::float8 as period_ms,
      (select count(*)::int from qstash.messages m
        where m.flow_key = f.key and m.state = 'ACTIVE') as active,
      (select count(*)::int from qstash.messages m
        where m.flow_key = f.key and m.state <> 'ACTIVE' and m.not_before <= ${now}) as waiting
    from qstash.flow f ${key === undefined ? sql`` : sql`where f.key = ${key}`}
    order by f.key limit ${MAX_KEYS}`;
  return rows.map((row) => flowView(row, now));
}

function readNumber(params: URLSearchParams, name: string, max: number): number | null {
  const text = params.get(name);
  if (text === null) return null;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new QstashHttpError(400, `invalid ${name}: ${text}`);
  }
  return value;
}

async function pin(context: QstashContext, key: string, params: URLSearchParams): Promise<void> {
  const parallelism = readNumber(params, "parallelism", MAX_VALUE);
  const rate = readNumber(params, "rate", MAX_VALUE);
  const period = readNumber(params, "period", MAX_PERIOD_SECONDS);
  if (parallelism === null && rate === null) {
    throw new QstashHttpError(400, "pin a parallelism or a rate");
  }
  const periodMs = (period ?? 1) * 1000;
  await context.sql`
    insert into qstash.flow as f
      (key, parallelism, rate, period_ms, pinned_parallelism, pinned_rate)
    values (${key}, ${parallelism}, ${rate}, ${periodMs}, ${parallelism !== null}, ${rate !== null})
    on conflict (key) do update set
      parallelism = coalesce(excluded.parallelism, f.parallelism),
      pinned_parallelism = f.pinned_parallelism or excluded.pinned_parallelism,
      rate = coalesce(excluded.rate, f.rate),
      period_ms = case when excluded.pinned_rate then excluded.period_ms else f.period_ms end,
      pinned_rate = f.pinned_rate or excluded.pinned_rate`;
}

async function changeFlow(
  context: QstashContext,
  key: string,
  action: string,
  params: URLSearchParams,
): Promise<void> {
  const { sql } = context;
  switch (action) {
    case "pause":
    case "resume":
      await sql`insert into qstash.flow (key, paused) values (${key}, ${action === "pause"})
        on conflict (key) do update set paused = excluded.paused`;
      return;
    case "pin":
      return await pin(context, key, params);
    case "unpin":
      await sql`update qstash.flow set
        pinned_parallelism = pinned_parallelism and ${params.get("parallelism") !== "true"},
        pinned_rate = pinned_rate and ${params.get("rate") !== "true"}
        where key = ${key}`;
      return;
    case "resetRate":
      await sql`update qstash.flow set period_count = 0, period_start = ${context.now()}
        where key = ${key}`;
      return;
    default:
      throw notSupported(`flow control ${action}`);
  }
}

/** Answers `/v2/flowControl...`. */
export async function handleFlow(
  context: QstashContext,
  method: string,
  path: readonly string[],
  params: URLSearchParams,
): Promise<Response> {
  const [key, action, ...rest] = path;
  if (key === undefined && method === "GET") return jsonResponse(await readFlows(context));
  if (key === undefined || key === "") {
    throw new QstashHttpError(400, "flow control key is missing");
  }
  if (action === undefined && method === "GET") {
    const [flow] = await readFlows(context, key);
    if (flow === undefined) throw new QstashHttpError(404, `flow control ${key} not found`);
    return jsonResponse(flow);
  }
  if (action !== undefined && method === "POST" && rest.length === 0) {
    await changeFlow(context, key, action, params);
    context.wake();
    return jsonResponse({});
  }
  throw notSupported(`${method} /v2/flowControl/${path.join("/")}`);
}
