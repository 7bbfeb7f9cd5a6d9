/** @module Ways to messages, their threads, reactions, pins and receipts. */
import { IdParams, ListQuery } from "../core/shapes.ts";
import { Answer, type Route, route } from "../http/route.ts";
import type { Person } from "../platform/postgres.ts";
import { commandOf } from "./command_rules.ts";
import type { CommandReply } from "./command_schemas.ts";
import { type CommandDeps, runCommand } from "./command_service.ts";
import * as parts from "./message_parts.ts";
import * as shapes from "./message_schemas.ts";
import * as messages from "./message_service.ts";
import * as threads from "./message_threads.ts";
import { NewOrScheduledMessage, WrittenMessage, WrittenReply } from "./scheduled_schemas.ts";
import { scheduleMessage } from "./scheduled_service.ts";
import {
  HistoryQuery,
  Message,
  MessageChanges,
  MessagePage,
  MessageParams,
  ReadMark,
  Unread,
} from "./schemas.ts";
import type { RoomsDeps } from "./service.ts";

const tag = "messages";

/** Why writing a message is refused. */
const SILENCED = [
  "not-permitted",
  "account-muted",
  "room-muted",
  "room-archived",
  "room-read-only",
  "not-accepting-messages",
] as const;
const REFUSALS = [...SILENCED, "conflict", "not-accepting-invites"] as const;

/** The message that was written, or what a command answers to whoever gave it. */
function answerOf(done: CommandReply | messages.Written) {
  if ("reply" in done) return new Answer(done, { status: 200 });
  return new Answer(done.message, { status: done.isNew ? 201 : 200 });
}

/** Says it at once or later, or does what it asks for. */
async function say(
  deps: CommandDeps,
  viewer: Person,
  roomId: string,
  { publish_at, ...input }: NewOrScheduledMessage,
) {
  if (publish_at !== undefined) {
    const waiting = await scheduleMessage(deps, viewer, roomId, { ...input, publish_at });
    return new Answer(waiting, { status: "publish_at" in waiting ? 202 : 200 });
  }
  const command = commandOf(input.body);
  return answerOf(
    command === undefined
      ? await messages.writeMessage(deps, viewer, roomId, input)
      : await runCommand(deps, viewer, roomId, { command, input }),
  );
}

function writeRoutes(deps: CommandDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/rooms/{id}/messages",
      scope: "messages:read",
      tag,
      summary: "Read the history of a room in the order it was said",
      params: IdParams,
      query: HistoryQuery,
      answer: MessagePage,
      problems: ["not-permitted"],
    }, ({ viewer, params, query }) => messages.listMessages(deps, viewer, params.id, query)),
    route({
      method: "post",
      path: "/rooms/{id}/messages",
      scope: "messages:write",
      tag,
      summary: "Write a message, or give a command; 200 when one of this id was written before " +
        "and for what a command answers, 202 when it is said later",
      params: IdParams,
      body: NewOrScheduledMessage,
      answer: WrittenMessage,
      status: 201,
      otherStatuses: [200, 202],
      limit: "message",
      problems: REFUSALS,
    }, ({ viewer, params, body }) => say(deps, viewer, params.id, body)),
    route(
      {
        method: "patch",
        path: "/rooms/{id}/messages/{mid}",
        scope: "messages:write",
        tag,
        summary: "Change what one's own message says",
        params: MessageParams,
        body: MessageChanges,
        answer: Message,
        problems: [...SILENCED],
      },
      ({ viewer, params, body }) =>
        messages.changeMessage(deps, viewer, { roomId: params.id, id: params.mid }, body),
    ),
    route({
      method: "delete",
      path: "/rooms/{id}/messages/{mid}",
      scope: "messages:write",
      tag,
      summary: "Delete a message; its place in the history stays",
      params: MessageParams,
      problems: ["not-permitted"],
    }, async ({ viewer, params }) => {
      await messages.removeMessage(deps, viewer, { roomId: params.id, id: params.mid });
    }),
    route({
      method: "post",
      path: "/rooms/{id}/read",
      openTo: "suspended",
      tag,
      summary: "Mark a room read up to a message",
      params: IdParams,
      body: ReadMark,
      answer: Unread,
    }, ({ viewer, params, body }) => messages.readUpTo(deps, viewer, params.id, body.message_id)),
  ];
}

function threadRoutes(deps: CommandDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/rooms/{id}/messages/{mid}/replies",
      scope: "messages:write",
      tag,
      summary: "Answer in the thread of a message",
      params: MessageParams,
      body: shapes.NewReply,
      answer: WrittenReply,
      status: 201,
      otherStatuses: [200],
      limit: "message",
      problems: [...REFUSALS],
    }, async ({ viewer, params, body }) => {
      const input = { ...body, parent_id: params.mid };
      const command = commandOf(body.body);
      return answerOf(
        command === undefined
          ? await threads.writeReply(deps, viewer, params.id, input)
          : await runCommand(deps, viewer, params.id, { command, input }),
      );
    }),
    route({
      method: "get",
      path: "/rooms/{id}/messages/{mid}/thread",
      scope: "messages:read",
      tag,
      summary: "Read the thread of a message in the order it was said",
      params: MessageParams,
      query: ListQuery,
      answer: shapes.Thread,
      problems: ["not-permitted"],
    }, ({ viewer, params, query }) => threads.readThread(deps, viewer, at(params), query)),
    route(
      {
        method: "put",
        path: "/rooms/{id}/messages/{mid}/subscription",
        tag,
        summary: "Say what one wants to be told of a thread",
        params: MessageParams,
        body: shapes.Subscription,
        answer: shapes.Subscription,
      },
      ({ viewer, params, body }) => threads.followThread(deps, viewer, at(params), body.level),
    ),
    route({
      method: "get",
      path: "/rooms/{id}/messages/{mid}/history",
      scope: "messages:read",
      tag,
      summary: "Read what a message said before, the last first",
      params: MessageParams,
      answer: shapes.MessageHistory,
      problems: ["not-permitted"],
    }, ({ viewer, params }) => parts.readHistory(deps, viewer, at(params))),
  ];
}

function reactionRoutes(deps: RoomsDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/rooms/{id}/messages/{mid}/reactions",
      scope: "messages:write",
      tag,
      summary: "Give a message an emoji; told twice, it is given once",
      params: MessageParams,
      body: shapes.NewReaction,
      answer: Message,
      status: 201,
      problems: [...REFUSALS],
    }, ({ viewer, params, body }) => parts.react(deps, viewer, at(params), body.emoji)),
    route({
      method: "delete",
      path: "/rooms/{id}/messages/{mid}/reactions/{emoji}",
      scope: "messages:write",
      tag,
      summary: "Take an emoji back",
      params: shapes.ReactionParams,
      problems: ["not-permitted"],
    }, async ({ viewer, params }) => {
      await parts.takeBack(deps, viewer, at(params), params.emoji);
    }),
    route({
      method: "post",
      path: "/rooms/{id}/messages/{mid}/pin",
      tag,
      summary: "Pin a message; a room holds up three",
      params: MessageParams,
      answer: Message,
      status: 201,
      problems: ["not-permitted", "room-archived", "conflict"],
    }, ({ viewer, params }) => parts.pin(deps, viewer, at(params))),
    route({
      method: "delete",
      path: "/rooms/{id}/messages/{mid}/pin",
      tag,
      summary: "Take a pinned message down",
      params: MessageParams,
      problems: ["not-permitted", "room-archived"],
    }, async ({ viewer, params }) => {
      await parts.unpin(deps, viewer, at(params));
    }),
    route({
      method: "get",
      path: "/rooms/{id}/pins",
      scope: "messages:read",
      tag,
      summary: "List the pinned messages of a room, the last pinned first",
      params: IdParams,
      answer: shapes.Pins,
      problems: ["not-permitted"],
    }, ({ viewer, params }) => parts.listPins(deps, viewer, params.id)),
  ];
}

function receiptRoutes(deps: RoomsDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/messages/{mid}/read",
      openTo: "suspended",
      tag,
      summary: "Mark what was said up to a message read, in its room or in its thread",
      params: shapes.MessageIdParams,
      answer: Unread,
    }, ({ viewer, params }) => parts.markMessage(deps, viewer, params.mid, "read")),
    route({
      method: "post",
      path: "/messages/{mid}/delivered",
      openTo: "suspended",
      tag,
      summary: "Say that what was said up to a message has come to a device",
      params: shapes.MessageIdParams,
      answer: Unread,
    }, ({ viewer, params }) => parts.markMessage(deps, viewer, params.mid, "delivered")),
    route({
      method: "get",
      path: "/messages/{mid}/receipts",
      tag,
      summary: "Read how far a message of a direct conversation has come",
      params: shapes.MessageIdParams,
      answer: shapes.Receipts,
      problems: ["not-permitted"],
    }, ({ viewer, params }) => parts.listReceipts(deps, viewer, params.mid)),
  ];
}

function at(params: { readonly id: string; readonly mid: string }) {
  return { roomId: params.id, id: params.mid };
}

/** All routes of messages. */
export function messageRoutes(deps: CommandDeps): Route[] {
  return [
    ...writeRoutes(deps),
    ...threadRoutes(deps),
    ...reactionRoutes(deps),
    ...receiptRoutes(deps),
  ];
}
