/** @module HTTP face of calls. */
import { IdParams } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { Call, IceServers, StartCall } from "./schemas.ts";
import * as calls from "./service.ts";

const tag = "calls";
const REFUSALS = [
  "not-permitted",
  "account-muted",
  "room-muted",
  "not-accepting-messages",
  "conflict",
] as const;

function memberRoutes(deps: calls.CallsDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/rooms/{id}/calls",
      tag,
      summary: "Call the people of a room; it rings for a minute",
      params: IdParams,
      body: StartCall,
      answer: Call,
      status: 201,
      problems: REFUSALS,
    }, ({ viewer, params, body }) => calls.startCall(deps, viewer, params.id, body)),
    route({
      method: "get",
      path: "/calls/{id}",
      tag,
      summary: "Read a call of one's rooms",
      params: IdParams,
      answer: Call,
      etag: false,
    }, ({ viewer, params }) => calls.readCall(deps, viewer, params.id)),
    route({
      method: "post",
      path: "/calls/{id}/join",
      tag,
      summary: "Join a call; more than four people need a call server",
      params: IdParams,
      answer: Call,
      idempotent: false,
      problems: [...REFUSALS, "not-configured"],
    }, ({ viewer, params }) => calls.joinCall(deps, viewer, params.id)),
  ];
}

/** Routes of calls. */
export function callRoutes(deps: calls.CallsDeps): Route[] {
  return [
    ...memberRoutes(deps),
    route({
      method: "post",
      path: "/calls/{id}/leave",
      openTo: "suspended",
      tag,
      summary: "Leave a call, or decline one that rings; it ends when the last leaves",
      params: IdParams,
      answer: Call,
      idempotent: false,
    }, ({ viewer, params }) => calls.leaveCall(deps, viewer, params.id)),
    route({
      method: "post",
      path: "/calls/{id}/end",
      tag,
      summary: "End a call for everybody, as who started it or keeps order in the room",
      params: IdParams,
      answer: Call,
      idempotent: false,
      problems: ["not-permitted"],
    }, ({ viewer, params }) => calls.endCall(deps, viewer, params.id)),
    route({
      method: "get",
      path: "/calls/{id}/ice-servers",
      tag,
      summary: "Read the servers by which the devices of a call find each other",
      params: IdParams,
      answer: IceServers,
      etag: false,
      problems: ["not-permitted"],
    }, ({ viewer, params }) => calls.readIceServers(deps, viewer, params.id)),
  ];
}
