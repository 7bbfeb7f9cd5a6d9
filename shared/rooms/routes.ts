/** @module Ways to rooms and messages. */
import { IdParams, ListQuery, pageOf } from "../core/shapes.ts";
import { Answer, type Route, route } from "../http/route.ts";
import { roomMemberRoutes } from "./member_routes.ts";
import type { CommandDeps } from "./command_service.ts";
import { messageRoutes } from "./message_routes.ts";
import { requestRoutes } from "./request_routes.ts";
import { scheduledRoutes } from "./scheduled_routes.ts";
import * as shapes from "./schemas.ts";
import * as rooms from "./service.ts";
import type { RoomsDeps } from "./service.ts";

const tag = "rooms";
const Rooms = pageOf(shapes.Room);

function readRoutes(deps: RoomsDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/rooms",
      scope: "rooms:read",
      tag,
      summary: "List the rooms one is in, the liveliest first",
      query: ListQuery,
      answer: Rooms,
    }, ({ viewer, query }) => rooms.listMyRooms(deps, viewer, query)),
    route({
      method: "get",
      path: "/rooms/discover",
      scope: "rooms:read",
      tag,
      summary: "List public channels to join, the newest or the most popular first",
      query: shapes.DiscoverQuery,
      answer: Rooms,
    }, ({ viewer, query }) => rooms.listPublicChannels(deps, viewer, query)),
    route({
      method: "get",
      path: "/rooms/{id}",
      scope: "rooms:read",
      tag,
      summary: "Read a room",
      params: IdParams,
      answer: shapes.Room,
    }, ({ viewer, params }) => rooms.readRoom(deps, viewer, params.id)),
    route({
      method: "get",
      path: "/rooms/{id}/members",
      scope: "rooms:read",
      tag,
      summary: "List the members of a room in the order in which they joined",
      params: IdParams,
      query: ListQuery,
      answer: pageOf(shapes.RoomMember),
      problems: ["not-permitted"],
    }, ({ viewer, params, query }) => rooms.listMembers(deps, viewer, params.id, query)),
  ];
}

function commandRoutes(deps: RoomsDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/rooms",
      tag,
      summary: "Make a room",
      body: shapes.NewRoom,
      answer: shapes.Room,
      status: 201,
    }, ({ viewer, body }) => rooms.createRoom(deps, viewer, body)),
    route({
      method: "patch",
      path: "/rooms/{id}",
      tag,
      summary: "Rename or change a room",
      params: IdParams,
      body: shapes.RoomChanges,
      answer: shapes.Room,
      problems: ["not-permitted"],
    }, ({ viewer, params, body }) => rooms.changeRoom(deps, viewer, params.id, body)),
    route({
      method: "delete",
      path: "/rooms/{id}",
      tag,
      summary: "Delete a room with everything in it",
      params: IdParams,
      problems: ["not-permitted"],
    }, async ({ viewer, params }) => {
      await rooms.removeRoom(deps, viewer, params.id);
    }),
    route({
      method: "post",
      path: "/rooms/{id}/join",
      scope: "messages:write",
      tag,
      summary: "Join a public channel",
      params: IdParams,
      answer: shapes.Room,
      problems: ["not-permitted", "room-archived"],
    }, ({ viewer, params }) => rooms.joinRoom(deps, viewer, params.id)),
    route({
      method: "post",
      path: "/rooms/{id}/leave",
      scope: "messages:write",
      tag,
      summary: "Leave a room; the last owner hands over by rank and time",
      params: IdParams,
      answer: shapes.Left,
      problems: ["conflict"],
    }, ({ viewer, params }) => rooms.leaveRoom(deps, viewer, params.id)),
    route({
      method: "post",
      path: "/dms",
      tag,
      summary: "Open the conversation with one person, or a group with several; 200 when it exists",
      body: shapes.NewConversation,
      answer: shapes.Room,
      status: 201,
      otherStatuses: [200],
      problems: ["not-found", "not-accepting-messages", "not-accepting-invites"],
    }, async ({ viewer, body }) => {
      const opened = await rooms.openConversation(deps, viewer, body);
      return new Answer(opened.room, { status: opened.isNew ? 201 : 200 });
    }),
  ];
}

/** All routes of rooms and messages. */
export function roomRoutes(deps: CommandDeps): Route[] {
  return [
    ...readRoutes(deps),
    ...commandRoutes(deps),
    ...roomMemberRoutes(deps),
    ...messageRoutes(deps),
    ...requestRoutes(deps),
    ...scheduledRoutes(deps),
  ];
}
