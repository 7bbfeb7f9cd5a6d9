/** @module HTTP face of announcements and spotlights. */
import { IdParams, ListQuery, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { Announcement, NewAnnouncement, NewSpotlight, Spotlight } from "./schemas.ts";
import * as announcements from "./service.ts";
import type { AnnouncementsDeps } from "./service.ts";

const tag = "announcements";

/** Routes of announcements. */
function wordRoutes(deps: AnnouncementsDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/announcements",
      access: "anyone",
      tag,
      summary: "List what is announced now, without what one has dismissed",
      query: ListQuery,
      answer: pageOf(Announcement),
    }, ({ viewer, query }) => announcements.listAnnouncements(deps, viewer, query)),
    route({
      method: "post",
      path: "/announcements",
      permission: "flag.manage",
      tag,
      summary: "Announce something to everybody",
      body: NewAnnouncement,
      answer: Announcement,
      status: 201,
      limit: "admin",
      problems: ["not-permitted", "account-muted"],
    }, ({ viewer, body }) => announcements.announce(deps, viewer, body)),
    route({
      method: "delete",
      path: "/announcements/{id}",
      permission: "flag.manage",
      tag,
      summary: "Withdraw an announcement, with the notifications of it",
      params: IdParams,
      limit: "admin",
      problems: ["not-permitted"],
    }, ({ viewer, params }) => announcements.withdraw(deps, viewer, params.id)),
    route({
      method: "post",
      path: "/announcements/{id}/dismiss",
      tag,
      summary: "Hide an announcement from one's own list",
      params: IdParams,
      answer: Announcement,
    }, ({ viewer, params }) => announcements.dismiss(deps, viewer, params.id)),
  ];
}

/** Routes of spotlights. */
function spotlightRoutes(deps: AnnouncementsDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/spotlight",
      access: "anyone",
      tag,
      summary: "List the posts that staff put forward, the latest first",
      query: ListQuery,
      answer: pageOf(Spotlight),
    }, ({ viewer, query }) => announcements.listSpotlights(deps, viewer, query)),
    route({
      method: "post",
      path: "/posts/{id}/spotlight",
      permission: "post.remove",
      tag,
      summary: "Put a public post forward until a time",
      params: IdParams,
      body: NewSpotlight,
      answer: Spotlight,
      limit: "admin",
      problems: ["not-permitted"],
    }, ({ viewer, params, body }) => announcements.putForward(deps, viewer, params.id, body.until)),
    route({
      method: "delete",
      path: "/posts/{id}/spotlight",
      permission: "post.remove",
      tag,
      summary: "End that a post is put forward",
      params: IdParams,
      limit: "admin",
      problems: ["not-permitted"],
    }, ({ viewer, params }) => announcements.takeBack(deps, viewer, params.id)),
  ];
}

/** Routes of announcements and spotlights. */
export function announcementRoutes(deps: AnnouncementsDeps): Route[] {
  return [...wordRoutes(deps), ...spotlightRoutes(deps)];
}
