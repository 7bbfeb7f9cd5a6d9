/** @module Ways to outgoing webhooks and to feeds in both directions. */
import { IdParams, ListQuery, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { UserParams } from "../profiles/mod.ts";
import * as feeds from "./room_feeds.ts";
import * as shapes from "./schemas.ts";
import * as service from "./service.ts";
import type { WebhooksDeps } from "./service.ts";
import { feedOfHashtag, feedOfPerson, type SyndicationDeps } from "./syndication.ts";

const tag = "integrations";

function endpointRoutes(deps: WebhooksDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/webhooks",
      openTo: "active",
      tag,
      summary: "List the webhooks that one may change, the oldest first",
      query: ListQuery,
      answer: pageOf(shapes.Endpoint),
    }, ({ viewer, query }) => service.listEndpoints(deps, viewer, query)),
    route({
      method: "post",
      path: "/webhooks",
      tag,
      summary:
        "Make a webhook, for admins, or for the owner of a room; its secret is shown here only",
      body: shapes.NewEndpoint,
      answer: shapes.MadeEndpoint,
      status: 201,
      idempotent: false,
      problems: ["not-found"],
    }, ({ viewer, body }) => service.createEndpoint(deps, viewer, body)),
    route({
      method: "patch",
      path: "/webhooks/{id}",
      tag,
      summary: "Change a webhook, turn it off or on again",
      params: IdParams,
      body: shapes.EndpointChanges,
      answer: shapes.Endpoint,
    }, ({ viewer, params, body }) => service.changeEndpoint(deps, viewer, params.id, body)),
    route({
      method: "delete",
      path: "/webhooks/{id}",
      tag,
      summary: "Remove a webhook with its log",
      params: IdParams,
    }, ({ viewer, params }) => service.deleteEndpoint(deps, viewer, params.id)),
    route({
      method: "post",
      path: "/webhooks/{id}/rotate-secret",
      tag,
      summary: "Replace the secret of a webhook; for a day both sign",
      params: IdParams,
      answer: shapes.RotatedSecret,
      idempotent: false,
    }, ({ viewer, params }) => service.rotateSecret(deps, viewer, params.id)),
  ];
}

function deliveryRoutes(deps: WebhooksDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/webhooks/{id}/deliveries",
      openTo: "active",
      tag,
      summary: "List what a webhook was told in the last 30 days, the newest first",
      params: IdParams,
      query: ListQuery,
      answer: pageOf(shapes.EventDelivery),
    }, ({ viewer, params, query }) => service.listDeliveries(deps, viewer, params.id, query)),
    route({
      method: "post",
      path: "/webhooks/{id}/deliveries/{did}/redeliver",
      tag,
      summary: "Have an event told once more, under the same id",
      params: shapes.DeliveryParams,
      answer: shapes.EventDelivery,
      status: 202,
    }, ({ viewer, params }) => service.redeliver(deps, viewer, params.id, params.did)),
  ];
}

function roomFeedRoutes(deps: WebhooksDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/rooms/{id}/feeds",
      openTo: "active",
      tag,
      summary: "List the feeds that post into a room, for those who may change it",
      params: IdParams,
      answer: shapes.RoomFeeds,
    }, ({ viewer, params }) => feeds.listFeeds(deps, viewer, params.id)),
    route({
      method: "post",
      path: "/rooms/{id}/feeds",
      tag,
      summary: "Have an RSS or Atom feed post into the room; the same one twice is one",
      params: IdParams,
      body: shapes.NewRoomFeed,
      answer: shapes.RoomFeed,
      status: 201,
    }, ({ viewer, params, body }) => feeds.addFeed(deps, viewer, params.id, body.url)),
    route({
      method: "delete",
      path: "/rooms/{id}/feeds/{feed_id}",
      tag,
      summary: "Have a feed post into the room no longer",
      params: shapes.RoomFeedParams,
    }, ({ viewer, params }) => feeds.removeFeed(deps, viewer, params.id, params.feed_id)),
  ];
}

function syndicationRoutes(deps: SyndicationDeps): Route[] {
  const feed = {
    method: "get",
    access: "anyone",
    tag,
    contentType: "application/rss+xml; charset=utf-8",
    otherStatuses: [304],
  } as const;
  return [
    route(
      {
        ...feed,
        path: "/users/{id}/feed.xml",
        summary: "Read the public posts of a person as RSS",
        params: UserParams,
      },
      ({ params, c }) => feedOfPerson(deps, params.id, c.req.header("if-none-match")),
    ),
    route(
      {
        ...feed,
        path: "/hashtags/{tag}/feed.xml",
        summary: "Read the public posts with a hashtag as RSS",
        params: shapes.FeedTagParams,
      },
      ({ params, c }) => feedOfHashtag(deps, params.tag, c.req.header("if-none-match")),
    ),
  ];
}

/** All routes of integrations. */
export function integrationRoutes(deps: WebhooksDeps & SyndicationDeps): Route[] {
  return [
    ...endpointRoutes(deps),
    ...deliveryRoutes(deps),
    ...roomFeedRoutes(deps),
    ...syndicationRoutes(deps),
  ];
}
