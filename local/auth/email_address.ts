/** @module What an e-mail address may look like. */
import { invalid } from "./errors.ts";

const MAX_LENGTH = 255;
const ADDRESS =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** The address in lower case. @throws when it cannot be one */
export function normalizeEmail(email: string): string {
  if (email === "") throw invalid("An email address is required");
  if (email.length > MAX_LENGTH) throw invalid("An email address is too long");
  if (!ADDRESS.test(email)) throw invalid("Unable to validate email address: invalid format");
  return email.toLowerCase();
}
