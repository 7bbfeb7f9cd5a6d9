/** @module HTTP face of feeds. */
import { ListQuery, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { feedbackRoutes } from "./feedback_routes.ts";
import { preferenceRoutes } from "./preference_routes.ts";
import { FeedItem } from "./schemas.ts";
import { type FeedDeps, readFeed, readFollowing } from "./service.ts";

/** Routes of feeds. Every reading is an impression of its own, so nothing is cached. */
export function feedRoutes(deps: FeedDeps): Route[] {
  const spec = {
    method: "get",
    tag: "feed",
    query: ListQuery,
    answer: pageOf(FeedItem),
    etag: false,
  } as const;
  return [
    route(
      { ...spec, path: "/feed", summary: "Read the ranked feed" },
      ({ viewer, query }) => readFeed(deps, viewer, query),
    ),
    route(
      { ...spec, path: "/feed/following", summary: "Read followed people's posts, newest first" },
      ({ viewer, query }) => readFollowing(deps, viewer, query),
    ),
    ...preferenceRoutes(deps),
    ...feedbackRoutes(deps),
  ];
}
