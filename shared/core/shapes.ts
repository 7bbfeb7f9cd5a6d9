/** @module Shapes that many domains share. Imports zod only, so that the web client may use it. */
import { z } from "zod";

/** Items on a page unless asked otherwise. */
export const PAGE_SIZE_DEFAULT = 20;
/** Most items on a page. */
export const PAGE_SIZE_MAX = 100;

/** Id of anything. */
export const Id = z.uuid();

/** A moment, RFC 3339 in UTC, as precise as the database has it. */
export const Time = z.iso.datetime({ offset: true });

/** What a role may allow; the database knows the same. */
export const Permission = z.enum([
  "message.pin",
  "message.delete",
  "user.mute",
  "user.suspend",
  "user.ban",
  "post.remove",
  "report.review",
  "rule.manage",
  "role.manage",
  "flag.manage",
  "backup.manage",
  "webhook.manage",
  "job.manage",
  "analytics.view",
  "audit.view",
]);
/** What a role may allow. */
export type Permission = z.output<typeof Permission>;

/** What a bot's token may be for; the database knows the same. */
export const BotScope = z.enum(["messages:write", "messages:read", "rooms:read", "posts:write"]);
/** What a bot's token may be for. */
export type BotScope = z.output<typeof BotScope>;

/** Path with one id. */
export const IdParams = z.object({ id: Id });

/** Query of every list. Extend it with filters: `ListQuery.extend({ … })`. */
export const ListQuery = z.object({
  limit: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
  cursor: z.string().max(1_024).optional(),
});
/** Query of every list. */
export type ListQuery = z.output<typeof ListQuery>;

/** Page of a list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}

/** A flag in a query string. */
export const QueryFlag = z.enum(["true", "false"]).transform((value) => value === "true");

/** A file in a form. */
export const UploadedFile = z.instanceof(File).meta({ type: "string", format: "binary" });
