/** @module Addresses of suggestions whom to follow. */
import { ListQuery, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import type { GraphDeps } from "./service.ts";
import { Suggestion } from "./suggestion_schemas.ts";
import { listSuggestions } from "./suggestion_service.ts";

/** Routes of suggestions. */
export function suggestionRoutes(deps: GraphDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/recommendations/users",
      tag: "discovery",
      summary: "Suggest whom to follow, by mutuals first",
      query: ListQuery,
      answer: pageOf(Suggestion),
      etag: false,
    }, ({ viewer, query }) => listSuggestions(deps, viewer, query)),
  ];
}
