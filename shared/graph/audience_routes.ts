/** @module Addresses of lists of people that a post can be kept to. */
import { IdParams, ListQuery, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { ProfileCard } from "../profiles/mod.ts";
import { Audience, AudienceInput, AudienceMemberParams } from "./audience_schemas.ts";
import {
  addMember,
  type AudienceDeps,
  createAudience,
  deleteAudience,
  listAudiences,
  listMembers,
  removeMember,
  renameAudience,
} from "./audience_service.ts";

const tag = "audiences";

function listRoutes(deps: AudienceDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/audiences",
      tag,
      summary: "List your lists of people, newest first",
      query: ListQuery,
      answer: pageOf(Audience),
    }, ({ viewer, query }) => listAudiences(deps, viewer, query)),
    route({
      method: "post",
      path: "/audiences",
      tag,
      summary: "Make a list of people",
      body: AudienceInput,
      answer: Audience,
      status: 201,
      problems: ["conflict"],
    }, ({ viewer, body }) => createAudience(deps, viewer, body)),
    route({
      method: "patch",
      path: "/audiences/{id}",
      tag,
      summary: "Rename a list of people",
      params: IdParams,
      body: AudienceInput,
      answer: Audience,
      problems: ["conflict"],
    }, ({ viewer, params, body }) => renameAudience(deps, viewer, params.id, body)),
    route({
      method: "delete",
      path: "/audiences/{id}",
      tag,
      summary: "Drop a list of people; posts kept to it are then seen by you only",
      params: IdParams,
    }, ({ viewer, params }) => deleteAudience(deps, viewer, params.id)),
  ];
}

function memberRoutes(deps: AudienceDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/audiences/{id}/members",
      tag,
      summary: "List people on a list, the latest first",
      params: IdParams,
      query: ListQuery,
      answer: pageOf(ProfileCard),
    }, ({ viewer, params, query }) => listMembers(deps, viewer, params.id, query)),
    route({
      method: "put",
      path: "/audiences/{id}/members/{user_id}",
      tag,
      summary: "Put a person on a list, without their knowing",
      params: AudienceMemberParams,
      answer: ProfileCard,
      problems: ["invalid-input", "conflict"],
    }, ({ viewer, params }) => addMember(deps, viewer, params.id, params.user_id)),
    route({
      method: "delete",
      path: "/audiences/{id}/members/{user_id}",
      tag,
      summary: "Take a person off a list",
      params: AudienceMemberParams,
    }, ({ viewer, params }) => removeMember(deps, viewer, params.id, params.user_id)),
  ];
}

/** Routes of lists of people. */
export function audienceRoutes(deps: AudienceDeps): Route[] {
  return [...listRoutes(deps), ...memberRoutes(deps)];
}
