/** @module Errors of the auth service and the two JSON forms in which clients get them. */

/** Names of the errors, as the hosted service has them. */
export type AuthErrorCode =
  | "anonymous_provider_disabled"
  | "bad_code_verifier"
  | "bad_json"
  | "bad_jwt"
  | "bad_oauth_callback"
  | "bad_oauth_state"
  | "conflict"
  | "email_address_invalid"
  | "email_conflict_identity_not_deletable"
  | "email_exists"
  | "email_not_confirmed"
  | "email_provider_disabled"
  | "flow_state_expired"
  | "flow_state_not_found"
  | "hook_payload_invalid_content_type"
  | "hook_payload_over_size_limit"
  | "hook_timeout"
  | "hook_timeout_after_retry"
  | "identity_already_exists"
  | "identity_not_found"
  | "insufficient_aal"
  | "invalid_credentials"
  | "manual_linking_disabled"
  | "mfa_challenge_expired"
  | "mfa_factor_name_conflict"
  | "mfa_factor_not_found"
  | "mfa_ip_address_mismatch"
  | "mfa_totp_enroll_not_enabled"
  | "mfa_verification_failed"
  | "no_authorization"
  | "not_admin"
  | "not_found"
  | "not_implemented"
  | "otp_disabled"
  | "otp_expired"
  | "over_email_send_rate_limit"
  | "over_request_rate_limit"
  | "provider_email_needs_verification"
  | "reauthentication_needed"
  | "reauthentication_not_valid"
  | "refresh_token_already_used"
  | "refresh_token_not_found"
  | "request_too_large"
  | "same_password"
  | "session_expired"
  | "session_not_found"
  | "signup_disabled"
  | "single_identity_not_deletable"
  | "too_many_enrolled_mfa_factors"
  | "unexpected_failure"
  | "user_already_exists"
  | "user_banned"
  | "user_not_found"
  | "validation_failed"
  | "weak_password";

/** A failure that the client is told about. */
export class AuthError extends Error {
  override readonly name = "AuthError";

  /**
   * @param code undefined for what a hook refused: it gives no name to its refusal
   * @param keep true when what the transaction has done so far must stay
   */
  constructor(
    readonly status: number,
    readonly code: AuthErrorCode | undefined,
    message: string,
    options: { cause?: unknown; keep?: boolean } = {},
  ) {
    super(message, { cause: options.cause });
    this.keep = options.keep ?? false;
  }

  readonly keep: boolean;
}

/** A password that is not strong enough, with the reasons for it. */
export class WeakPasswordError extends AuthError {
  constructor(message: string, readonly reasons: readonly string[]) {
    super(422, "weak_password", message);
  }
}

/** 400 with the code that most malformed requests get. */
export function invalid(message: string): AuthError {
  return new AuthError(400, "validation_failed", message);
}

/** 500 that hides its cause. */
export function internal(message: string, cause?: unknown): AuthError {
  return new AuthError(500, "unexpected_failure", message, { cause });
}

/** 501 for a part of the hosted service that the stand-in does not have. */
export function unsupported(what: string): AuthError {
  return new AuthError(501, "not_implemented", `${what} is not supported by the local stack`);
}

const VERSION_HEADER = "x-supabase-api-version";
const NAMED_CODES_VERSION = "2024-01-01";
const UNKNOWN_FAILURE = "Unexpected failure, please check server logs for more information";

/** SQL states whose text the older form of errors shows, all with status 500. */
const SHOWN_SQL_STATES = new Set([
  "P0001",
  "23000",
  "23001",
  "23502",
  "23503",
  "23505",
  "23514",
  "23P01",
]);

interface DatabaseError {
  readonly code: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

function asDatabaseError(cause: unknown): DatabaseError | undefined {
  if (!(cause instanceof Error) || !("code" in cause) || typeof cause.code !== "string") {
    return undefined;
  }
  const text = (key: string): string | undefined => {
    const value: unknown = Reflect.get(cause, key);
    return typeof value === "string" ? value : undefined;
  };
  return { code: cause.code, message: cause.message, detail: text("detail"), hint: text("hint") };
}

/** Status with which the older form of errors passes on what a trigger raised, else undefined. */
function shownStatus(code: string): number | undefined {
  if (SHOWN_SQL_STATES.has(code)) return 500;
  const custom = /^PT([1-5]\d\d)$/.exec(code)?.[1];
  return custom === undefined ? undefined : Number(custom);
}

function wantsNamedCodes(request: Request): boolean {
  const version = request.headers.get(VERSION_HEADER);
  return version !== null && /^\d{4}-\d{2}-\d{2}$/.test(version) && version >= NAMED_CODES_VERSION;
}

function newerForm(error: AuthError, code: string): Response {
  const weak = error instanceof WeakPasswordError
    ? { weak_password: { reasons: error.reasons } }
    : {};
  const headers = { [VERSION_HEADER]: NAMED_CODES_VERSION, "x-sb-error-code": code };
  return Response.json({ code, message: error.message, ...weak }, {
    status: error.status,
    headers,
  });
}

function olderForm(error: AuthError, code: string): Response {
  const raised = asDatabaseError(error.cause);
  const status = raised === undefined ? undefined : shownStatus(raised.code);
  if (raised !== undefined && status !== undefined) {
    return Response.json({
      code: raised.code,
      message: raised.message,
      ...(raised.hint === undefined ? {} : { hint: raised.hint }),
      ...(raised.detail === undefined ? {} : { detail: raised.detail }),
    }, { status });
  }
  const weak = error instanceof WeakPasswordError
    ? { weak_password: { reasons: error.reasons } }
    : {};
  const body = { code: error.status, error_code: code, msg: error.message, ...weak };
  return Response.json(body, { status: error.status, headers: { "x-sb-error-code": code } });
}

/** The answer for a failure, in the form that the client's API version asks for. */
export function errorResponse(failure: unknown, request: Request): Response {
  const error = failure instanceof AuthError ? failure : internal(UNKNOWN_FAILURE, failure);
  const code = error.code ?? (error.status === 500 ? "unexpected_failure" : "unknown");
  return wantsNamedCodes(request) ? newerForm(error, code) : olderForm(error, code);
}
