/** @module Passwords: their strength, their hashes and their comparison. */
import { invalid, WeakPasswordError } from "./errors.ts";
import type { AuthApp } from "./context.ts";
import type { AuthSettings } from "./settings.ts";

/** Bcrypt looks at no more than this. */
const MAX_PASSWORD_BYTES = 72;
const GENERATED_BYTES = 48;
/** Salt and digest of no password: compared with when there is nothing to compare with. */
const DECOY = "abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyzABCDE";

/** @throws unless the password meets the project's demands */
export function checkPasswordStrength(settings: AuthSettings, password: string): void {
  const size = new TextEncoder().encode(password).byteLength;
  if (size > MAX_PASSWORD_BYTES) {
    throw invalid(`Password cannot be longer than ${MAX_PASSWORD_BYTES} characters`);
  }
  const messages: string[] = [];
  const reasons: string[] = [];
  if (size < settings.passwordMinLength) {
    reasons.push("length");
    messages.push(`Password should be at least ${settings.passwordMinLength} characters.`);
  }
  const sets = settings.passwordRequiredCharacters;
  if (sets.some((set) => set !== "" && ![...set].some((char) => password.includes(char)))) {
    reasons.push("characters");
    const list = sets.join(", ");
    messages.push(`Password should contain at least one character of each: ${list}.`);
  }
  if (reasons.length > 0) throw new WeakPasswordError(messages.join(" "), reasons);
}

/** A password that nobody knows. */
export function randomPassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(GENERATED_BYTES));
  return btoa(String.fromCharCode(...bytes));
}

/** Hashes a password. Never inside a transaction: it is slow on purpose. */
export async function hashPassword(app: AuthApp, password: string): Promise<string> {
  const cost = app.settings.bcryptCost;
  const [row] = await app.sql<{ hash: string }[]>`
    select extensions.crypt(${password}, extensions.gen_salt('bf', ${cost}::int)) as hash
  `;
  if (row === undefined) throw new Error("the password was not hashed");
  return row.hash;
}

/**
 * Compares a password with a hash. It takes as long without a hash, so that the time does not tell
 * whether an address is known.
 */
export async function passwordMatches(
  app: AuthApp,
  hash: string | null | undefined,
  password: string,
): Promise<boolean> {
  const known = typeof hash === "string" && hash !== "";
  const cost = String(app.settings.bcryptCost).padStart(2, "0");
  // Hashes made elsewhere carry other names of the same algorithm.
  const stored = known ? hash.replace(/^\$2[by]\$/, "$2a$$") : `$2a$${cost}$${DECOY}`;
  const [row] = await app.sql<{ same: boolean | null }[]>`
    select extensions.crypt(${password}, ${stored}) = ${stored} as same
  `;
  return known && row?.same === true;
}
