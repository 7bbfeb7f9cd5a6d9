/** @module Ways to bots, to their tokens, and to the webhooks of a room. */
import { IdParams } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import * as shapes from "./schemas.ts";
import * as service from "./service.ts";
import type { BotsDeps } from "./service.ts";
import * as bots from "./sql.ts";

const tag = "bots";

function accountRoutes(deps: BotsDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/bots",
      tag,
      summary: "List one's bots and their tokens, the oldest first",
      answer: shapes.Bots,
    }, ({ viewer }) => service.listBots(deps, viewer)),
    route({
      method: "post",
      path: "/bots",
      tag,
      summary: "Make a bot: an account that nobody signs in to",
      body: shapes.NewBot,
      answer: shapes.Bot,
      status: 201,
    }, ({ viewer, body }) => service.createBot(deps, viewer, body)),
    route({
      method: "patch",
      path: "/bots/{id}",
      tag,
      summary: "Change how a bot presents itself",
      params: IdParams,
      body: shapes.BotChanges,
      answer: shapes.Bot,
    }, ({ viewer, params, body }) => service.changeBot(deps, viewer, params.id, body)),
    route(
      {
        method: "delete",
        path: "/bots/{id}",
        tag,
        summary: "Delete a bot: its tokens at once, what it said soon after",
        params: IdParams,
      },
      ({ viewer, params }) =>
        service.perform(deps, viewer, (sql) => bots.deleteBot(sql, params.id)),
    ),
  ];
}

function tokenRoutes(deps: BotsDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/bots/{id}/tokens",
      tag,
      summary: "Make a token of a bot; it is shown here only",
      params: IdParams,
      body: shapes.NewBotToken,
      answer: shapes.MadeBotToken,
      status: 201,
      idempotent: false,
    }, ({ viewer, params, body }) => service.createToken(deps, viewer, params.id, body)),
    route(
      {
        method: "delete",
        path: "/bots/{id}/tokens/{token_id}",
        tag,
        summary: "Take a token back; it is refused from then on",
        params: shapes.BotTokenParams,
      },
      ({ viewer, params }) =>
        service.perform(deps, viewer, (sql) => bots.deleteToken(sql, params.id, params.token_id)),
    ),
    route(
      {
        method: "put",
        path: "/bots/{id}/rooms/{room_id}",
        tag,
        summary: "Let one's bot into a room to which one may invite",
        params: shapes.BotRoomParams,
        problems: ["room-archived"],
      },
      ({ viewer, params }) =>
        service.perform(deps, viewer, (sql) => bots.addBot(sql, params.id, params.room_id)),
    ),
    route(
      {
        method: "delete",
        path: "/bots/{id}/rooms/{room_id}",
        tag,
        summary: "Take one's bot out of a room",
        params: shapes.BotRoomParams,
      },
      ({ viewer, params }) =>
        service.perform(deps, viewer, (sql) => bots.removeBot(sql, params.id, params.room_id)),
    ),
  ];
}

function webhookRoutes(deps: BotsDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/rooms/{id}/incoming-webhooks",
      tag,
      summary: "List the incoming webhooks of a room, for those who may change it",
      params: IdParams,
      answer: shapes.IncomingWebhooks,
    }, ({ viewer, params }) => service.listWebhooks(deps, viewer, params.id)),
    route({
      method: "post",
      path: "/rooms/{id}/incoming-webhooks",
      tag,
      summary: "Make an address by which another system speaks in the room; it is shown here only",
      params: IdParams,
      body: shapes.NewWebhook,
      answer: shapes.MadeWebhook,
      status: 201,
      idempotent: false,
    }, ({ viewer, params, body }) => service.createWebhook(deps, viewer, params.id, body)),
    route(
      {
        method: "delete",
        path: "/rooms/{id}/incoming-webhooks/{hook_id}",
        tag,
        summary: "End a webhook; its address leads nowhere from then on",
        params: shapes.WebhookParams,
      },
      ({ viewer, params }) =>
        service.perform(deps, viewer, (sql) => bots.deleteWebhook(sql, params.id, params.hook_id)),
    ),
  ];
}

/** All routes of bots and of incoming webhooks. */
export function botRoutes(deps: BotsDeps): Route[] {
  return [...accountRoutes(deps), ...tokenRoutes(deps), ...webhookRoutes(deps)];
}
