/** @module Turns events into notifications, and hands those to people's sockets. */
import { z } from "zod";
import type { Consumer, OutboxEvent } from "../outbox/mod.ts";
import type { Sql } from "../platform/postgres.ts";
import { screenText } from "../platform/screening.ts";
import {
  deliverNotifications,
  emitToUser,
  notifyOfDecision,
  notifyOfEdit,
  notifyOfFollow,
  notifyOfInvite,
  notifyOfMessage,
  notifyOfPoll,
  notifyOfPost,
  notifyOfReaction,
  notifyOfShare,
  selectUnscreened,
  takeDelivery,
  tellBadge,
} from "./sql.ts";

const InvitePayload = z.object({ user_id: z.uuid() });
const ManyPayload = z.object({ ids: z.array(z.uuid()) });
const DecisionPayload = z.object({ action: z.string(), decision_id: z.uuid() });
/** What is told to many, and the last person who was. */
const TellingPayload = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("message"), after: z.uuid() }),
  z.object({ kind: z.literal("poll"), after: z.uuid() }),
  DecisionPayload.extend({ kind: z.literal("decision"), after: z.uuid() }),
]);

/** Tells whether a text that is about to be held must not ring anybody's bell before that. */
async function willBeHeld(sql: Sql, type: "post" | "message", id: string): Promise<boolean> {
  const body = await selectUnscreened(sql, type, id);
  return body !== undefined && screenText(body).status === "held";
}

/** Goes on where the batch before has stopped: what concerns many holds up nobody. */
async function notifyMore({ subject_id, actor_id, payload }: OutboxEvent, sql: Sql): Promise<void> {
  const more = TellingPayload.parse(payload);
  switch (more.kind) {
    case "message":
      return await notifyOfMessage(sql, subject_id, actor_id, more.after);
    case "poll":
      return await notifyOfPoll(sql, subject_id, more.after);
    case "decision":
      return await notifyOfDecision(sql, subject_id, more, more.after);
  }
}

async function notifyPeople(event: OutboxEvent, actor: string, sql: Sql): Promise<void> {
  const { topic, subject_id: subject, payload } = event;
  switch (topic) {
    case "content.liked":
      return await notifyOfReaction(sql, subject, actor);
    case "content.shared":
      return await notifyOfShare(sql, subject, actor);
    case "content.created":
      if (await willBeHeld(sql, "post", subject)) return;
      return await notifyOfPost(sql, subject, actor);
    case "content.updated":
      if (await willBeHeld(sql, "post", subject)) return;
      return await notifyOfEdit(sql, subject, actor);
    case "content.poll_closed":
      return await notifyOfPoll(sql, subject);
    case "message.created":
      if (await willBeHeld(sql, "message", subject)) return;
      return await notifyOfMessage(sql, subject, actor);
    case "room.invited":
      return await notifyOfInvite(sql, subject, actor, InvitePayload.parse(payload).user_id);
    case "moderation.decided":
      return await notifyOfDecision(sql, subject, DecisionPayload.parse(payload));
    default:
      return await notifyOfFollow(sql, topic, subject, actor);
  }
}

/**
 * Decides who is told of an event. A comment's `content.created` covers what `content.commented`
 * says, so that whoever is both mentioned and answered is told once.
 */
export const notificationsConsumer: Consumer = {
  name: "notifications",
  isShared: true,
  topics: [
    "user.followed",
    "user.follow_requested",
    "user.follow_accepted",
    "content.liked",
    "room.invited",
    "content.shared",
    "content.created",
    "content.updated",
    "content.poll_closed",
    "message.created",
    "moderation.decided",
    "notification.telling",
  ],
  async handle(_deps, event, sql) {
    if (event.topic === "notification.telling") return await notifyMore(event, sql);
    if (event.actor_id !== null) await notifyPeople(event, event.actor_id, sql);
  },
};

/** Hands an event to a person's sockets. Tests put another in its place. */
export type EmitToUser = (
  sql: Sql,
  user: string,
  event: string,
  payload: Readonly<Record<string, unknown>>,
) => Promise<void>;

/** Makes the consumer that hands a stored notification to its recipient; told twice, sent once. */
export function createDeliverConsumer(emit: EmitToUser): Consumer {
  return {
    name: "deliver",
    topics: ["notification.created", "notification.many_created", "notification.settled"],
    isShared: true,
    async handle(_deps, { topic, subject_id: subject, payload }, sql) {
      if (topic === "notification.settled") {
        return await tellBadge(sql, subject, ManyPayload.parse(payload).ids);
      }
      if (topic === "notification.many_created") {
        return await deliverNotifications(sql, ManyPayload.parse(payload).ids);
      }
      const delivery = await takeDelivery(sql, subject);
      if (delivery === undefined) return;
      const { recipient_id, notification } = delivery;
      await emit(sql, recipient_id, "notification.created", { notification });
    },
  };
}

/** Hands notifications to sockets. */
export const deliverConsumer: Consumer = createDeliverConsumer(emitToUser);
