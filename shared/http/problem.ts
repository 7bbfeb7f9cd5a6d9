/** @module The only place where a failure becomes a response. */
import type { Context } from "hono";
import { AppError, type ProblemName, PROBLEMS } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { fromPostgres } from "../core/postgres_errors.ts";
import type { AppEnv } from "./env.ts";

/** Page that explains every problem, relative to the origin; the name is the fragment. */
export const PROBLEM_DOCS = "/functions/v1/api/problems";

/** Body of a problem (RFC 9457). */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly request_id: string;
  readonly errors?: readonly { path: string; message: string }[];
}

/** `not-found` as `Not found`. */
function titleOf(name: ProblemName): string {
  const words = name.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Any failure as a problem; what is not expected says nothing about itself. */
function asAppError(error: unknown, log: Logger): AppError {
  const known = fromPostgres(error);
  if (known instanceof AppError) return known;
  // The text of an unexpected error may quote a query or a secret: it goes to the log, not out.
  log.error("unexpected failure", { error });
  return new AppError("internal", "Something went wrong on our side");
}

/** Writes a failure as `application/problem+json`. */
export function renderProblem(error: unknown, c: Context<AppEnv>, log: Logger): Response {
  const failure = asAppError(error, log);
  if (failure.status >= 500 && failure.problem !== "internal") {
    log.warn("request failed", { code: failure.problem, error: failure });
  }
  const body: ProblemBody = {
    type: `${PROBLEM_DOCS}#${failure.problem}`,
    title: titleOf(failure.problem),
    status: PROBLEMS[failure.problem],
    detail: failure.message,
    code: failure.problem,
    request_id: c.get("requestId"),
    ...(failure.errors.length === 0 ? {} : { errors: failure.errors }),
  };
  const headers = new Headers({
    ...failure.headers,
    "content-type": "application/problem+json",
  });
  headers.set("cache-control", "no-store");
  if (failure.retryAfterSeconds !== undefined) {
    headers.set("retry-after", String(failure.retryAfterSeconds));
  }
  if (body.status === 401) headers.set("www-authenticate", "Bearer");
  return new Response(JSON.stringify(body), { status: body.status, headers });
}
