/** @module What other systems say in rooms, by the address of a webhook. */
import { timingSafeEqual } from "node:crypto";
import type { z } from "zod";
import { AppError } from "../core/errors.ts";
import { isUuid } from "../core/ids.ts";
import { overLimit, takeLimit } from "../http/limits.ts";
import type { AppDeps } from "../platform/deps.ts";
import { ANONYMOUS } from "../platform/postgres.ts";
import { prepareText, slackMarkdown } from "../text/mod.ts";
import { WebhookCall } from "./schemas.ts";
import { hashOf } from "./service.ts";
import { sayByWebhook, selectSecretHash } from "./sql.ts";

/** What webhooks need. */
export type WebhookDeps = Pick<AppDeps, "config" | "db">;

/** A call as it came. */
export interface WebhookRequest {
  readonly id: string;
  readonly secret: string;
  readonly contentType: string;
  readonly body: string;
}

/** Longest text in characters; the table has the same bound. */
const TEXT_MAX = 5_000;
/** Longest secret that is looked at. */
const SECRET_LENGTH_MAX = 128;

/** A wrong address looks the same whether the webhook exists or not. */
function unknownHook(): AppError {
  return new AppError("not-found", "There is no such webhook");
}

async function requireSecret(deps: WebhookDeps, { id, secret }: WebhookRequest): Promise<void> {
  if (!isUuid(id) || secret.length > SECRET_LENGTH_MAX) throw unknownHook();
  const [row] = await deps.db.asService(
    "whoever calls a webhook is nobody",
    (sql) => selectSecretHash(sql, id),
  );
  // Compared in the same time when there is nothing to compare with.
  const given = hashOf(secret);
  const isRight = timingSafeEqual(given, row?.secret_hash ?? new Uint8Array(given.byteLength));
  if (row === undefined || !isRight) throw unknownHook();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("malformed-request", "The body is not valid JSON", { cause });
  }
}

function fieldsAtFault(error: z.ZodError) {
  return error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
}

/** JSON, or a form whose field `payload` is JSON, as Slack's senders may choose. */
function readCall({ contentType, body }: WebhookRequest): WebhookCall {
  const isForm = contentType.startsWith("application/x-www-form-urlencoded");
  const parsed = WebhookCall.safeParse(
    parse(isForm ? new URLSearchParams(body).get("payload") ?? "" : body),
  );
  if (!parsed.success) {
    throw new AppError("invalid-input", "The call is not valid", {
      errors: fieldsAtFault(parsed.error),
    });
  }
  return parsed.data;
}

function checkText(text: string): void {
  if (text.length <= 2 * TEXT_MAX && text.isWellFormed() && !text.includes("\0")) {
    if ([...text].length <= TEXT_MAX) return;
  }
  throw new AppError("invalid-input", "The text is not valid", {
    errors: [{ path: "text", message: `Text of at most ${TEXT_MAX} characters` }],
  });
}

/** Slack's markup as ours, which may be longer: what is too long then is refused as well. */
function bodyOf({ text }: WebhookCall): string {
  checkText(text);
  const body = slackMarkdown(text);
  checkText(body);
  return body;
}

/** Says in the room what came by a webhook; gives the id of the message. */
export async function takeWebhookCall(deps: WebhookDeps, request: WebhookRequest): Promise<string> {
  await requireSecret(deps, request);
  const standing = await takeLimit(deps, "hook", { viewer: ANONYMOUS, address: request.id });
  if (!standing.allowed) throw overLimit(standing);
  const call = readCall(request);
  const body = bodyOf(call);
  return await deps.db.asService("whoever calls a webhook is nobody", async (sql) => {
    await prepareText(sql, body, [call.username ?? ""]);
    const [said] = await sayByWebhook(sql, request.id, {
      body,
      name: call.username ?? null,
      avatarUrl: call.icon_url ?? null,
      threadId: call.thread_id ?? null,
    });
    return said?.id ?? "";
  });
}
