/** @module Structured logs: one JSON line per event, secrets removed, correlation added. */
import { currentContext } from "./context.ts";

/** Levels, from the most talkative to the most serious. */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

/** A level; `silent` as a threshold writes nothing. */
export type LogLevel = typeof LOG_LEVELS[number];

/** Whatever explains an event. Ids belong here, not in the message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes events. The message is a constant text by which events are counted. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** How a logger writes. */
export interface LoggerOptions {
  readonly service: string;
  readonly level: LogLevel;
  /** Takes one finished line; the console by default. */
  readonly write?: (line: string, level: LogLevel) => void;
}

/** Longest line that the hosted platform keeps. */
const LINE_LENGTH_MAX = 9_500;
/** How deep nested fields are followed. */
const DEPTH_MAX = 5;

const SECRET_KEY = /token|secret|authorization|password|api_?key|cookie|signature/i;
const SECRET_VALUE =
  /eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|sb_(?:secret|publishable)_[\w-]+|sig_\w+|tsb_[\w-]+|whsec_\S+/g;
const URL_PASSWORD = /(\w+:\/\/[^\s:/@]+):[^\s@/]+@/g;

/** Removes what looks like a credential from a text. */
export function redactText(text: string): string {
  return text.replace(SECRET_VALUE, "[redacted]").replace(URL_PASSWORD, "$1:[redacted]@");
}

/** Removes credentials from any value, by the name of its field and by its form. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Error) return describeError(value, depth);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEPTH_MAX) return "[deep]";
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      SECRET_KEY.test(key) && item !== null ? "[redacted]" : redact(item, depth + 1),
    ]),
  );
}

/** An error as a record; the parameters of a failed query, which drivers attach, are left out. */
function describeError(error: Error, depth: number): unknown {
  return {
    name: error.name,
    message: redactText(error.message),
    ...("code" in error ? { code: error.code } : {}),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined || depth >= DEPTH_MAX
      ? {}
      : { cause: redact(error.cause, depth + 1) }),
  };
}

function writeToConsole(line: string, level: LogLevel): void {
  if (level === "error") console.error(line);
  else if (level === "warn") console.warn(line);
  else console.log(line);
}

/** Makes a logger for one service. */
export function createLogger(options: LoggerOptions): Logger {
  const { service, level: threshold, write = writeToConsole } = options;

  function log(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(threshold)) return;
    const context = currentContext();
    const head = {
      ts: new Date().toISOString(),
      level,
      msg: message,
      service,
      ...(context === undefined ? {} : {
        request_id: context.requestId,
        trace_id: context.trace.traceId,
        span_id: context.trace.spanId,
      }),
    };
    const line = JSON.stringify({ ...head, ...Object(redact(fields)) });
    const short = line.length <= LINE_LENGTH_MAX
      ? line
      : JSON.stringify({ ...head, truncated: line.slice(0, LINE_LENGTH_MAX / 2) });
    write(short, level);
  }

  return {
    debug: (message, fields) => log("debug", message, fields),
    info: (message, fields) => log("info", message, fields),
    warn: (message, fields) => log("warn", message, fields),
    error: (message, fields) => log("error", message, fields),
  };
}
