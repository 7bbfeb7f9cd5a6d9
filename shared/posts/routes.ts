/** @module HTTP face of posts. */
import { IdParams, ListQuery, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { listComments } from "./comment_service.ts";
import { lifeRoutes } from "./life_routes.ts";
import {
  Comment,
  CommentsQuery,
  NewComment,
  NewPost,
  NewReaction,
  PersonParams,
  Post,
  PostChanges,
  PostsQuery,
  ReactionState,
} from "./schemas.ts";
import { createViewCounter, type ViewsDeps } from "./views.ts";
import {
  changePost,
  createPost,
  listPosts,
  listPostsOf,
  type PostsDeps,
  react,
  readPost,
  removePost,
  unreact,
} from "./service.ts";

const tag = "posts";

/** Routes of posts themselves. */
/** Why writing a post is refused. */
const REFUSALS = [
  "not-permitted",
  "account-muted",
  "not-found",
  "conflict",
  "replies-limited",
  "quotes-limited",
] as const;

function contentRoutes(deps: PostsDeps & ViewsDeps): Route[] {
  const noteView = createViewCounter(deps);
  return [
    route({
      method: "get",
      path: "/posts",
      aliases: ["/content"],
      access: "anyone",
      tag,
      summary: "List posts, newest first",
      query: PostsQuery,
      answer: pageOf(Post),
    }, ({ viewer, query }) => listPosts(deps, viewer, query)),
    route({
      method: "post",
      path: "/posts",
      scope: "posts:write",
      aliases: ["/content"],
      tag,
      summary: "Write a post",
      body: NewPost,
      answer: Post,
      status: 201,
      limit: "post",
      problems: [...REFUSALS],
    }, ({ viewer, body }) => createPost(deps, viewer, body)),
    route({
      method: "get",
      path: "/posts/{id}",
      aliases: ["/content/{id}"],
      access: "anyone",
      tag,
      summary: "Read a post",
      params: IdParams,
      answer: Post,
    }, async ({ viewer, params }) => {
      const post = await readPost(deps, viewer, params.id);
      noteView(viewer, post.id);
      return post;
    }),
    route({
      method: "patch",
      path: "/posts/{id}",
      scope: "posts:write",
      aliases: ["PUT /posts/{id}", "/content/{id}", "PUT /content/{id}"],
      tag,
      summary: "Change one's own post",
      params: IdParams,
      body: PostChanges,
      answer: Post,
      limit: "post",
      problems: ["not-permitted", "account-muted", "conflict", "quotes-limited"],
    }, ({ viewer, params, body }) => changePost(deps, viewer, params.id, body)),
    route({
      method: "delete",
      path: "/posts/{id}",
      scope: "posts:write",
      aliases: ["/content/{id}"],
      tag,
      summary: "Delete one's own post",
      params: IdParams,
      problems: ["not-permitted"],
    }, ({ viewer, params }) => removePost(deps, viewer, params.id)),
  ];
}

/** Routes of comments and of people's posts. */
function listRoutes(deps: PostsDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/users/{id}/posts",
      access: "anyone",
      tag,
      summary: "List the posts of one person, newest first",
      params: PersonParams,
      query: ListQuery,
      answer: pageOf(Post),
    }, ({ viewer, params, query }) => listPostsOf(deps, viewer, params.id, query)),
    route({
      method: "post",
      path: "/posts/{id}/comment",
      scope: "posts:write",
      aliases: ["/posts/{id}/comments", "/content/{id}/comment", "/content/{id}/comments"],
      tag,
      summary: "Write a comment",
      params: IdParams,
      body: NewComment,
      answer: Post,
      status: 201,
      limit: "post",
      problems: ["not-permitted", "account-muted", "conflict", "replies-limited"],
    }, ({ viewer, params, body }) => createPost(deps, viewer, { ...body, parent_id: params.id })),
    route({
      method: "get",
      path: "/posts/{id}/comments",
      aliases: ["/content/{id}/comments"],
      access: "anyone",
      tag,
      summary: "List the answers to a post, oldest, newest or best first",
      params: IdParams,
      query: CommentsQuery,
      answer: pageOf(Comment),
    }, ({ viewer, params, query }) => listComments(deps, viewer, params.id, query)),
  ];
}

/** Routes of reactions. */
function reactionRoutes(deps: PostsDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/posts/{id}/like",
      aliases: ["/content/{id}/like"],
      tag,
      summary: "Like a post",
      params: IdParams,
      answer: ReactionState,
    }, ({ viewer, params }) => react(deps, viewer, params.id, "like")),
    route({
      method: "delete",
      path: "/posts/{id}/like",
      aliases: ["/content/{id}/like"],
      tag,
      summary: "Take back a like",
      params: IdParams,
    }, ({ viewer, params }) => unreact(deps, viewer, params.id, "like")),
    route({
      method: "put",
      path: "/posts/{id}/reaction",
      aliases: ["/content/{id}/reaction"],
      tag,
      summary: "React to a post, in place of an earlier reaction",
      params: IdParams,
      body: NewReaction,
      answer: ReactionState,
    }, ({ viewer, params, body }) => react(deps, viewer, params.id, body.kind)),
    route({
      method: "delete",
      path: "/posts/{id}/reaction",
      aliases: ["/content/{id}/reaction"],
      tag,
      summary: "Take back a reaction",
      params: IdParams,
    }, ({ viewer, params }) => unreact(deps, viewer, params.id)),
  ];
}

/** Routes of posts. */
export function postRoutes(deps: PostsDeps & ViewsDeps): Route[] {
  return [
    ...contentRoutes(deps),
    ...listRoutes(deps),
    ...lifeRoutes(deps),
    ...reactionRoutes(deps),
  ];
}
