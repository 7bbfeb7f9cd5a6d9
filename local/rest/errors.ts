/** @module Refusals as PostgREST words them, and the way from SQLSTATE to a status. */
import postgres from "postgres";

/** What a refusal carries besides its code and message. */
export interface ErrorExtras {
  readonly details?: unknown;
  readonly hint?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly statusText?: string;
}

/** A refusal with its HTTP status. */
export class RestError extends Error {
  override readonly name = "RestError";
  readonly details: unknown;
  readonly hint: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly statusText: string | undefined;

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    extras: ErrorExtras = {},
  ) {
    super(message);
    this.details = extras.details ?? null;
    this.hint = extras.hint ?? null;
    this.headers = extras.headers ?? {};
    this.statusText = extras.statusText;
  }
}

/** The body could not be read. */
export function badBody(message: string): RestError {
  return new RestError(400, "PGRST102", message);
}

/** Statuses of whole SQLSTATEs. */
const STATE_STATUS: Readonly<Record<string, number>> = {
  "23503": 409,
  "23505": 409,
  "25006": 405,
  "42883": 404,
  "42P01": 404,
  "42P17": 500,
  "53400": 500,
  "57P01": 503,
  P0001: 400,
};

/** Statuses of SQLSTATE classes; the others answer 400. */
const CLASS_STATUS: Readonly<Record<string, number>> = {
  "08": 503,
  "09": 500,
  "0L": 403,
  "0P": 403,
  "25": 500,
  "28": 403,
  "2D": 500,
  "38": 500,
  "39": 500,
  "3B": 500,
  "40": 500,
  "53": 503,
  "54": 500,
  "55": 500,
  "57": 500,
  "58": 500,
  F0: 500,
  HV: 500,
  P0: 500,
  XX: 500,
};

const CUSTOM_STATUS = /^PT(.*)$/;
const NO_WHERE = "requires a WHERE clause";
const UNKNOWN_ROLE = /^role .* does not exist$/s;
/** Statuses that a response can have. */
const MIN_STATUS = 200;
const MAX_STATUS = 599;

/** Whether a response can have this status. */
export function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= MIN_STATUS && status <= MAX_STATUS;
}

function statusOf(error: postgres.PostgresError, isAnonymous: boolean): number {
  const { code } = error;
  if (code === "42501") return isAnonymous ? 401 : 403;
  if (code === "21000") return error.message.endsWith(NO_WHERE) ? 400 : 500;
  if (code === "22023") return UNKNOWN_ROLE.test(error.message) ? 401 : 400;
  if (code === "42883" && error.message.startsWith("function xmlagg(")) return 406;
  const custom = CUSTOM_STATUS.exec(code);
  if (custom !== null) return isStatus(Number(custom[1])) ? Number(custom[1]) : 500;
  return STATE_STATUS[code] ?? CLASS_STATUS[code.slice(0, 2)] ?? 400;
}

function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}

function badRaise(what: string, details: string): RestError {
  const hint = what === "MESSAGE"
    ? "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys: " +
      "'details', 'hint'."
    : "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key: " +
      "'status_text'.";
  const message = `Could not parse JSON in the "RAISE SQLSTATE 'PGRST'" error`;
  return new RestError(500, "PGRST121", message, { details, hint });
}

function optionalText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** `raise sqlstate 'PGRST'` words the whole answer itself. */
function fromRaise(error: postgres.PostgresError): RestError {
  const body = parseObject(error.message);
  if (body === undefined || typeof body.code !== "string" || typeof body.message !== "string") {
    return badRaise("MESSAGE", `Invalid JSON value for MESSAGE: '${error.message}'`);
  }
  if (error.detail === undefined) {
    return badRaise("DETAIL", "DETAIL is missing in the RAISE statement");
  }
  const answer = parseObject(error.detail);
  const headers = answer === undefined ? undefined : answer.headers;
  if (typeof answer?.status !== "number" || typeof headers !== "object" || headers === null) {
    return badRaise("DETAIL", `Invalid JSON value for DETAIL: '${error.detail}'`);
  }
  const status = isStatus(answer.status) ? answer.status : 500;
  return new RestError(status, body.code, body.message, {
    ...(typeof answer.status_text === "string" && { statusText: answer.status_text }),
    details: optionalText(body.details),
    hint: optionalText(body.hint),
    headers: Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, String(v)])),
  });
}

function fromPostgres(error: postgres.PostgresError, isAnonymous: boolean): RestError {
  if (error.code === "PGRST") return fromRaise(error);
  const status = statusOf(error, isAnonymous);
  const headers: Record<string, string> = status === 401 ? { "www-authenticate": "Bearer" } : {};
  return new RestError(status, error.code, error.message, {
    details: error.detail ?? null,
    hint: error.hint ?? null,
    headers,
  });
}

/** Any failure as a refusal. */
export function toRestError(error: unknown, isAnonymous: boolean): RestError {
  if (error instanceof RestError) return error;
  if (error instanceof postgres.PostgresError) return fromPostgres(error, isAnonymous);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/^(?:CONNECT|ECONN|ENOTFOUND|EPIPE)/.test(code)) {
    return new RestError(503, "PGRST000", "Database connection error. Retrying the connection.");
  }
  console.error("rest:", error);
  return new RestError(500, "PGRSTX00", "Internal server error");
}
