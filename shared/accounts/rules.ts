/** @module Reads what the platform's auth service tells: its refusals, and names of devices. */
import Bowser from "bowser";
import { AppError, type ProblemName } from "../core/errors.ts";

/** A refusal: status, the service's name for it, and its text. */
export interface Refusal {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string;
}

/** A problem, its sentence where the service's own will not do, and the field it is about. */
type Reading = readonly [problem: ProblemName, message: string | null, field?: string];

const EMAIL_TAKEN: Reading = ["conflict", "This e-mail address has an account", "email"];
const SESSION_OVER: Reading = ["session-revoked", "This session has ended"];

const READINGS: Readonly<Record<string, Reading>> = {
  user_already_exists: EMAIL_TAKEN,
  email_exists: EMAIL_TAKEN,
  email_address_invalid: ["invalid-input", "This e-mail address is not valid", "email"],
  email_address_not_authorized: ["invalid-input", "This e-mail address is not taken", "email"],
  weak_password: ["invalid-input", null, "password"],
  same_password: ["invalid-input", "Choose a password that you have not used lately", "password"],
  otp_expired: ["invalid-input", "This token is not valid any more; ask for a new one", "token"],
  insufficient_aal: ["not-permitted", "Pass your second factor first"],
  reauthentication_needed: ["not-permitted", "Sign in again first"],
  validation_failed: ["invalid-input", null],
  invalid_credentials: ["not-authenticated", "E-mail address or password is wrong"],
  user_not_found: SESSION_OVER,
  user_banned: ["not-permitted", "This account is suspended"],
  email_not_confirmed: ["not-permitted", "Confirm your e-mail address first"],
  signup_disabled: ["not-permitted", "New accounts are not taken at the moment"],
  email_provider_disabled: ["not-permitted", "Signing in with a password is switched off"],
  refresh_token_not_found: SESSION_OVER,
  refresh_token_already_used: SESSION_OVER,
  session_not_found: SESSION_OVER,
  session_expired: SESSION_OVER,
  bad_jwt: ["not-authenticated", "The access token is not valid"],
  no_authorization: ["not-authenticated", "The access token is not valid"],
  over_request_rate_limit: ["too-many-requests", "Too many requests; wait before the next one"],
  over_email_send_rate_limit: ["too-many-requests", "Too many e-mails; wait before the next one"],
};

/** The sign-up hook of the database refuses handles and addresses; its refusals have no names. */
function fromHook(status: number, message: string): Reading | undefined {
  if (status === 409) return ["conflict", null, "handle"];
  const field = /^E-mail/.test(message) ? "email" : "handle";
  return status === 422 ? ["invalid-input", null, field] : undefined;
}

/**
 * Reads a refusal; `fields` gives the names that the route has for fields of the service.
 *
 * @example
 * ```ts
 * import { readRefusal } from "./rules.ts";
 * const error = readRefusal({ status: 400, code: "invalid_credentials", message: "" });
 * console.assert(error.status === 401);
 * ```
 */
export function readRefusal(
  { status, code, message }: Refusal,
  fields: Readonly<Record<string, string>> = {},
): AppError {
  const isNameless = code === undefined || code === "unknown";
  const reading = isNameless ? fromHook(status, message) : READINGS[code];
  if (reading === undefined) {
    return status === 429
      ? new AppError("too-many-requests", "Too many requests; wait before the next one")
      : new AppError("upstream-failed", "The auth service gave no useful answer");
  }
  const [problem, sentence, field] = reading;
  const text = sentence ?? message;
  return new AppError(problem, text, {
    errors: field === undefined ? [] : [{ path: fields[field] ?? field, message: text }],
  });
}

/** Name of a program that is no browser: what stands before its version. */
const PRODUCT = /^[\w .+-]{1,40}/;

/**
 * A name by which a person knows a device, as in "Firefox on Linux".
 *
 * @example
 * ```ts
 * import { deviceName } from "./rules.ts";
 * console.assert(deviceName("curl/8.5.0") === "curl");
 * ```
 */
export function deviceName(userAgent: string | null): string {
  const text = userAgent?.trim() ?? "";
  if (text === "") return "Unknown device";
  const { browser, os, platform } = Bowser.parse(text);
  const program = browser.name || PRODUCT.exec(text)?.[0]?.trim() || "Unknown device";
  const machine = platform.model ?? os.name;
  return machine === undefined ? program : `${program} on ${machine}`;
}
