/** @module What the worker's refusals are to the person who uploads. */
import { AppError, invalidField, type ProblemName } from "../core/errors.ts";
import { MediaWorkerError } from "../platform/media_worker.ts";

const REFUSALS: Readonly<Record<string, ProblemName>> = {
  unsupported_type: "unsupported-media-type",
  too_large: "too-large",
  too_many_pixels: "invalid-input",
  corrupt_image: "invalid-input",
  corrupt_video: "invalid-input",
  invalid_options: "invalid-input",
  busy: "unavailable",
  deadline: "unavailable",
  unreachable: "unavailable",
  store_failed: "unavailable",
};

/** The worker's failure under the product's own name. */
export function asAppError(cause: unknown): unknown {
  if (!(cause instanceof MediaWorkerError)) return cause;
  const problem = REFUSALS[cause.code];
  if (problem === undefined) return cause;
  if (problem === "invalid-input") {
    const [, field = "file", text = cause.message] = /^(crop): (.+)$/s.exec(cause.message) ?? [];
    return invalidField(field, text);
  }
  const retryAfterSeconds = cause.retryAfterSeconds;
  return new AppError(problem, cause.message, {
    cause,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** True for a refusal of the file itself, which no later attempt can mend. */
export function isRefusedFile(error: unknown): boolean {
  return error instanceof MediaWorkerError && (error.status === 413 || error.status === 422);
}
