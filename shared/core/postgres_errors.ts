/** @module Reads the errors of Postgres as problems of the product. */
import { AppError, type FieldError, isProblemName, type ProblemName } from "./errors.ts";

/** The parts of a database error that say whose fault it is. */
interface DatabaseError extends Error {
  readonly code: string;
  readonly hint?: unknown;
  readonly column_name?: unknown;
  readonly constraint_name?: unknown;
  readonly table_name?: unknown;
}

/** What a native SQLSTATE means to a caller, and the sentence that may be shown for it. */
const NATIVE_STATES: Readonly<Record<string, readonly [ProblemName, string]>> = {
  "22001": ["invalid-input", "A text is too long"],
  "22003": ["invalid-input", "A number is out of range"],
  "22007": ["invalid-input", "A time is not valid"],
  "22008": ["invalid-input", "A time is out of range"],
  "22021": ["invalid-input", "A text holds bytes that are not valid UTF-8"],
  "22P02": ["invalid-input", "A value does not have the form its type asks for"],
  "22P05": ["invalid-input", "A text holds a character that cannot be stored"],
  "23502": ["invalid-input", "A required value is missing"],
  "23503": ["not-found", "Something that is referred to does not exist"],
  "23505": ["conflict", "It exists already"],
  "23514": ["invalid-input", "A value breaks a rule of its field"],
  "25006": ["unavailable", "The database takes no writes at the moment"],
  "40001": ["unavailable", "Too many people changed the same thing at once"],
  "40P01": ["unavailable", "Too many people changed the same thing at once"],
  "42501": ["not-permitted", "You may not do this"],
  "55P03": ["unavailable", "Somebody else holds what this needs"],
  "57014": ["unavailable", "The database took too long"],
  "57P01": ["unavailable", "The database is restarting"],
  "57P03": ["unavailable", "The database is starting"],
};

/** Classes of SQLSTATE that mean the database itself is out of reach or out of room. */
const UNAVAILABLE_CLASSES = new Set(["08", "53"]);

/** Codes of the driver and of the socket for a connection that is not there. */
const CONNECTION_CODES = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
]);

/** Problem for a `PTnnn` state that carries no name of its own. */
const BY_STATUS: Readonly<Record<string, ProblemName>> = {
  "400": "malformed-request",
  "401": "not-authenticated",
  "403": "not-permitted",
  "404": "not-found",
  "409": "conflict",
  "413": "too-large",
  "422": "invalid-input",
  "429": "too-many-requests",
  "501": "not-supported",
  "503": "unavailable",
};

/** Errors of the database have no common class across drivers; their code is what they share. */
function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

/** The field behind `posts_body_length` of table `posts` is `body`; the rule's name comes last. */
function fieldOf(error: DatabaseError): string | undefined {
  if (typeof error.column_name === "string") return error.column_name;
  const { constraint_name: constraint, table_name: table } = error;
  if (typeof constraint !== "string" || typeof table !== "string") return undefined;
  if (!constraint.startsWith(`${table}_`)) return undefined;
  const words = constraint.slice(table.length + 1).split("_");
  return (words.length > 1 ? words.slice(0, -1) : words).join("_");
}

function fieldErrors(error: DatabaseError, message: string): readonly FieldError[] {
  const path = fieldOf(error);
  return path === undefined ? [] : [{ path, message }];
}

/** Seconds asked for by an error of ours: `detail` of the form `retry_after=12`. */
function retryAfter(error: DatabaseError): { retryAfterSeconds: number } | Record<never, never> {
  const detail = "detail" in error ? String(error.detail) : "";
  const seconds = /^retry_after=(\d{1,7})$/.exec(detail)?.[1];
  return seconds === undefined ? {} : { retryAfterSeconds: Number(seconds) };
}

/**
 * Reads a database error. Our own `raise` statements carry the problem's name in `hint` and a
 * sentence for people; the text of a native error stays inside, since it quotes tables and values.
 * A state that no caller can cause comes back untouched.
 */
export function fromPostgres(error: unknown): unknown {
  if (error instanceof AppError || !isDatabaseError(error)) return error;
  const { code, hint } = error;
  if (isProblemName(hint)) return raised(error, hint);
  if (code.startsWith("PT")) {
    const problem = BY_STATUS[code.slice(2)];
    return problem === undefined ? error : raised(error, problem);
  }
  if (CONNECTION_CODES.has(code) || UNAVAILABLE_CLASSES.has(code.slice(0, 2))) {
    return new AppError("unavailable", "The database is out of reach", { cause: error });
  }
  const native = NATIVE_STATES[code];
  if (native === undefined) return error;
  const [problem, message] = native;
  const errors = problem === "invalid-input" ? fieldErrors(error, message) : [];
  return new AppError(problem, message, { cause: error, errors });
}

/** An error that our own SQL raised: its text was written for people. */
function raised(error: DatabaseError, problem: ProblemName): AppError {
  const errors = problem === "invalid-input" ? fieldErrors(error, error.message) : [];
  return new AppError(problem, error.message, { cause: error, errors, ...retryAfter(error) });
}
