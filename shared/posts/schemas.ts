/** @module Shapes of posts. */
import { z } from "zod";
import { Id, ListQuery, Time } from "../core/shapes.ts";
import { Media } from "../media/schemas.ts";
import { ProfileSummary, UserParams } from "../profiles/schemas.ts";
import { Entity } from "../text/schemas.ts";

/** Longest text of a post, in characters. */
export const POST_BODY_MAX = 5_000;
/** Most files of a post. */
export const POST_MEDIA_MAX = 10;

/** What one may feel about a post. */
export const ReactionKind = z.enum(["like", "love", "laugh", "wow", "sad", "angry", "celebrate"]);
/** What one may feel about a post. */
export type ReactionKind = z.output<typeof ReactionKind>;

/** Who may see a post. */
export const Visibility = z.enum(["public", "followers", "mentioned", "room"]);

/** How many people feel what. */
export const ReactionCount = z.object({ kind: ReactionKind, count: z.number().int() })
  .meta({ id: "ReactionCount" });

/** What a post has to do with the person asking. */
export const PostViewer = z.object({
  reaction: ReactionKind.nullable(),
  bookmarked: z.boolean(),
  shared: z.boolean(),
}).meta({ id: "PostViewer" });

/** The page behind the first link of a text. */
export const LinkPreview = z.object({
  url: z.string(),
  title: z.string().nullable(),
  description: z.string().nullable(),
  image_url: z.string().nullable(),
  site_name: z.string().nullable(),
}).meta({ id: "LinkPreview" });

const postFields = z.object({
  id: Id,
  author: ProfileSummary,
  /** Null in what is left of a deleted post while answers hang on it. */
  body: z.string().nullable(),
  body_html: z.string().nullable(),
  lang: z.string().nullable(),
  visibility: Visibility,
  /** The list that the post is kept to; shown to its author only. */
  audience_id: Id.nullable().optional(),
  room_id: Id.nullable(),
  parent_id: Id.nullable(),
  root_id: Id.nullable(),
  media: z.array(Media),
  hashtags: z.array(z.string()),
  entities: z.array(Entity),
  mentions: z.array(ProfileSummary),
  link_preview: LinkPreview.nullable(),
  sensitive: z.boolean(),
  status: z.enum(["published", "held", "removed"]),
  created_at: Time,
  edited_at: Time.nullable(),
  counts: z.object({
    reactions: z.number().int(),
    comments: z.number().int(),
    shares: z.number().int(),
    views: z.number().int(),
  }),
  reactions: z.array(ReactionCount),
  viewer: PostViewer,
});

/** A post within the post that quotes it: one level, never more. */
export const QuotedPost = postFields.extend({ quoted: z.null() }).meta({ id: "QuotedPost" });

/** A post or a comment, as the person asking may see it. */
export const Post = postFields.extend({ quoted: QuotedPost.nullable() }).meta({ id: "Post" });
/** A post or a comment, as the person asking may see it. */
export type Post = z.output<typeof Post>;

const Body = z.string().max(POST_BODY_MAX);
const MediaIds = z.array(Id).max(POST_MEDIA_MAX);

/** Fields that are known and not offered: naming one answers 501. */
export const UNSUPPORTED_POST_FIELDS = [
  "reply_control",
  "quote_control",
  "poll",
  "publish_at",
  "draft",
] as const;

/** A new comment. `id` may be made by the client, so that a repetition never doubles. */
export const NewComment = z.object({
  body: Body,
  media_ids: MediaIds.optional(),
  id: Id.optional(),
});
/** A new comment. */
export type NewComment = z.output<typeof NewComment>;

/** A new post. */
export const NewPost = NewComment.extend({
  visibility: Visibility.optional(),
  parent_id: Id.optional(),
  quoted_id: Id.optional(),
  room_id: Id.optional(),
  sensitive: z.boolean().optional(),
  /** A list of one's own: nobody but the people on it sees the post. */
  audience_id: Id.optional(),
  reply_control: z.unknown().optional(),
  quote_control: z.unknown().optional(),
  poll: z.unknown().optional(),
  publish_at: z.unknown().optional(),
  draft: z.unknown().optional(),
});
/** A new post. */
export type NewPost = z.output<typeof NewPost>;

/** Changes of a post. */
export const PostChanges = z.object({ body: Body.optional(), sensitive: z.boolean().optional() });
/** Changes of a post. */
export type PostChanges = z.output<typeof PostChanges>;

/** Which posts to list. */
export const PostsQuery = ListQuery.extend({
  author: Id.optional(),
  hashtag: z.string().min(1).max(51).optional(),
  room_id: Id.optional(),
  status: z.enum(["published", "held", "removed"]).optional(),
});
/** Which posts to list. */
export type PostsQuery = z.output<typeof PostsQuery>;

/** A person in a path, by id or handle. */
export const PersonParams = UserParams;

/** A reaction. */
export const NewReaction = z.object({ kind: ReactionKind });

/** What a reaction has made of a post. */
export const ReactionState = z.object({ reactions: z.array(ReactionCount), viewer: PostViewer })
  .meta({ id: "ReactionState" });
/** What a reaction has made of a post. */
export type ReactionState = z.output<typeof ReactionState>;
