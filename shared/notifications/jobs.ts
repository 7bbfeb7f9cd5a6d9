/** @module Turns events into notifications, and hands those to people's sockets. */
import { z } from "zod";
import type { Consumer, OutboxEvent } from "../outbox/mod.ts";
import type { Sql } from "../platform/postgres.ts";
import { screenText } from "../platform/screening.ts";
import {
  deliverNotification,
  deliverNotifications,
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
} from "./sql.ts";

const ReactionPayload = z.object({ kind: z.string() });
const InvitePayload = z.object({ user_id: z.uuid() });
const ManyPayload = z.object({ ids: z.array(z.uuid()) });
const DecisionPayload = z.object({ action: z.string(), decision_id: z.uuid() });

/** Tells whether a text that is about to be held must not ring anybody's bell before that. */
async function willBeHeld(sql: Sql, type: "post" | "message", id: string): Promise<boolean> {
  const body = await selectUnscreened(sql, type, id);
  return body !== undefined && screenText(body).status === "held";
}

async function notifyPeople(event: OutboxEvent, actor: string, sql: Sql): Promise<void> {
  const { topic, subject_id: subject, payload } = event;
  switch (topic) {
    case "content.liked":
      return await notifyOfReaction(sql, subject, actor, ReactionPayload.parse(payload).kind);
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
    case "moderation.decided": {
      const { action, decision_id } = DecisionPayload.parse(payload);
      return await notifyOfDecision(sql, subject, action, decision_id);
    }
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
  ],
  async handle(_deps, event, sql) {
    if (event.actor_id !== null) await notifyPeople(event, event.actor_id, sql);
  },
};

/** Hands a stored notification to its recipient; told twice, it is sent once. */
export const deliverConsumer: Consumer = {
  name: "deliver",
  topics: ["notification.created", "notification.many_created"],
  isShared: true,
  async handle(_deps, { topic, subject_id: id, payload }, sql) {
    if (topic === "notification.created") await deliverNotification(sql, id);
    else await deliverNotifications(sql, ManyPayload.parse(payload).ids);
  },
};
