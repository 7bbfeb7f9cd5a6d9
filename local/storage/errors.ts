/** @module The errors of the Storage API: codes, wording and the shape of their bodies. */
import postgres from "postgres";

/**
 * A refusal in the words of the Storage API.
 *
 * The service answers every such error with HTTP 400 (500 stays 500) and names the real status in
 * the body; clients read it there.
 */
export class StorageError extends Error {
  override readonly name = "StorageError";
  constructor(
    readonly statusCode: number,
    readonly code: string,
    message: string,
    readonly error: string = code,
    readonly httpStatus: number = statusCode >= 500 ? statusCode : 400,
  ) {
    super(message);
  }

  /** The answer that carries this error. */
  toResponse(): Response {
    const { statusCode, code, error, message } = this;
    const body = { statusCode: String(statusCode), code, error, message };
    return Response.json(body, { status: this.httpStatus });
  }
}

/** The bucket is not there, or not for this caller. */
export function noSuchBucket(): StorageError {
  return new StorageError(404, "NoSuchBucket", "Bucket not found", "Bucket not found");
}

/** The object is not there, or not for this caller. */
export function noSuchKey(): StorageError {
  return new StorageError(404, "NoSuchKey", "Object not found", "not_found");
}

/** Something of that name exists. */
export function alreadyExists(code: string): StorageError {
  return new StorageError(409, code, "The resource already exists", "Duplicate");
}

/** A policy or a missing grant stands in the way. */
export function accessDenied(message = "Access denied"): StorageError {
  return new StorageError(403, "AccessDenied", message, "Unauthorized");
}

/** The object is larger than its bucket or the project allows. */
export function entityTooLarge(entity = "object"): StorageError {
  const message = `The ${entity} exceeded the maximum allowed size`;
  return new StorageError(413, "EntityTooLarge", message, "Payload too large");
}

/** The object's name holds characters that are not allowed. */
export function invalidKey(key: string): StorageError {
  return new StorageError(400, "InvalidKey", `Invalid key: ${key}`);
}

/** The bucket's name holds characters that are not allowed. */
export function invalidBucketName(): StorageError {
  return new StorageError(400, "InvalidBucketName", "Bucket name invalid", "Invalid Input");
}

/** The bucket takes no such content. */
export function invalidMimeType(mimeType: string): StorageError {
  const message = `mime type ${mimeType} is not supported`;
  return new StorageError(415, "InvalidMimeType", message, "invalid_mime_type");
}

/** The request itself is wrong. */
export function invalidRequest(message: string): StorageError {
  return new StorageError(400, "InvalidRequest", message, "Error");
}

/** A field holds a value that cannot be. */
export function invalidParameter(message: string): StorageError {
  return new StorageError(400, "InvalidParameter", message);
}

/** The token of a signed URL is broken. */
export function invalidJwt(message: string): StorageError {
  return new StorageError(400, "InvalidJWT", message);
}

/** The token of a signed URL belongs to something else. */
export function invalidSignature(message = "Invalid signature"): StorageError {
  return new StorageError(400, "InvalidSignature", message);
}

/** What this stand-in lacks; it says so with a true status. */
export function notImplemented(feature: string): StorageError {
  const message = `${feature} is not part of the local storage service.`;
  return new StorageError(501, "NotImplemented", message);
}

const BY_SQLSTATE: Readonly<Record<string, (error: postgres.PostgresError) => StorageError>> = {
  "42501": (error) =>
    accessDenied(
      error.message.includes("row-level security")
        ? "new row violates row-level security policy"
        : error.message,
    ),
  "23505": () => alreadyExists("ResourceAlreadyExists"),
  "23503": () => new StorageError(404, "InvalidRequest", "The related resource does not exist"),
  "55P03": () => new StorageError(423, "ResourceLocked", "The resource is locked"),
  "57014": () =>
    new StorageError(544, "DatabaseTimeout", "The connection to the database timed out"),
  "22P02": (error) => invalidParameter(error.message),
  "42P17": () =>
    new StorageError(
      503,
      "DatabaseInvalidObjectDefinition",
      "The database schema is invalid or incompatible.",
      undefined,
      400,
    ),
};

/** Turns whatever was thrown into an error of the API; the unexpected becomes a plain 500. */
export function toStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  if (error instanceof postgres.PostgresError) {
    const known = BY_SQLSTATE[error.code];
    if (known !== undefined) return known(error);
    return new StorageError(500, "DatabaseError", `database error, code: ${error.code}`);
  }
  return new StorageError(500, "InternalError", "Internal Server Error", "Internal");
}
