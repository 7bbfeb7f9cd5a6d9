/** @module Ways to message requests. Whom one blocks has none: POST /users/{id}/block. */
import { IdParams, ListQuery, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { DeclinedRequest, MessageRequest } from "./request_schemas.ts";
import { acceptRequest, declineRequest, listRequests } from "./request_service.ts";
import { Room } from "./schemas.ts";
import type { RoomsDeps } from "./service.ts";

const tag = "messages";

/** Routes of message requests. */
export function requestRoutes(deps: RoomsDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/message-requests",
      tag,
      summary: "List conversations begun by people one does not follow, the newest first",
      query: ListQuery,
      answer: pageOf(MessageRequest),
    }, ({ viewer, query }) => listRequests(deps, viewer, query)),
    route({
      method: "post",
      path: "/message-requests/{id}/accept",
      tag,
      summary: "Make a conversation, named by its room, one like any other",
      params: IdParams,
      answer: Room,
    }, ({ viewer, params }) => acceptRequest(deps, viewer, params.id)),
    route({
      method: "post",
      path: "/message-requests/{id}/decline",
      tag,
      summary:
        "Set a conversation aside until one opens it or writes in it; its sender is not told",
      params: IdParams,
      answer: DeclinedRequest,
    }, ({ viewer, params }) => declineRequest(deps, viewer, params.id)),
  ];
}
