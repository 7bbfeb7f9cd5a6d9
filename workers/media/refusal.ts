/** @module Why the media worker refuses a picture, with the status that says so. */

/** Codes of refusals; the client passes them on. */
export type RefusalCode =
  | "unsupported_type"
  | "too_large"
  | "too_many_pixels"
  | "corrupt_image"
  | "corrupt_video"
  | "store_failed"
  | "invalid_options"
  | "busy"
  | "deadline"
  | "unauthorized"
  | "not_found";

const STATUS: Readonly<Record<RefusalCode, number>> = {
  unsupported_type: 415,
  too_large: 413,
  too_many_pixels: 422,
  corrupt_image: 422,
  corrupt_video: 422,
  store_failed: 502,
  invalid_options: 422,
  busy: 503,
  deadline: 503,
  unauthorized: 401,
  not_found: 404,
};

/** A refusal on its way to the caller. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(readonly code: RefusalCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }

  /** HTTP status of the answer. */
  get status(): number {
    return STATUS[this.code];
  }
}

/** True for a code that {@linkcode Refusal} knows. */
export function isRefusalCode(value: unknown): value is RefusalCode {
  return typeof value === "string" && Object.hasOwn(STATUS, value);
}
