/** @module Addresses of what a person asks of their feed. The same is a group of their settings. */
import { type Route, route } from "../http/route.ts";
import {
  changePreference,
  FeedPreference,
  PatchFeedPreference,
  PutFeedPreference,
  readPreference,
  replacePreference,
} from "../settings/mod.ts";
import type { FeedDeps } from "./service.ts";

/** Routes of the preference. */
export function preferenceRoutes(deps: FeedDeps): Route[] {
  const spec = { path: "/feed/preference", tag: "feed", answer: FeedPreference } as const;
  return [
    route(
      { ...spec, method: "get", summary: "Read what you ask of your feed; also its export" },
      ({ viewer }) => readPreference(deps, viewer),
    ),
    route(
      {
        ...spec,
        method: "post",
        aliases: ["PATCH /feed/preference"],
        summary: "Change what is named of what you ask of your feed; null takes a weight back",
        body: PatchFeedPreference,
      },
      ({ viewer, body }) => changePreference(deps, viewer, body),
    ),
    route(
      {
        ...spec,
        method: "put",
        summary: "Replace all that you ask of your feed: import what was exported",
        body: PutFeedPreference,
      },
      ({ viewer, body }) => replacePreference(deps, viewer, body),
    ),
  ];
}
