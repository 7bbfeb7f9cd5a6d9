/** @module What an e-mail address may look like. */
import { invalid } from "./errors.ts";

const MAX_LENGTH = 255;
const LOCAL_PART = "[a-z0-9.!#$%&'*+/=?^_`{|}~-]+";
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const ADDRESS = new RegExp(`^${LOCAL_PART}@${LABEL}(?:\\.${LABEL})*$`, "i");

/** The address in lower case. @throws when it cannot be one */
export function normalizeEmail(email: string): string {
  if (email === "") throw invalid("An email address is required");
  if (email.length > MAX_LENGTH) throw invalid("An email address is too long");
  if (!ADDRESS.test(email)) throw invalid("Unable to validate email address: invalid format");
  return email.toLowerCase();
}
