/** @module Shapes of rooms and messages. */
import { z } from "zod";
import { Id, ListQuery, Time } from "../core/shapes.ts";
import { Media } from "../media/schemas.ts";
import { LinkPreview, Post } from "../posts/schemas.ts";
import { ProfileSummary } from "../profiles/schemas.ts";
import { Entity } from "../text/schemas.ts";

/** Longest texts; the tables have the same bounds. */
export const ROOM_LIMITS = {
  name: 80,
  description: 1_000,
  guidelines: 5_000,
  body: 5_000,
  media: 10,
  people: 50,
  query: 80,
  reason: 500,
  slowModeSeconds: 21_600,
  retentionDays: 3_650,
  inviteUses: 10_000,
} as const;

/** What a member may be. */
export const RoomRole = z.enum(["owner", "admin", "moderator", "member"]);

/** What a person may do in a room. */
export const RoomCapability = z.enum([
  "join",
  "read",
  "send",
  "leave",
  "invite",
  "pin",
  "delete_messages",
  "mute",
  "kick",
  "ban",
  "read_log",
  "change_role",
  "edit_room",
  "archive",
  "transfer",
  "delete_room",
]);

/** What to show where nothing was said yet. */
export const EmptyState = z.object({
  code: z.enum(["say_hello", "invite_friends", "join", "quiet"]),
  text: z.string(),
  guidelines: z.string().nullable(),
  can_invite: z.boolean(),
}).meta({ id: "EmptyState" });

/** A room as the person asking may see it. */
export const Room = z.object({
  id: Id,
  topic: z.string(),
  live_topic: z.string(),
  kind: z.enum(["channel", "group", "direct"]),
  name: z.string(),
  description: z.string(),
  guidelines: z.string(),
  is_private: z.boolean(),
  created_at: Time,
  last_message_at: Time.nullable(),
  member_count: z.number().int(),
  pinned_count: z.number().int(),
  archived_at: Time.nullable(),
  read_only: z.boolean(),
  slow_mode_s: z.number().int(),
  retention_days: z.number().int().nullable(),
  who_can_invite: z.enum(["members", "moderators"]),
  capabilities: z.array(RoomCapability),
  empty_state: EmptyState.nullable(),
  viewer: z.object({
    role: RoomRole.nullable(),
    unread_count: z.number().int(),
    last_read_message_id: Id.nullable(),
    muted_until: Time.nullable(),
  }),
}).meta({ id: "Room" });
/** A room as the person asking may see it. */
export type Room = z.output<typeof Room>;

/** How often one emoji was given. */
export const MessageReaction = z.object({
  emoji: z.string(),
  count: z.number().int(),
  me: z.boolean(),
}).meta({ id: "MessageReaction" });

/** What was said in a room. */
export const Message = z.object({
  id: Id,
  seq: z.number().int(),
  room_id: Id,
  author: ProfileSummary,
  kind: z.enum(["user", "system", "bot"]),
  body: z.string(),
  body_html: z.string(),
  parent_id: Id.nullable(),
  /** An answer that stands in the main history too. */
  also_in_room: z.boolean(),
  /** Everybody in the room is named, or everybody who is connected. */
  mention_scope: z.enum(["room", "here"]).nullable(),
  reply_count: z.number().int(),
  shared_post: Post.nullable(),
  /** The story that it answers; who does not see that story any more does not find it. */
  story: z.object({ id: Id }).nullable(),
  mentions: z.array(ProfileSummary),
  entities: z.array(Entity),
  reactions: z.array(MessageReaction),
  media: z.array(Media),
  link_preview: LinkPreview.nullable(),
  pinned: z.boolean(),
  status: z.enum(["published", "held", "removed"]),
  created_at: Time,
  edited_at: Time.nullable(),
  deleted_at: Time.nullable(),
  /** Unread answers in the thread that hangs on it, for those who follow it. */
  thread_unread: z.number().int().optional(),
  /** How far one's own message has come in a direct conversation. */
  receipt: z.enum(["sent", "delivered", "read"]).optional(),
}).meta({ id: "Message" });
/** What was said in a room. */
export type Message = z.output<typeof Message>;

/** A member of a room. */
export const RoomMember = z.object({
  ...ProfileSummary.shape,
  role: RoomRole,
  joined_at: Time,
  muted_until: Time.nullable(),
}).meta({ id: "RoomMember" });
/** A member of a room. */
export type RoomMember = z.output<typeof RoomMember>;

const Name = z.string().trim().min(1).max(ROOM_LIMITS.name);
const Description = z.string().max(ROOM_LIMITS.description);
const Guidelines = z.string().max(ROOM_LIMITS.guidelines);

/** A new room. */
export const NewRoom = z.object({
  name: Name,
  kind: z.enum(["channel", "group"]).default("channel"),
  is_private: z.boolean().optional(),
  description: Description.default(""),
  guidelines: Guidelines.default(""),
});
/** A new room. */
export type NewRoom = z.output<typeof NewRoom>;

/** Changes of a room. */
export const RoomChanges = z.object({
  name: Name,
  is_private: z.boolean(),
  description: Description,
  guidelines: Guidelines,
  who_can_invite: z.enum(["members", "moderators"]),
  read_only: z.boolean(),
  /** Seconds between two messages of one member; 0 is off. */
  slow_mode_s: z.number().int().min(0).max(ROOM_LIMITS.slowModeSeconds),
  /** Null keeps messages for good. */
  retention_days: z.number().int().min(1).max(ROOM_LIMITS.retentionDays).nullable(),
}).partial();
/** Changes of a room. */
export type RoomChanges = z.output<typeof RoomChanges>;

/** With whom to talk. */
export const NewConversation = z.object({
  user_ids: z.array(Id).min(1).max(ROOM_LIMITS.people),
});
/** With whom to talk. */
export type NewConversation = z.output<typeof NewConversation>;

/** The room that was left. */
export const Left = z.object({ room_id: Id }).meta({ id: "Left" });

/** Which channels to show. */
export const DiscoverQuery = ListQuery.extend({
  q: z.string().trim().min(1).max(ROOM_LIMITS.query).optional(),
  sort: z.enum(["newest", "popular"]).default("newest"),
});
/** Which channels to show. */
export type DiscoverQuery = z.output<typeof DiscoverQuery>;

/** A message by its id or its position. */
const Anchor = z.union([
  Id,
  z.string().regex(/^\d{1,15}$/, "An id or a position"),
]);

/** Which part of the history. */
export const HistoryQuery = ListQuery.extend({
  before: Anchor.optional(),
  after: Anchor.optional(),
  around: Anchor.optional(),
});
/** Which part of the history. */
export type HistoryQuery = z.output<typeof HistoryQuery>;

/** Part of a room's history, in the order it was said. */
export const MessagePage = z.object({
  items: z.array(Message),
  /** What to show where nobody has said anything yet. */
  empty_state: EmptyState.nullable(),
  /** Goes on in the direction that was asked for. */
  next_cursor: z.string().nullable(),
  /** Goes back. */
  prev_cursor: z.string().nullable(),
  /** Where what one has not read begins; null when there is nothing. */
  first_unread_seq: z.number().int().nullable(),
}).meta({ id: "MessagePage" });
/** Part of a room's history. */
export type MessagePage = z.output<typeof MessagePage>;

/** Path of a message. */
export const MessageParams = z.object({ id: Id, mid: Id });

const Body = z.string().max(ROOM_LIMITS.body);

/** A new message. `id` may be made by the client, so that a repetition never doubles. */
export const NewMessage = z.object({
  body: Body,
  parent_id: Id.optional(),
  also_in_room: z.boolean().optional(),
  media_ids: z.array(Id).max(ROOM_LIMITS.media).default([]),
  shared_post_id: Id.optional(),
  /** The story of the other person that it answers; in direct conversations. */
  story_id: Id.optional(),
  id: Id.optional(),
});
/** A new message. */
export type NewMessage = z.output<typeof NewMessage>;

/** Changes of a message. */
export const MessageChanges = z.object({ body: Body });
/** Changes of a message. */
export type MessageChanges = z.output<typeof MessageChanges>;

/** Up to where a room was read. */
export const ReadMark = z.object({ message_id: Id });
/** What remains unread. */
export const Unread = z.object({ unread_count: z.number().int() }).meta({ id: "Unread" });
