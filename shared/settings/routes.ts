/** @module Addresses of settings. */
import { type Route, route } from "../http/route.ts";
import { PatchSettings, Settings } from "./schemas.ts";
import type { SettingsDeps } from "./preference_service.ts";
import { changeSettings, readSettings } from "./service.ts";

/** Routes of settings. */
export function settingsRoutes(deps: SettingsDeps): Route[] {
  return [
    route(
      {
        method: "get",
        path: "/users/me/settings",
        tag: "users",
        summary: "Read your settings: privacy, notifications, feed",
        answer: Settings,
      },
      ({ viewer }) => readSettings(deps, viewer),
    ),
    route(
      {
        method: "patch",
        path: "/users/me/settings",
        tag: "users",
        summary: "Change the settings that are named; the others stay",
        body: PatchSettings,
        answer: Settings,
      },
      ({ viewer, body }) => changeSettings(deps, viewer, body),
    ),
  ];
}
