/** @module HTTP face of interactions. */
import { IdParams, ListQuery, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { Post } from "../posts/mod.ts";
import { FollowedHashtag, Mention, TagParams } from "./schemas.ts";
import {
  dropPost,
  followHashtag,
  type InteractionsDeps,
  keepPost,
  listBookmarks,
  listHashtags,
  listMentions,
  listTagged,
  sharePost,
  unfollowHashtag,
  unsharePost,
} from "./service.ts";

function postRoutes(deps: InteractionsDeps): Route[] {
  const share = {
    path: "/posts/{id}/share",
    aliases: ["/content/{id}/share"],
    tag: "posts",
    params: IdParams,
  } as const;
  const bookmark = {
    path: "/posts/{id}/bookmark",
    aliases: ["/content/{id}/bookmark"],
    tag: "posts",
    params: IdParams,
  } as const;
  return [
    route({
      ...share,
      method: "post",
      summary: "Share a public post with one's followers",
      answer: Post,
      problems: ["not-permitted"],
    }, ({ viewer, params }) => sharePost(deps, viewer, params.id)),
    route(
      { ...share, method: "delete", summary: "Take a share back" },
      ({ viewer, params }) => unsharePost(deps, viewer, params.id),
    ),
    route(
      { ...bookmark, method: "post", summary: "Keep a post for later", answer: Post },
      ({ viewer, params }) => keepPost(deps, viewer, params.id),
    ),
    route(
      { ...bookmark, method: "delete", summary: "Keep a post no longer" },
      ({ viewer, params }) => dropPost(deps, viewer, params.id),
    ),
  ];
}

function hashtagRoutes(deps: InteractionsDeps): Route[] {
  const follow = { path: "/hashtags/{tag}/follow", tag: "posts", params: TagParams } as const;
  return [
    route({
      method: "get",
      path: "/hashtags/{tag}/posts",
      access: "anyone",
      tag: "posts",
      summary: "List posts with a hashtag, newest first",
      params: TagParams,
      query: ListQuery,
      answer: pageOf(Post),
    }, ({ viewer, params, query }) => listTagged(deps, viewer, params.tag, query)),
    route({
      ...follow,
      method: "post",
      summary: "Follow a hashtag: posts with it come into the feed",
      answer: FollowedHashtag,
      problems: ["invalid-input", "conflict"],
    }, ({ viewer, params }) => followHashtag(deps, viewer, params.tag)),
    route(
      { ...follow, method: "delete", summary: "Follow a hashtag no longer" },
      ({ viewer, params }) => unfollowHashtag(deps, viewer, params.tag),
    ),
  ];
}

function ownLists(deps: InteractionsDeps): Route[] {
  const list = { method: "get", query: ListQuery } as const;
  return [
    route({
      ...list,
      path: "/users/me/bookmarks",
      tag: "posts",
      summary: "List one's bookmarks, the latest first",
      answer: pageOf(Post),
    }, ({ viewer, query }) => listBookmarks(deps, viewer, query)),
    route({
      ...list,
      path: "/users/me/hashtags",
      tag: "posts",
      summary: "List the hashtags that one follows, the latest first",
      answer: pageOf(FollowedHashtag),
    }, ({ viewer, query }) => listHashtags(deps, viewer, query)),
    route({
      ...list,
      path: "/users/me/mentions",
      tag: "users",
      summary: "List posts and messages that mention one, newest first",
      answer: pageOf(Mention),
    }, ({ viewer, query }) => listMentions(deps, viewer, query)),
  ];
}

/** Routes of interactions. */
export function interactionRoutes(deps: InteractionsDeps): Route[] {
  return [...postRoutes(deps), ...hashtagRoutes(deps), ...ownLists(deps)];
}
