/** @module Decides from the dependencies how the whole is. */
import type { Check, Status } from "./schemas.ts";

/** Dependencies without which nothing works; the others only degrade. */
export const VITAL: ReadonlySet<string> = new Set(["database"]);

/**
 * Sums up checks: a vital failure fails the whole, any other only warns.
 *
 * @example
 * ```ts
 * import { summarize } from "./rules.ts";
 * const status = summarize({ search: { status: "fail", duration_ms: 3 } });
 * console.assert(status === "warn");
 * ```
 */
export function summarize(checks: Readonly<Record<string, Check>>): Status {
  const entries = Object.entries(checks);
  if (entries.some(([name, { status }]) => status === "fail" && VITAL.has(name))) return "fail";
  return entries.every(([, { status }]) => status === "pass") ? "pass" : "warn";
}
