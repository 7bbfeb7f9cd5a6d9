/** @module Notifications that servers of the project ask for: with a secret key, as nobody. */
import { timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import { AppError } from "../core/errors.ts";
import { Answer, type Route, route } from "../http/route.ts";
import type { AppDeps } from "../platform/deps.ts";
import { CreatedNotification, CreateNotification } from "./schemas.ts";

/** What the internal route needs. */
export type InternalDeps = Pick<AppDeps, "config" | "db" | "newId">;

function isSame(given: Buffer, key: string): boolean {
  const expected = Buffer.from(key);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** @throws `not-permitted` without one of the project's secret keys */
function requireServer({ config }: InternalDeps, headers: Headers): void {
  const given = Buffer.from(headers.get("apikey") ?? "");
  if (!config.secretKeys.some((key) => isSame(given, key))) {
    throw new AppError("not-permitted", "Only servers of the project, by their secret key");
  }
}

/** Routes for servers of the project. */
export function internalRoutes(deps: InternalDeps): Route[] {
  return [route({
    method: "post",
    path: "/notifications",
    access: "anyone",
    tag: "notifications",
    summary: "Tell a person something, as a server of the project: needs a secret key as `apikey`",
    body: CreateNotification,
    answer: CreatedNotification,
    status: 201,
    otherStatuses: [200],
    limit: "none",
    problems: ["not-permitted"],
  }, async ({ body, c }) => {
    requireServer(deps, c.req.raw.headers);
    const { user_id, type, actor_id = null, subject, source_id = deps.newId(), text } = body;
    const meta = JSON.stringify(text === undefined ? {} : { text });
    const id = await deps.db.asService("a server of the project asks for it", async (sql) => {
      const [row] = await sql<{ id: string | null }[]>`
        select private.create_notification(${user_id}::uuid, ${type}, ${actor_id}::uuid,
          ${subject.type}, ${subject.id}::uuid, ${source_id}::uuid, ${meta}::text::jsonb) as id`;
      return row?.id ?? null;
    });
    const answer = { id, status: id === null ? "suppressed" as const : "pending" as const };
    return new Answer(answer, { status: id === null ? 200 : 201 });
  })];
}
