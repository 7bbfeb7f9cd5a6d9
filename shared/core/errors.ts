/** @module The failures the product expects, under one name for HTTP, SQL and documentation. */

/** Every problem that can be answered, and its HTTP status. */
export const PROBLEMS = {
  "malformed-request": 400,
  "not-authenticated": 401,
  "session-revoked": 401,
  "bad-signature": 401,
  "not-permitted": 403,
  "not-found": 404,
  "method-not-allowed": 405,
  "conflict": 409,
  "request-in-progress": 409,
  "too-large": 413,
  "unsupported-media-type": 415,
  "invalid-input": 422,
  "idempotency-key-reused": 422,
  "too-many-requests": 429,
  "internal": 500,
  "not-configured": 501,
  "not-supported": 501,
  "upstream-failed": 502,
  "unavailable": 503,
} as const;

/** Name of a problem: the last part of its `type` URI, and the `hint` of an error raised in SQL. */
export type ProblemName = keyof typeof PROBLEMS;

/** What is wrong with one field of the input. `path` is dotted, as in `poll.options.0`. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** What an error may carry besides its name and text. */
export interface AppErrorOptions {
  /** The failure underneath; goes to the log only. */
  readonly cause?: unknown;
  /** Fields at fault, for `invalid-input`. */
  readonly errors?: readonly FieldError[];
  /** Seconds after which trying again makes sense. */
  readonly retryAfterSeconds?: number;
}

/** An expected failure. Anything else that is thrown is a defect and answers 500. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;

  constructor(readonly problem: ProblemName, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds ?? defaultRetryAfter(problem);
  }

  /** HTTP status of the problem. */
  get status(): number {
    return PROBLEMS[this.problem];
  }
}

/** Seconds a client waits before it repeats a request that was refused for load. */
const RETRY_AFTER_SECONDS = 1;

function defaultRetryAfter(problem: ProblemName): number | undefined {
  const status = PROBLEMS[problem];
  return status === 429 || status === 503 || problem === "request-in-progress"
    ? RETRY_AFTER_SECONDS
    : undefined;
}

/** One field is wrong: the short way to a 422 that names it. */
export function invalidField(path: string, message: string): AppError {
  return new AppError("invalid-input", message, { errors: [{ path, message }] });
}

/** Tells whether a text, such as a hint from SQL, names a problem. */
export function isProblemName(name: unknown): name is ProblemName {
  return typeof name === "string" && Object.hasOwn(PROBLEMS, name);
}
