/** @module Web Push: which browsers are rung, and ringing them. The payload is an id, no words. */
import { Buffer } from "node:buffer";
import { z } from "zod";
import { AppError, invalidField } from "../core/errors.ts";
import { type Route, route } from "../http/route.ts";
import type { Consumer, OutboxEvent } from "../outbox/mod.ts";
import type { AppDeps } from "../platform/deps.ts";
import { OutsideError } from "../platform/outside.ts";
import type { PushOutcome, PushSender } from "../platform/push.ts";
import type { Sql } from "../platform/postgres.ts";
import {
  deleteSubscription,
  type DuePush,
  enqueuePush,
  enqueuePushes,
  forgetSubscription,
  insertSubscription,
  markRung,
  selectDuePush,
} from "./push_sql.ts";
import {
  DropPushSubscription,
  PushKey,
  PushSubscription,
  SavedPushSubscription,
} from "./schemas.ts";

/** What Web Push needs. */
export type PushDeps = Pick<AppDeps, "db" | "push">;

const tag = "notifications";
const path = "/notifications/push-subscriptions";
/** Somebody waits for an answer. */
const URGENT = new Set(["message", "mention", "reply", "room_invite"]);
const ManyPayload = z.object({ ids: z.array(z.uuid()) });
const DuePayload = z.object({ notification_id: z.uuid() });

function configured({ push }: PushDeps): PushSender {
  if (push === undefined) {
    throw new AppError("not-configured", "Web Push needs VAPID_PUBLIC_KEY and its companions");
  }
  return push;
}

/** @throws `invalid-input` when a key is no point of the curve: nobody could encrypt for it */
async function requirePoint(key: string): Promise<void> {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  try {
    await crypto.subtle.importKey("raw", Buffer.from(key, "base64url"), curve, false, []);
  } catch {
    throw invalidField("keys.p256dh", "This is not a public key of the curve P-256");
  }
}

/** Routes of Web Push. */
export function pushRoutes(deps: PushDeps): Route[] {
  return [
    route(
      {
        method: "get",
        path: "/notifications/push-key",
        access: "anyone",
        tag,
        summary: "Read the key with which a browser subscribes to push",
        answer: PushKey,
        problems: ["not-configured"],
      },
      () => Promise.resolve({ public_key: configured(deps).publicKey }),
    ),
    route(
      {
        method: "post",
        path,
        tag,
        summary: "Have this browser rung: takes its PushSubscription.toJSON()",
        body: PushSubscription,
        answer: SavedPushSubscription,
        status: 201,
        problems: ["not-configured"],
      },
      async ({ viewer, body: { endpoint, keys } }) => {
        configured(deps);
        await requirePoint(keys.p256dh);
        const [row] = await deps.db.asViewer(
          viewer,
          (sql) => insertSubscription(sql, endpoint, keys.p256dh, keys.auth),
        );
        return { id: row?.id ?? "", endpoint };
      },
    ),
    route(
      {
        method: "delete",
        path,
        openTo: "suspended",
        tag,
        summary: "Have a browser rung no more",
        body: DropPushSubscription,
      },
      async ({ viewer, body }) => {
        await deps.db.asViewer(viewer, (sql) => deleteSubscription(sql, body.endpoint));
      },
    ),
  ];
}

/** Has the browsers rung of whoever is told something. */
export const pushConsumer: Consumer = {
  name: "push",
  topics: ["notification.created", "notification.many_created"],
  isShared: true,
  isIdle: ({ push }) => push === undefined,
  async handle(deps, { topic, subject_id: notification, payload }, sql) {
    if (deps.push === undefined) return;
    if (topic === "notification.created") await enqueuePush(sql, notification);
    else await enqueuePushes(sql, ManyPayload.parse(payload).ids);
  },
};

async function ring(push: PushSender, id: string, due: DuePush): Promise<PushOutcome> {
  const target = { endpoint: due.endpoint, p256dh: due.p256dh, auth: due.auth_secret };
  try {
    return await push.send(target, {
      body: JSON.stringify({ id }),
      topic: id.replaceAll("-", ""),
      urgency: URGENT.has(due.type) ? "high" : "normal",
    });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    // An address inside of a network will not be reached later either.
    return ["private-address", "bad-address"].includes(error.refusal) ? "gone" : "later";
  }
}

async function ringBrowser(deps: AppDeps, event: OutboxEvent, sql: Sql): Promise<void> {
  const { notification_id: id } = DuePayload.parse(event.payload);
  const due = await selectDuePush(sql, event.subject_id, id);
  if (due === undefined || deps.push === undefined) return;
  const outcome = await ring(deps.push, id, due);
  if (outcome === "later") throw new AppError("unavailable", "The push service is out of reach");
  if (outcome === "sent") await markRung(sql, event.subject_id);
  if (outcome === "gone") await forgetSubscription(sql, event.subject_id);
  if (outcome === "refused") {
    deps.log.error("push refused", { subscription: event.subject_id, notification: id });
  }
}

/** Rings one browser; told twice, the push service keeps one. */
export const ringConsumer: Consumer = {
  name: "ring",
  topics: ["push.due"],
  handle: ringBrowser,
};
