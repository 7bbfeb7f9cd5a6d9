/** @module Ways to members of rooms, measures and invites. */
import { IdParams, ListQuery, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import * as shapes from "./member_schemas.ts";
import * as service from "./member_service.ts";
import * as members from "./member_sql.ts";
import { Room } from "./schemas.ts";
import type { RoomsDeps } from "./service.ts";

const tag = "rooms";
const denied = ["not-permitted"] as const;

function at(params: { id: string; user_id: string }) {
  return { roomId: params.id, userId: params.user_id };
}

function settingsRoutes(deps: RoomsDeps): Route[] {
  const common = { path: "/rooms/{id}/settings", tag, params: IdParams } as const;
  return [
    route({
      ...common,
      method: "get",
      summary: "Read what one keeps to oneself in a room: receipts, typing, presence",
      answer: shapes.RoomSettings,
      problems: [...denied],
    }, ({ viewer, params }) => service.readRoomSettings(deps, viewer, params.id)),
    route({
      ...common,
      method: "patch",
      summary: "Keep receipts, typing or presence to oneself in a room; null is as for the account",
      body: shapes.RoomSettingsChange,
      answer: shapes.RoomSettings,
      problems: [...denied],
    }, ({ viewer, params, body }) => service.changeRoomSettings(deps, viewer, params.id, body)),
  ];
}

function memberRoutes(deps: RoomsDeps): Route[] {
  return [
    route({
      method: "patch",
      path: "/rooms/{id}/members/{user_id}",
      tag,
      summary: "Give a member another role",
      params: shapes.MemberParams,
      body: shapes.RoleChange,
      answer: Room,
      problems: [...denied, "conflict"],
    }, ({ viewer, params, body }) =>
      service.performOnRoom(
        deps,
        viewer,
        params.id,
        (sql) => members.setRole(sql, at(params), body.role),
      )),
    route(
      {
        method: "delete",
        path: "/rooms/{id}/members/{user_id}",
        tag,
        summary: "Put a member out; a new invite lets them back in",
        params: shapes.MemberParams,
        problems: [...denied],
      },
      ({ viewer, params }) =>
        service.perform(deps, viewer, (sql) => members.kickMember(sql, at(params))),
    ),
    route({
      method: "post",
      path: "/rooms/{id}/transfer",
      tag,
      summary: "Hand the room over to another member",
      params: IdParams,
      body: shapes.Transfer,
      answer: Room,
      problems: [...denied],
    }, ({ viewer, params, body }) =>
      service.performOnRoom(
        deps,
        viewer,
        params.id,
        (sql) => members.transferRoom(sql, { roomId: params.id, userId: body.user_id }),
      )),
    ...([["archive", true], ["unarchive", false]] as const).map(([verb, archived]) =>
      route({
        method: "post",
        path: `/rooms/{id}/${verb}`,
        tag,
        summary: archived
          ? "Archive a room: it is read, not written"
          : "Open an archived room again",
        params: IdParams,
        answer: Room,
        problems: [...denied],
      }, ({ viewer, params }) =>
        service.performOnRoom(
          deps,
          viewer,
          params.id,
          (sql) => members.setArchived(sql, params.id, archived),
        ))
    ),
  ];
}

function measureRoutes(deps: RoomsDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/rooms/{id}/mute/{user_id}",
      tag,
      summary: "Mute a member, until a time or until it is lifted",
      params: shapes.MemberParams,
      body: shapes.RoomMute,
      bodyOptional: true,
      answer: shapes.Muted,
      problems: [...denied],
    }, ({ viewer, params, body }) => service.muteMember(deps, viewer, at(params), body)),
    route(
      {
        method: "delete",
        path: "/rooms/{id}/mute/{user_id}",
        tag,
        summary: "End a mute",
        params: shapes.MemberParams,
        problems: [...denied],
      },
      ({ viewer, params }) =>
        service.perform(deps, viewer, (sql) => members.unmuteMember(sql, at(params))),
    ),
    route({
      method: "get",
      path: "/rooms/{id}/bans",
      tag,
      summary: "List who is banned, for those who keep order",
      params: IdParams,
      query: ListQuery,
      answer: pageOf(shapes.BannedPerson),
      problems: [...denied],
    }, ({ viewer, params, query }) => service.listBans(deps, viewer, params.id, query)),
    route(
      {
        method: "post",
        path: "/rooms/{id}/bans/{user_id}",
        tag,
        summary: "Ban somebody from the room",
        params: shapes.MemberParams,
        body: shapes.RoomBan,
        bodyOptional: true,
        problems: [...denied],
      },
      ({ viewer, params, body }) =>
        service.perform(deps, viewer, (sql) => members.banMember(sql, at(params), body.reason)),
    ),
    route(
      {
        method: "delete",
        path: "/rooms/{id}/bans/{user_id}",
        tag,
        summary: "Lift a ban",
        params: shapes.MemberParams,
        problems: [...denied],
      },
      ({ viewer, params }) =>
        service.perform(deps, viewer, (sql) => members.unbanMember(sql, at(params))),
    ),
  ];
}

function logRoutes(deps: RoomsDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/rooms/{id}/log",
      tag,
      summary: "List what was done to keep order, the newest first, for those who do",
      params: IdParams,
      query: ListQuery,
      answer: pageOf(shapes.RoomLogEntry),
      problems: [...denied],
    }, ({ viewer, params, query }) => service.listLog(deps, viewer, params.id, query)),
  ];
}

function inviteRoutes(deps: service.InvitesDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/rooms/{id}/invites",
      tag,
      summary: "Make an invite: a link, or for the people named only",
      params: IdParams,
      body: shapes.NewInvite,
      bodyOptional: true,
      answer: shapes.MadeInvite,
      status: 201,
      idempotent: false,
      problems: [...denied, "room-archived", "not-accepting-invites", "conflict"],
    }, ({ viewer, params, body }) => service.createInvite(deps, viewer, params.id, body)),
    route({
      method: "get",
      path: "/rooms/{id}/invites",
      tag,
      summary: "List open invites: all for those who keep order, one's own for others",
      params: IdParams,
      query: ListQuery,
      answer: pageOf(shapes.RoomInvite),
      problems: [...denied],
    }, ({ viewer, params, query }) => service.listInvites(deps, viewer, params.id, query)),
    route({
      method: "get",
      path: "/invites/{token}",
      tag,
      summary: "Read to what one is invited",
      params: shapes.TokenParams,
      answer: shapes.Invitation,
    }, ({ viewer, params }) => service.readInvite(deps, viewer, params.token)),
    route({
      method: "post",
      path: "/invites/{token}/accept",
      scope: "messages:write",
      tag,
      summary: "Come into a room by an invite",
      params: shapes.TokenParams,
      answer: Room,
      problems: [...denied],
    }, ({ viewer, params }) => service.acceptInvite(deps, viewer, params.token)),
    route(
      {
        method: "delete",
        path: "/invites/{id}",
        tag,
        summary: "End an invite; whom it names declines it",
        params: IdParams,
      },
      ({ viewer, params }) =>
        service.perform(deps, viewer, (sql) => members.revokeInvite(sql, params.id)),
    ),
  ];
}

/** All routes to members, measures and invites. */
export function roomMemberRoutes(deps: service.InvitesDeps): Route[] {
  return [
    ...settingsRoutes(deps),
    ...memberRoutes(deps),
    ...measureRoutes(deps),
    ...logRoutes(deps),
    ...inviteRoutes(deps),
  ];
}
