/** @module Reads durations as QStash and Go write them: `30s`, `1d10h30m`, `6m5s`, `250ms`. */

const UNIT_MS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};
const MAX_LENGTH = 64;

/** Milliseconds of a duration; a bare number counts as seconds. Undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const value = text.trim();
  if (value.length === 0 || value.length > MAX_LENGTH) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  if (!/^(\d+(\.\d+)?(ms|d|h|m|s))+$/.test(value)) return undefined;
  let total = 0;
  for (const [, amount, , unit] of value.matchAll(/(\d+(\.\d+)?)(ms|d|h|m|s)/g)) {
    total += Number(amount) * (UNIT_MS[unit ?? ""] ?? 0);
  }
  return total;
}
