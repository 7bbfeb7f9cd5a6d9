/** @module Addresses of feedback on feeds. */
import { IdParams, ListQuery, pageOf } from "../core/shapes.ts";
import { Answer, type Route, route } from "../http/route.ts";
import { Dismissal, Feedback, GiveFeedback } from "./feedback_schemas.ts";
import {
  dismissRecommendation,
  giveFeedback,
  listFeedback,
  withdrawFeedback,
} from "./feedback_service.ts";
import type { FeedDeps } from "./service.ts";

/** Routes of feedback. */
export function feedbackRoutes(deps: FeedDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/feed/feedback",
      tag: "feed",
      summary:
        "Say what you do not want in your feed: less like this, not this post, author, topic",
      body: GiveFeedback,
      answer: Feedback,
      status: 201,
      otherStatuses: [200],
      problems: ["not-found"],
    }, async ({ viewer, body }) => {
      const { feedback, isNew } = await giveFeedback(deps, viewer, body);
      return new Answer(feedback, { status: isNew ? 201 : 200 });
    }),
    route({
      method: "get",
      path: "/feed/feedback",
      tag: "feed",
      summary: "List what you have said of your feed, and what it does",
      query: ListQuery,
      answer: pageOf(Feedback),
    }, ({ viewer, query }) => listFeedback(deps, viewer, query)),
    route({
      method: "delete",
      path: "/feed/feedback/{id}",
      tag: "feed",
      summary: "Take back what you have said of your feed",
      params: IdParams,
    }, async ({ viewer, params }) => {
      await withdrawFeedback(deps, viewer, params.id);
    }),
    route({
      method: "post",
      path: "/recommendations/{id}/dismiss",
      tag: "discovery",
      summary: "Have a recommendation shown no more: a feed's impression, a post, or a person",
      params: IdParams,
      answer: Dismissal,
    }, ({ viewer, params }) => dismissRecommendation(deps, viewer, params.id)),
  ];
}
