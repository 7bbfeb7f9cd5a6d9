/** @module HTTP face of leaving. */
import { type Route, route } from "../http/route.ts";
import { UserParams } from "../profiles/mod.ts";
import { deleteAccount, type EraseDeps } from "./erase_service.ts";
import { DeleteAccount, Deletion } from "./schemas.ts";

/** What leaving needs. */
export type LeavingDeps = EraseDeps;

/** Routes of leaving. */
export function leavingRoutes(deps: LeavingDeps): Route[] {
  return [
    route(
      {
        method: "delete",
        path: "/users/{id}",
        openTo: "banned",
        tag: "users",
        summary: "Delete your own account, after a grace period or at once",
        params: UserParams,
        body: DeleteAccount,
        bodyOptional: true,
        answer: Deletion,
        problems: ["not-permitted", "conflict"],
      },
      ({ viewer, params, body }) => deleteAccount(deps, viewer, params.id, body),
    ),
  ];
}
