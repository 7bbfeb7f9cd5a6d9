/** @module The answer of the message service when it cannot do what was asked. */

/** A refusal with its HTTP status; becomes `{"error": "..."}`. */
export class QstashHttpError extends Error {
  /** HTTP status of the answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "QstashHttpError";
    this.status = status;
  }
}

/** Something that the hosted service offers and this one does not. */
export function notSupported(what: string): QstashHttpError {
  return new QstashHttpError(501, `${what} is not supported by the local message service`);
}

/** A JSON answer. */
export function jsonResponse(value: unknown, status = 200): Response {
  return Response.json(value, { status });
}
