/** @module The filters that messages, dead letters and logs share, from query to SQL. */
import type { PendingQuery, Row } from "postgres";
import type { Db } from "./context.ts";
import { notSupported, QstashHttpError } from "./errors.ts";

const DEFAULT_COUNT = 100;
const MAX_COUNT = 1000;
const MAX_VALUES = 1000;

/** A condition; `true` when nothing was asked. */
type Condition = PendingQuery<Row[]>;

const IN_PROGRESS = ["ACTIVE", "RETRY", "ERROR"];

/** Values of a filter: repeated, or comma separated where the values hold no commas. */
function values(params: URLSearchParams, name: string): string[] {
  const all = params.getAll(name);
  const list = name === "url" ? all : all.flatMap((value) => value.split(","));
  if (list.length > MAX_VALUES) throw new QstashHttpError(400, `too many values of ${name}`);
  return list.filter((value) => value !== "");
}

function time(params: URLSearchParams, name: string): Date {
  const value = Number(params.get(name));
  if (!Number.isFinite(value)) throw new QstashHttpError(400, `invalid ${name}`);
  return new Date(value);
}

/** What differs between the tables. */
export interface FilterTarget {
  readonly messageId: "id" | "message_id";
  readonly time: "created_at" | "at";
  /** Filters beyond the common ones. */
  readonly also: readonly ("dlqIds" | "responseStatus" | "state")[];
}

const IGNORED = ["count", "cursor", "qstash_token"];

function states(params: URLSearchParams): string[] {
  return values(params, "state").flatMap((state) => {
    if (state === "IN_PROGRESS") return IN_PROGRESS;
    return state === "CANCELLED" ? "CANCELED" : state;
  });
}

function condition(
  db: Db,
  params: URLSearchParams,
  name: string,
  target: FilterTarget,
): Condition {
  const given = values(params, name);
  switch (name) {
    case "messageId":
    case "messageIds":
      return db`${db(target.messageId)} = any (${given})`;
    case "url":
      return db`destination = any (${given})`;
    case "host":
      return db`substring(destination from '^https?://([^/?#]+)') = any (${given})`;
    case "path":
      return db`substring(destination from '^https?://[^/?#]+([^?#]*)') = any (${given})`;
    case "topicName":
      return db`topic = any (${given})`;
    case "scheduleId":
      return db`schedule_id = any (${given})`;
    case "queueName":
      return db`queue = any (${given})`;
    case "flowControlKey":
      return db`flow_key = any (${given})`;
    case "callerIp":
      return db`caller_ip = any (${given})`;
    case "label":
      return db`labels && ${given}::text[]`;
    case "fromDate":
      return db`${db(target.time)} >= ${time(params, name)}`;
    case "toDate":
      return db`${db(target.time)} <= ${time(params, name)}`;
    case "dlqIds":
      return db`id = any (${given})`;
    case "responseStatus":
      return db`response_status::text = any (${given})`;
    case "state":
      return db`state = any (${states(params)})`;
    default:
      // Ignoring it would widen what a bulk action hits.
      throw notSupported(`the filter ${name}`);
  }
}

/** The condition of all filters in a query; filters of other tables are refused. */
export function filterCondition(
  db: Db,
  params: URLSearchParams,
  target: FilterTarget,
): Condition {
  const special = ["dlqIds", "responseStatus", "state"];
  let result = db`true` as Condition;
  for (const name of new Set(params.keys())) {
    if (IGNORED.includes(name)) continue;
    if (special.includes(name) && !(target.also as readonly string[]).includes(name)) {
      throw notSupported(`the filter ${name} here`);
    }
    result = db`${result} and ${condition(db, params, name, target)}` as Condition;
  }
  return result;
}

/** How many rows a request asks for. */
export function readCount(params: URLSearchParams): number {
  const text = params.get("count");
  if (text === null) return DEFAULT_COUNT;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new QstashHttpError(400, "invalid count");
  return Math.min(count, MAX_COUNT);
}

/** A cursor that is a row number; undefined at the start. */
export function readCursor(params: URLSearchParams): string | undefined {
  const cursor = params.get("cursor") ?? "";
  if (cursor === "") return undefined;
  if (!/^\d{1,18}$/.test(cursor)) throw new QstashHttpError(400, "invalid cursor");
  return cursor;
}
