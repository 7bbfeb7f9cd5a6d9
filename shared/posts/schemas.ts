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

/** How far a post is. Drafts and scheduled posts are their author's alone. */
export const PostStatus = z.enum(["published", "held", "removed", "draft", "scheduled"]);

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
  can_reply: z.boolean(),
  can_quote: z.boolean(),
}).meta({ id: "PostViewer" });

/** Whom an author lets answer or quote, among those who see the post. */
export const PostControl = z.enum(["everyone", "following", "mentioned", "nobody"]);

/** A question with options. Votes are null until one has voted or the poll has closed. */
export const Poll = z.object({
  options: z.array(z.object({ text: z.string(), votes: z.number().int().nullable() })),
  closes_at: Time,
  multiple: z.boolean(),
  closed: z.boolean(),
  /** Positions of the options one has voted for. */
  voted: z.array(z.number().int()).nullable(),
}).meta({ id: "Poll" });

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
  poll: Poll.nullable(),
  reply_control: PostControl,
  quote_control: PostControl,
  sensitive: z.boolean(),
  content_warning: z.string().nullable(),
  status: PostStatus,
  /** When a scheduled post is due; shown to its author only. */
  publish_at: Time.nullable().optional(),
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

/** Longest warning and option of a poll in UTF-16 units; the database counts characters. */
const SHORT_TEXT_MAX = 400;
/** Most options of a poll. */
const POLL_OPTIONS_MAX = 10;

const NewPoll = z.strictObject({
  options: z.array(z.string().max(SHORT_TEXT_MAX)).min(2).max(POLL_OPTIONS_MAX),
  closes_at: Time,
  multiple: z.boolean().optional(),
}).meta({ id: "NewPoll" });

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
  /** May be left out of a draft. */
  body: Body.optional(),
  visibility: Visibility.optional(),
  parent_id: Id.optional(),
  quoted_id: Id.optional(),
  room_id: Id.optional(),
  sensitive: z.boolean().optional(),
  /** What to expect of a sensitive post. A post with a warning is sensitive. */
  content_warning: z.string().min(1).max(SHORT_TEXT_MAX).optional(),
  /** A list of one's own: nobody but the people on it sees the post. */
  audience_id: Id.optional(),
  reply_control: PostControl.optional(),
  quote_control: PostControl.optional(),
  poll: NewPoll.optional(),
  /** Publishes the post later, within a year. */
  publish_at: Time.optional(),
  /** Keeps the post to oneself until it is published. */
  draft: z.boolean().optional(),
});
/** A new post. */
export type NewPost = z.output<typeof NewPost>;

/** Changes of a post; the last five are for drafts and scheduled posts only. */
export const PostChanges = z.object({
  body: Body.optional(),
  sensitive: z.boolean().optional(),
  content_warning: z.string().min(1).max(SHORT_TEXT_MAX).nullable().optional(),
  reply_control: PostControl.optional(),
  quote_control: PostControl.optional(),
  visibility: Visibility.optional(),
  audience_id: Id.optional(),
  quoted_id: Id.nullable().optional(),
  media_ids: MediaIds.optional(),
  poll: NewPoll.nullable().optional(),
  /** Null makes a scheduled post a draft; a time that has come publishes it at once. */
  publish_at: Time.nullable().optional(),
});
/** Changes of a post. */
export type PostChanges = z.output<typeof PostChanges>;

/** Longest hashtag in UTF-16 units, its sign included. */
const HASHTAG_MAX = 201;

/** Which posts to list. */
export const PostsQuery = ListQuery.extend({
  author: Id.optional(),
  hashtag: z.string().min(1).max(HASHTAG_MAX).optional(),
  room_id: Id.optional(),
  status: PostStatus.optional(),
});
/** Which posts to list. */
export type PostsQuery = z.output<typeof PostsQuery>;

/** Deepest level of answers that are sent along. */
const COMMENT_DEPTH_MAX = 4;

/** How comments are ordered. */
export const CommentSort = z.enum(["best", "newest", "oldest"]);
/** How comments are ordered. */
export type CommentSort = z.output<typeof CommentSort>;

/** Which comments to list, and how deep. */
export const CommentsQuery = ListQuery.extend({
  sort: CommentSort.default("oldest"),
  /** With more than 1, the first answers to each comment come along, and so on. */
  depth: z.coerce.number().int().min(1).max(COMMENT_DEPTH_MAX).default(1),
});
/** Which comments to list. */
export type CommentsQuery = z.output<typeof CommentsQuery>;

/** A page of answers to one post. The cursor goes on in the list of that post's comments. */
export interface CommentBranch {
  items: Comment[];
  next_cursor: string | null;
}

/** A comment and, when they were asked for, the first answers to it. */
export interface Comment extends Post {
  replies?: CommentBranch | undefined;
}

/** A comment and, when they were asked for, the first answers to it. */
export const Comment: z.ZodType<Comment> = Post.extend({
  replies: z.object({
    items: z.array(z.lazy(() => Comment)),
    next_cursor: z.string().nullable(),
  }).optional(),
}).meta({ id: "Comment" });

/** A person in a path, by id or handle. */
export const PersonParams = UserParams;

/** A vote: positions of options, from 0. */
export const NewVote = z.object({
  options: z.array(z.number().int().min(0).max(POLL_OPTIONS_MAX - 1)).min(1).max(POLL_OPTIONS_MAX),
});

/** An earlier text of a post: who replaced it, and when. */
export const PostVersion = z.object({
  body: z.string(),
  edited_at: Time,
  edited_by: ProfileSummary,
})
  .meta({ id: "PostVersion" });
/** An earlier text of a post. */
export type PostVersion = z.output<typeof PostVersion>;

/** A reaction. */
export const NewReaction = z.object({ kind: ReactionKind });

/** What a reaction has made of a post. */
export const ReactionState = z.object({ reactions: z.array(ReactionCount), viewer: PostViewer })
  .meta({ id: "ReactionState" });
/** What a reaction has made of a post. */
export type ReactionState = z.output<typeof ReactionState>;
