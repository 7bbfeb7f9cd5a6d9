/** @module HTTP face of search. */
import { type Route, route } from "../http/route.ts";
import { SearchPage, SearchQuery } from "./schemas.ts";
import { type SearchDeps, searchEverything } from "./service.ts";

/** Routes of search. */
export function searchRoutes(deps: SearchDeps): Route[] {
  return [
    route(
      {
        method: "get",
        path: "/search",
        access: "anyone",
        tag: "search",
        summary: "Search people, rooms and posts, the best first",
        query: SearchQuery,
        answer: SearchPage,
        limit: "search",
      },
      ({ viewer, query }) => searchEverything(deps, viewer, query),
    ),
  ];
}
