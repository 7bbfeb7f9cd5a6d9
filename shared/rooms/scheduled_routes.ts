/** @module HTTP face of messages that are said later; writing one is a route of messages. */
import { IdParams, ListQuery, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { ScheduledMessage } from "./scheduled_schemas.ts";
import { listScheduled, unscheduleMessage } from "./scheduled_service.ts";
import { MessageParams } from "./schemas.ts";
import type { RoomsDeps } from "./service.ts";

const tag = "messages";

/** Routes of messages that are said later. */
export function scheduledRoutes(deps: RoomsDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/rooms/{id}/scheduled-messages",
      tag,
      summary: "List one's own messages in a room that wait for their time, the next first",
      params: IdParams,
      query: ListQuery,
      answer: pageOf(ScheduledMessage),
    }, ({ viewer, params, query }) => listScheduled(deps, viewer, params.id, query)),
    route({
      method: "delete",
      path: "/rooms/{id}/scheduled-messages/{mid}",
      tag,
      summary: "Take a message back before it is said",
      params: MessageParams,
    }, async ({ viewer, params }) => {
      await unscheduleMessage(deps, viewer, { roomId: params.id, id: params.mid });
    }),
  ];
}
