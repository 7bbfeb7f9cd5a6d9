/** @module HTTP face of notifications. */
import { IdParams, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { type DigestDeps, digestRoutes } from "./digests.ts";
import { type InternalDeps, internalRoutes } from "./internal.ts";
import { type PushDeps, pushRoutes } from "./push.ts";
import {
  Acknowledge,
  MarkRead,
  Notification,
  NotificationCount,
  NotificationsQuery,
  ReadResult,
} from "./schemas.ts";
import {
  acknowledgeNotification,
  countNotifications,
  listNotifications,
  type NotificationsDeps,
  readNotification,
  readNotifications,
  seeNotifications,
} from "./service.ts";

const tag = "notifications";

function readingRoutes(deps: NotificationsDeps): Route[] {
  return [
    route(
      {
        method: "get",
        path: "/notifications",
        tag,
        summary: "List your notifications, newest first",
        query: NotificationsQuery,
        answer: pageOf(Notification),
      },
      ({ viewer, query }) => listNotifications(deps, viewer, query),
    ),
    route(
      {
        method: "get",
        path: "/notifications/count",
        tag,
        summary: "Count what waits for you",
        answer: NotificationCount,
      },
      ({ viewer }) => countNotifications(deps, viewer),
    ),
    route(
      {
        method: "post",
        path: "/notifications/seen",
        openTo: "suspended",
        tag,
        summary: "Tell that you have looked at the list; what is unread stays so",
      },
      ({ viewer }) => seeNotifications(deps, viewer),
    ),
  ];
}

/** Routes of notifications. */
export function notificationRoutes(
  deps: NotificationsDeps & PushDeps & DigestDeps & InternalDeps,
): Route[] {
  return [
    ...readingRoutes(deps),
    ...pushRoutes(deps),
    ...digestRoutes(deps),
    ...internalRoutes(deps),
    route(
      {
        method: "patch",
        path: "/notifications/{id}/read",
        openTo: "suspended",
        aliases: ["PUT /notifications/{id}/read"],
        tag,
        summary: "Mark a notification as read",
        params: IdParams,
        answer: Notification,
        problems: ["not-found"],
      },
      ({ viewer, params }) => readNotification(deps, viewer, params.id),
    ),
    route(
      {
        method: "post",
        path: "/notifications/read",
        openTo: "suspended",
        tag,
        summary: "Mark several notifications as read",
        body: MarkRead,
        answer: ReadResult,
      },
      ({ viewer, body }) => readNotifications(deps, viewer, body.ids),
    ),
    route(
      {
        method: "patch",
        path: "/notifications/mark-all-read",
        openTo: "suspended",
        tag,
        summary: "Mark all your notifications as read",
        answer: ReadResult,
      },
      ({ viewer }) => readNotifications(deps, viewer, null),
    ),
    route(
      {
        method: "post",
        path: "/notifications/{id}/ack",
        openTo: "suspended",
        tag,
        summary: "Tell that a notification was shown, or opened",
        params: IdParams,
        body: Acknowledge,
        answer: Notification,
        problems: ["not-found"],
      },
      ({ viewer, params, body }) => acknowledgeNotification(deps, viewer, params.id, body),
    ),
  ];
}
