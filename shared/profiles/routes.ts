/** @module Addresses of profiles. */
import { pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { PatchProfile, Profile, ProfileCard, SearchUsersQuery, UserParams } from "./schemas.ts";
import { changeProfile, type ProfilesDeps, readProfile, searchUsers } from "./service.ts";

/** Routes of profiles. */
export function profileRoutes(deps: ProfilesDeps): Route[] {
  return [
    route(
      {
        method: "get",
        path: "/users/search",
        tag: "users",
        summary: "Find people by handle or name",
        query: SearchUsersQuery,
        answer: pageOf(ProfileCard),
        limit: "search",
      },
      ({ viewer, query }) => searchUsers(deps, viewer, query),
    ),
    route(
      {
        method: "get",
        path: "/users/{id}",
        access: "anyone",
        tag: "users",
        summary: "Read a profile by id or handle",
        params: UserParams,
        answer: Profile,
      },
      ({ viewer, params }) => readProfile(deps, viewer, params.id),
    ),
    route(
      {
        method: "patch",
        path: "/users/{id}",
        aliases: ["PUT /users/{id}"],
        tag: "users",
        summary: "Change your own profile",
        params: UserParams,
        body: PatchProfile,
        answer: Profile,
        problems: ["not-permitted", "conflict"],
      },
      ({ viewer, params, body }) => changeProfile(deps, viewer, params.id, body),
    ),
  ];
}
