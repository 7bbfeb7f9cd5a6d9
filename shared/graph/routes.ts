/** @module Addresses of following, blocking and muting. */
import { ListQuery } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { ProfileCard, UserParams } from "../profiles/mod.ts";
import { audienceRoutes } from "./audience_routes.ts";
import type { AudienceDeps } from "./audience_service.ts";
import { type ListKind, PeoplePage, RequesterParams } from "./schemas.ts";
import {
  answerFollowRequest,
  blockPerson,
  followPerson,
  type GraphDeps,
  listPeople,
  mutePerson,
  removeFollower,
  unblockPerson,
  unfollowPerson,
  unmutePerson,
} from "./service.ts";
import { suggestionRoutes } from "./suggestion_routes.ts";

/** Changes towards one person. */
function changeRoutes(deps: GraphDeps): Route[] {
  const make = {
    method: "post",
    tag: "graph",
    params: UserParams,
    answer: ProfileCard,
    problems: ["invalid-input"],
  } as const;
  const undo = { method: "delete", tag: "graph", params: UserParams } as const;
  return [
    route(
      {
        ...make,
        path: "/users/{id}/follow",
        summary: "Follow a person, or ask a private account to let you",
        limit: "follow",
      },
      ({ viewer, params }) => followPerson(deps, viewer, params.id),
    ),
    route(
      {
        ...undo,
        path: "/users/{id}/follow",
        aliases: ["POST /users/{id}/unfollow"],
        summary: "End a follow, or withdraw the request for it",
        limit: "follow",
      },
      ({ viewer, params }) => unfollowPerson(deps, viewer, params.id),
    ),
    route(
      { ...undo, path: "/users/me/followers/{id}", summary: "Remove a follower" },
      ({ viewer, params }) => removeFollower(deps, viewer, params.id),
    ),
    route(
      { ...make, path: "/users/{id}/block", summary: "Block a person" },
      ({ viewer, params }) => blockPerson(deps, viewer, params.id),
    ),
    route(
      { ...undo, path: "/users/{id}/block", summary: "Take a block back" },
      ({ viewer, params }) => unblockPerson(deps, viewer, params.id),
    ),
    route(
      { ...make, path: "/users/{id}/mute", summary: "Mute a person" },
      ({ viewer, params }) => mutePerson(deps, viewer, params.id),
    ),
    route(
      { ...undo, path: "/users/{id}/mute", summary: "Take a mute back" },
      ({ viewer, params }) => unmutePerson(deps, viewer, params.id),
    ),
  ];
}

const LIST = {
  method: "get",
  tag: "graph",
  query: ListQuery,
  answer: PeoplePage,
} as const;

/** A list that others may read, unless the person hides it. */
function openList(deps: GraphDeps, kind: ListKind, summary: string): Route {
  return route(
    { ...LIST, path: `/users/{id}/${kind}`, summary, params: UserParams },
    ({ viewer, params, query }) => listPeople(deps, viewer, { of: params.id, kind }, query),
  );
}

/** A list of the person asking. */
function ownList(deps: GraphDeps, kind: ListKind, path: `/${string}`, summary: string): Route {
  return route(
    { ...LIST, path, summary },
    ({ viewer, query }) => listPeople(deps, viewer, { of: viewer.userId, kind }, query),
  );
}

/** Answers to a request to follow. */
function requestRoute(deps: GraphDeps, verb: "accept" | "reject"): Route {
  return route(
    {
      method: "post",
      path: `/follow-requests/{user_id}/${verb}`,
      tag: "graph",
      summary: `${verb === "accept" ? "Accept" : "Reject"} a request to follow you`,
      params: RequesterParams,
      answer: ProfileCard,
    },
    ({ viewer, params }) => answerFollowRequest(deps, viewer, params.user_id, verb === "accept"),
  );
}

/** Routes of the graph. */
export function graphRoutes(deps: GraphDeps & AudienceDeps): Route[] {
  return [
    ...changeRoutes(deps),
    openList(deps, "followers", "List who follows a person, newest first"),
    openList(deps, "following", "List whom a person follows, newest first"),
    openList(deps, "friends", "List who follows a person and is followed back"),
    ownList(deps, "requests", "/follow-requests", "List requests to follow you"),
    ownList(deps, "blocks", "/users/me/blocks", "List whom you have blocked"),
    ownList(deps, "mutes", "/users/me/mutes", "List whom you have muted"),
    requestRoute(deps, "accept"),
    requestRoute(deps, "reject"),
    ...audienceRoutes(deps),
    ...suggestionRoutes(deps),
  ];
}
