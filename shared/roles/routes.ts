/** @module Addresses of roles. */
import { ListQuery, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { UserParams } from "../profiles/mod.ts";
import { ChangeRole, CreateRole, Role, RoleParams, UserRole, UserRoleParams } from "./schemas.ts";
import {
  changeRole,
  giveRole,
  listRoles,
  listUserRoles,
  makeRole,
  removeRole,
  type RolesDeps,
  takeRole,
} from "./service.ts";

const STAFF = { tag: "roles", permission: "role.manage" } as const;
const CHANGE = { ...STAFF, limit: "admin", problems: ["conflict", "not-found"] } as const;

function holderRoutes(deps: RolesDeps): Route[] {
  return [
    route(
      {
        method: "get",
        path: "/users/{id}/roles",
        tag: "roles",
        summary: "List a person's roles; those of others need role.manage",
        params: UserParams,
        query: ListQuery,
        answer: pageOf(UserRole),
      },
      ({ viewer, params, query }) => listUserRoles(deps, viewer, params.id, query),
    ),
    route(
      {
        ...CHANGE,
        method: "put",
        path: "/users/{id}/roles/{role}",
        summary: "Give a person a role",
        params: UserRoleParams,
        answer: UserRole,
      },
      ({ viewer, params }) => giveRole(deps, viewer, params.id, params.role),
    ),
    route(
      {
        ...CHANGE,
        method: "delete",
        path: "/users/{id}/roles/{role}",
        summary: "Take a role from a person",
        params: UserRoleParams,
      },
      ({ viewer, params }) => takeRole(deps, viewer, params.id, params.role),
    ),
  ];
}

/** Routes of roles. */
export function roleRoutes(deps: RolesDeps): Route[] {
  return [
    route(
      {
        ...STAFF,
        method: "get",
        path: "/roles",
        summary: "List roles by name",
        query: ListQuery,
        answer: pageOf(Role),
      },
      ({ viewer, query }) => listRoles(deps, viewer, query),
    ),
    route(
      {
        ...CHANGE,
        method: "post",
        path: "/roles",
        summary: "Make a role of permissions that you hold",
        body: CreateRole,
        answer: Role,
        status: 201,
      },
      ({ viewer, body }) => makeRole(deps, viewer, body),
    ),
    route(
      {
        ...CHANGE,
        method: "patch",
        path: "/roles/{id}",
        summary: "Change a role",
        params: RoleParams,
        body: ChangeRole,
        answer: Role,
      },
      ({ viewer, params, body }) => changeRole(deps, viewer, params.id, body),
    ),
    route(
      {
        ...CHANGE,
        method: "delete",
        path: "/roles/{id}",
        summary: "Delete a role that nobody holds",
        params: RoleParams,
      },
      ({ viewer, params }) => removeRole(deps, viewer, params.id),
    ),
    ...holderRoutes(deps),
  ];
}
