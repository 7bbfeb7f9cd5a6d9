/** @module The failures the product expects, under one name for HTTP, SQL and documentation. */

/** Every problem that can be answered: its HTTP status, and what it means to the person asking. */
const CATALOGUE = {
  "malformed-request": [400, "The request cannot be read: broken JSON, UTF-8, header or cursor."],
  "not-authenticated": [401, "There is no access token, or it is forged or has expired."],
  "session-revoked": [401, "The session was ended: sign in again."],
  "bad-signature": [401, "The call is not signed by whom it claims to come from."],
  "not-permitted": [403, "The thing can be seen, but this may not be done to it."],
  "not-accepting-messages": [403, "This person's settings do not let you write to them."],
  "not-accepting-invites": [403, "Somebody's settings do not let you add them to a room."],
  "account-suspended": [403, "The account may read, not write; the detail says until when."],
  "account-muted": [403, "The account may not publish; the detail says until when."],
  "account-banned": [403, "The account is banned; export, appeal and deletion remain."],
  "account-left": [403, "The account was deactivated or awaits deletion; signing in ends that."],
  "replies-limited": [403, "The author lets only some people answer; the post says whom."],
  "quotes-limited": [403, "The author lets only some people quote; the post says whom."],
  "room-muted": [403, "You are muted in this room; muted_until says until when."],
  "room-archived": [403, "The room is archived: it is read, not written."],
  "room-read-only": [403, "Only those who keep order write in this room."],
  "not-found": [404, "It does not exist, or is not visible to you; the two look the same."],
  "method-not-allowed": [405, "The path exists, the method does not; Allow lists those that do."],
  "conflict": [409, "It exists already, or has changed in the meantime."],
  "poll-closed": [409, "The poll has closed; its results are in the post."],
  "request-in-progress": [409, "The first request with this Idempotency-Key still runs."],
  "quota-exceeded": [413, "Your files have reached what one person may keep; delete some first."],
  "too-large": [413, "The body is larger than this route takes."],
  "unsupported-media-type": [415, "The body is not of the type this route takes."],
  "range-not-satisfiable": [416, "The file ends before the range asked for; Content-Range tells."],
  "invalid-input": [422, "Fields are unknown, missing or wrong; errors names them."],
  "idempotency-key-reused": [422, "The Idempotency-Key was used before with another body."],
  "too-many-connections": [429, "You hold as many connections as one person may; close one."],
  "too-many-requests": [429, "A limit is used up; Retry-After says when it opens again."],
  "internal": [500, "A defect on our side; request_id finds it in the log."],
  "not-configured": [501, "The deployment lacks a variable; the detail names it."],
  "not-supported": [501, "This is not offered; the detail names it."],
  "upstream-failed": [502, "A service that this needs answered nonsense."],
  "unavailable": [503, "Overloaded or restarting; Retry-After says when to try again."],
} as const satisfies Record<string, readonly [status: number, meaning: string]>;

/** Name of a problem: the last part of its `type` URI, and the `hint` of an error raised in SQL. */
export type ProblemName = keyof typeof CATALOGUE;

/** The catalogue by name, for code and for documentation. */
export const PROBLEM_CATALOGUE: Readonly<Record<ProblemName, readonly [number, string]>> =
  CATALOGUE;

/** HTTP status of each problem. */
export const PROBLEMS: Readonly<Record<ProblemName, number>> = statuses();

function statuses(): Record<ProblemName, number> {
  const entries = Object.entries(CATALOGUE).map(([name, [status]]) => [name, status]);
  // Made from the very keys of the catalogue: every name is there and no other.
  return Object.fromEntries(entries) as Record<ProblemName, number>;
}

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
  /** Headers of the answer, where HTTP has some for this case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An expected failure. Anything else that is thrown is a defect and answers 500. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(readonly problem: ProblemName, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
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
