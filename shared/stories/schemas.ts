/** @module Shapes of stories. */
import { z } from "zod";
import { Id, ListQuery, Time } from "../core/shapes.ts";
import { Media } from "../media/schemas.ts";
import { ProfileSummary, UserParams } from "../profiles/schemas.ts";
import { ROOM_LIMITS } from "../rooms/schemas.ts";

/** Longest text of a story, in characters; the table has the same bound. */
export const STORY_TEXT_MAX = 1_000;

/** A story, as the person asking may see it. */
export const Story = z.object({
  id: Id,
  author: ProfileSummary,
  media: Media.nullable(),
  text: z.string().nullable(),
  status: z.enum(["published", "held", "removed"]),
  created_at: Time,
  expires_at: Time,
  /** Whether it stays on its author's profile after it has expired. */
  highlighted: z.boolean(),
  viewed: z.boolean(),
  /** How many people have seen it; shown to its author only. */
  view_count: z.number().int().nullable(),
}).meta({ id: "Story" });
/** A story, as the person asking may see it. */
export type Story = z.output<typeof Story>;

/** A new story: a picture or video, a text, or both. */
export const NewStory = z.object({
  media_id: Id.optional(),
  text: z.string().max(STORY_TEXT_MAX).optional(),
  /** A list of one's own: nobody but the people on it sees the story. */
  audience_id: Id.optional(),
  /** May be made by the client, so that a repetition never doubles. */
  id: Id.optional(),
});
/** A new story. */
export type NewStory = z.output<typeof NewStory>;

/** Which stories to list. */
export const StoriesQuery = ListQuery.extend({ author: Id.optional() });
/** Which stories to list. */
export type StoriesQuery = z.output<typeof StoriesQuery>;

/** A person who has seen a story. */
export const StoryViewer = z.object({ ...ProfileSummary.shape, viewed_at: Time })
  .meta({ id: "StoryViewer" });
/** A person who has seen a story. */
export type StoryViewer = z.output<typeof StoryViewer>;

/** An answer to a story, which becomes a direct message. */
export const StoryReply = z.object({ body: z.string().max(ROOM_LIMITS.body), id: Id.optional() });
/** An answer to a story. */
export type StoryReply = z.output<typeof StoryReply>;

/** A person in a path, by id or handle. */
export const PersonParams = UserParams;
