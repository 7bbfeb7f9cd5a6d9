/** @module Rate limits that hold across all processes, because they live in the database. */
import { createHash } from "node:crypto";
import type { Config } from "../core/config.ts";
import { AppError } from "../core/errors.ts";
import type { RateLimitName } from "../core/rate_limits.ts";
import type { Database, Viewer } from "../platform/postgres.ts";
import { isRead, type RouteSpec } from "./route.ts";

/** Where a caller stands with one limit. */
export interface Standing {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly resetSeconds: number;
}

/** Who is counted, when it is not the person. */
export interface Caller {
  readonly viewer: Viewer;
  readonly address: string;
}

interface LimitRow {
  readonly allowed: boolean;
  readonly remaining: number;
  readonly reset_seconds: number;
}

/** Addresses are personal data: only a fingerprint of them is kept. */
export function fingerprint(address: string): string {
  return createHash("sha256").update(address).digest("base64url").slice(0, 22);
}

/** The first address in the header that the gateway writes. */
export function addressOf(request: Request, config: Config): string {
  const header = request.headers.get(config.env.CLIENT_ADDRESS_HEADER) ?? "";
  return header.split(",")[0]?.trim() || "unknown";
}

/** The limit that a route is under, if any. */
export function limitOf(spec: RouteSpec): RateLimitName | undefined {
  if (spec.limit === "none") return undefined;
  return spec.limit ?? (isRead(spec.method) ? undefined : "write");
}

function subjectOf(caller: Caller, per: "person" | "address"): string {
  return caller.viewer.kind === "person" && per === "person"
    ? `user:${caller.viewer.userId}`
    : `address:${fingerprint(caller.address)}`;
}

/** Counts one use of a limit. */
export async function takeLimit(
  deps: { db: Database; config: Config },
  name: RateLimitName,
  caller: Caller,
): Promise<Standing> {
  const { uses, seconds, per } = deps.config.rateLimits[name];
  const key = `${name}:${subjectOf(caller, per)}`;
  const [row] = await deps.db.asServiceOnce(
    "limits are counted for anonymous callers too",
    (sql) =>
      sql<LimitRow[]>`
      select allowed, remaining, reset_seconds
      from private.take_rate_limit(${key}, ${uses}::int, ${seconds}::int)`,
  );
  const { allowed = false, remaining = 0, reset_seconds: resetSeconds = seconds } = row ?? {};
  return {
    allowed,
    resetSeconds,
    headers: {
      "ratelimit-limit": String(uses),
      "ratelimit-remaining": String(remaining),
      "ratelimit-reset": String(resetSeconds),
    },
  };
}

/** The refusal of a caller who is over a limit. */
export function overLimit(standing: Standing): AppError {
  return new AppError("too-many-requests", "Too many requests; wait before the next one", {
    retryAfterSeconds: Math.max(1, standing.resetSeconds),
  });
}
