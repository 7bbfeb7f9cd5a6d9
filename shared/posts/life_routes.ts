/** @module HTTP face of what happens to a post: publication, votes, earlier texts. */
import { IdParams, ListQuery, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { listVersions, publishNow, vote } from "./life_service.ts";
import { NewVote, Post, PostVersion } from "./schemas.ts";
import type { PostsDeps } from "./service.ts";

const tag = "posts";

/** Routes of publication, votes and earlier texts. */
export function lifeRoutes(deps: PostsDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/posts/{id}/publish",
      aliases: ["/content/{id}/publish"],
      tag,
      summary: "Publish a draft or scheduled post now",
      params: IdParams,
      answer: Post,
      limit: "post",
      problems: [
        "not-permitted",
        "account-muted",
        "conflict",
        "quotes-limited",
        "invalid-input",
      ],
    }, ({ viewer, params }) => publishNow(deps, viewer, params.id)),
    route({
      method: "post",
      path: "/posts/{id}/vote",
      aliases: ["/content/{id}/vote"],
      tag,
      summary: "Vote in the poll of a post, once and for good",
      params: IdParams,
      body: NewVote,
      answer: Post,
      problems: ["conflict", "poll-closed"],
    }, ({ viewer, params, body }) => vote(deps, viewer, params.id, body.options)),
    route({
      method: "get",
      path: "/posts/{id}/history",
      aliases: ["/content/{id}/history"],
      access: "anyone",
      tag,
      summary: "List earlier texts of a post, the last one first",
      params: IdParams,
      query: ListQuery,
      answer: pageOf(PostVersion),
    }, ({ viewer, params, query }) => listVersions(deps, viewer, params.id, query)),
  ];
}
