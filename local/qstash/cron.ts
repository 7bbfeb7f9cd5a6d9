/** @module Cron expressions of schedules: five fields, optionally after `CRON_TZ=Area/City`. */
import { Cron } from "croner";
import { QstashHttpError } from "./errors.ts";

const MAX_LENGTH = 256;

/**
 * The first time after `after` at which a schedule fires.
 *
 * @throws QstashHttpError 400 for an expression that cannot be read or never fires
 */
export function nextFire(expression: string, after: Date): Date {
  const match = /^(?:CRON_TZ=(\S+)\s+)?(\S.*)$/.exec(expression.trim());
  if (match === null || expression.length > MAX_LENGTH) {
    throw new QstashHttpError(400, `invalid cron: ${expression.slice(0, MAX_LENGTH)}`);
  }
  let next: Date | null;
  try {
    const options = { paused: true, mode: "5-part", timezone: match[1] ?? "UTC" } as const;
    next = new Cron(match[2] ?? "", options).nextRun(after);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new QstashHttpError(400, `invalid cron: ${expression}: ${reason}`);
  }
  if (next === null) throw new QstashHttpError(400, `invalid cron: ${expression} never fires`);
  return next;
}
