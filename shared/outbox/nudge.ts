/** @module Checks that a nudge comes from our own database. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import { AppError } from "../core/errors.ts";
import type { AppDeps } from "../platform/deps.ts";
import { selectNudgeSecret } from "./sql.ts";

/** Age past which a nudge is a replay. */
const TOLERANCE_SECONDS = 300;

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refuse(): never {
  throw new AppError("bad-signature", "The signature is not valid");
}

/**
 * Checks the timestamp and its signature.
 *
 * @throws `bad-signature`
 */
export async function checkNudge(
  deps: Pick<AppDeps, "db" | "now">,
  headers: Headers,
): Promise<void> {
  const at = headers.get("x-townsquare-timestamp") ?? "";
  const signature = headers.get("x-townsquare-signature") ?? "";
  if (!/^\d{1,12}$/.test(at) || !/^[0-9a-f]{64}$/.test(signature)) refuse();
  const ageSeconds = deps.now().getTime() / 1_000 - Number(at);
  if (Math.abs(ageSeconds) > TOLERANCE_SECONDS) refuse();
  const secret = await deps.db.asService(
    "the database's own secret is closed to people",
    selectNudgeSecret,
  );
  if (secret === "" || !isSame(signature, createHmac("sha256", secret).update(at).digest("hex"))) {
    refuse();
  }
}
