/** @module Addresses of settings. */
import { type Route, route } from "../http/route.ts";
import {
  NotificationSettings,
  PatchNotificationSettings,
  PatchSettings,
  Settings,
} from "./schemas.ts";
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
    route(
      {
        method: "get",
        path: "/notifications/preferences",
        tag: "notifications",
        summary: "Read how you are told of things",
        answer: NotificationSettings,
      },
      async ({ viewer }) => (await readSettings(deps, viewer)).notifications,
    ),
    route(
      {
        method: "patch",
        path: "/notifications/preferences",
        tag: "notifications",
        summary: "Change how you are told of things; what is not named stays",
        body: PatchNotificationSettings,
        answer: NotificationSettings,
      },
      async ({ viewer, body }) =>
        (await changeSettings(deps, viewer, { notifications: body })).notifications,
    ),
  ];
}
