/** @module HTTP face of stories. */
import { IdParams, ListQuery, pageOf } from "../core/shapes.ts";
import { Answer, type Route, route } from "../http/route.ts";
import { Message } from "../rooms/mod.ts";
import { NewStory, PersonParams, StoriesQuery, Story, StoryReply, StoryViewer } from "./schemas.ts";
import * as stories from "./service.ts";
import type { StoriesDeps } from "./service.ts";

const tag = "stories";

/** Routes of stories themselves. */
function contentRoutes(deps: StoriesDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/stories",
      tag,
      summary:
        "List one's own stories and those of people whom one follows, unseen first, then newest",
      query: StoriesQuery,
      answer: pageOf(Story),
    }, ({ viewer, query }) => stories.listStories(deps, viewer, query)),
    route({
      method: "post",
      path: "/stories",
      tag,
      summary: "Show something for a day",
      body: NewStory,
      answer: Story,
      status: 201,
      limit: "post",
      problems: ["not-permitted", "account-muted", "not-found", "conflict"],
    }, ({ viewer, body }) => stories.createStory(deps, viewer, body)),
    route({
      method: "get",
      path: "/stories/{id}",
      tag,
      summary: "Read a story",
      params: IdParams,
      answer: Story,
    }, ({ viewer, params }) => stories.readStory(deps, viewer, params.id)),
    route({
      method: "delete",
      path: "/stories/{id}",
      tag,
      summary: "Delete one's own story",
      params: IdParams,
      problems: ["not-permitted"],
    }, ({ viewer, params }) => stories.removeStory(deps, viewer, params.id)),
    route({
      method: "post",
      path: "/stories/{id}/view",
      tag,
      summary: "Note that one has seen a story; its author is shown by whom",
      params: IdParams,
      answer: Story,
    }, ({ viewer, params }) => stories.viewStory(deps, viewer, params.id)),
    route({
      method: "get",
      path: "/stories/{id}/viewers",
      tag,
      summary: "List who has seen one's own story, the latest first",
      params: IdParams,
      query: ListQuery,
      answer: pageOf(StoryViewer),
      problems: ["not-permitted"],
    }, ({ viewer, params, query }) => stories.listViewers(deps, viewer, params.id, query)),
  ];
}

/** Routes of highlights and answers. */
function furtherRoutes(deps: StoriesDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/stories/{id}/highlight",
      tag,
      summary: "Keep one's own story on one's profile; possible until a day after it has expired",
      params: IdParams,
      answer: Story,
      problems: ["not-permitted", "conflict"],
    }, ({ viewer, params }) => stories.keepStory(deps, viewer, params.id)),
    route({
      method: "delete",
      path: "/stories/{id}/highlight",
      tag,
      summary: "Keep one's own story on one's profile no more",
      params: IdParams,
    }, ({ viewer, params }) => stories.releaseStory(deps, viewer, params.id)),
    route({
      method: "get",
      path: "/users/{id}/highlights",
      tag,
      summary: "List the stories that a person keeps on their profile",
      params: PersonParams,
      query: ListQuery,
      answer: pageOf(Story),
    }, ({ viewer, params, query }) => stories.listHighlights(deps, viewer, params.id, query)),
    route({
      method: "post",
      path: "/stories/{id}/reply",
      tag,
      summary: "Answer a story by a direct message to its author",
      params: IdParams,
      body: StoryReply,
      answer: Message,
      status: 201,
      otherStatuses: [200],
      limit: "message",
      problems: ["not-permitted", "account-muted", "not-accepting-messages", "conflict"],
    }, async ({ viewer, params, body }) => {
      const written = await stories.replyToStory(deps, viewer, params.id, body);
      return new Answer(written.message, { status: written.isNew ? 201 : 200 });
    }),
  ];
}

/** Routes of stories. */
export function storyRoutes(deps: StoriesDeps): Route[] {
  return [...contentRoutes(deps), ...furtherRoutes(deps)];
}
