/** @module Shapes of outgoing webhooks. */
import { z } from "zod";
import { Id, Time } from "../core/shapes.ts";
import { ProfileSummary } from "../profiles/schemas.ts";

/** What integrations are told of; the database has the same list in `private.told_topics`. */
export const TOLD_EVENTS = [
  "content.created",
  "content.viewed",
  "content.liked",
  "content.commented",
  "content.shared",
  "user.created",
  "user.followed",
  "user.blocked",
  "message.created",
  "room.created",
  "room.joined",
  "feed.scrolled",
  "recommendation.clicked",
  "report.created",
] as const;

/** Longest address; the table has the same bound. */
const URL_LENGTH_MAX = 2_048;
const TAG_LENGTH_MAX = 100;
const DESCRIPTION_LENGTH_MAX = 200;
/** Entries of a filter. */
const EVENTS_MAX = 20;

const Target = z.url({ protocol: /^https?$/ }).max(URL_LENGTH_MAX);
const Filter = z.array(z.enum(["*", ...TOLD_EVENTS])).min(1).max(EVENTS_MAX);
const Description = z.string().max(DESCRIPTION_LENGTH_MAX);

/** A new webhook: of all that is public, for admins; of one room, for its owner. */
export const NewEndpoint = z.object({
  url: Target,
  events: Filter,
  description: Description.optional(),
  room_id: Id.optional(),
});
/** A new webhook. */
export type NewEndpoint = z.output<typeof NewEndpoint>;

/** Changes of a webhook. */
export const EndpointChanges = z.object({
  url: Target,
  events: Filter,
  description: Description,
  status: z.enum(["active", "disabled"]),
}).partial();
/** Changes of a webhook. */
export type EndpointChanges = z.output<typeof EndpointChanges>;

/** A webhook, for those who have it. */
export const Endpoint = z.object({
  id: Id,
  room_id: Id.nullable(),
  owner: ProfileSummary,
  url: z.string(),
  description: z.string(),
  events: z.array(z.string()),
  status: z.enum(["active", "disabled"]),
  disabled_at: Time.nullable(),
  failing_since: Time.nullable(),
  created_at: Time,
}).meta({ id: "Webhook" });
/** A webhook, for those who have it. */
export type Endpoint = z.output<typeof Endpoint>;

/** A webhook that was made, with its secret. */
export const MadeEndpoint = Endpoint.extend({ secret: z.string() }).meta({
  id: "NewWebhookSecret",
});
/** A webhook that was made, with its secret. */
export type MadeEndpoint = z.output<typeof MadeEndpoint>;

/** A new secret; the one before signs along until it ends. */
export const RotatedSecret = z.object({
  id: Id,
  secret: z.string(),
  previous_expires_at: Time,
}).meta({ id: "RotatedSecret" });
/** A new secret. */
export type RotatedSecret = z.output<typeof RotatedSecret>;

/** One attempt to deliver. */
export const DeliveryAttempt = z.object({
  at: Time,
  status: z.number().int().nullable(),
  /** How the answer began. */
  body: z.string().nullable(),
  error: z.string().nullable(),
  duration_ms: z.number().int(),
}).meta({ id: "WebhookAttempt" });

/** An entry of the log. */
export const EventDelivery = z.object({
  id: Id,
  event_id: Id,
  type: z.string(),
  status: z.enum(["pending", "delivered", "failed"]),
  attempts: z.number().int(),
  redelivery_of: Id.nullable(),
  request: z.object({ body: z.string() }),
  response: z.object({ status: z.number().int(), body: z.string() }).nullable(),
  error: z.string().nullable(),
  duration_ms: z.number().int().nullable(),
  /** Every attempt, the oldest first. */
  history: z.array(DeliveryAttempt),
  created_at: Time,
  finished_at: Time.nullable(),
}).meta({ id: "WebhookDelivery" });
/** An entry of the log. */
export type EventDelivery = z.output<typeof EventDelivery>;

/** A new feed of a room. */
export const NewRoomFeed = z.object({ url: Target });

/** A feed that posts into a room, for those who may change the room. */
export const RoomFeed = z.object({
  id: Id,
  room_id: Id,
  url: z.string(),
  title: z.string(),
  read_at: Time.nullable(),
  error: z.string().nullable(),
  created_at: Time,
}).meta({ id: "RoomFeed" });
/** A feed that posts into a room. */
export type RoomFeed = z.output<typeof RoomFeed>;

/** All feeds of a room; they are few. */
export const RoomFeeds = z.object({ items: z.array(RoomFeed), next_cursor: z.null() })
  .meta({ id: "RoomFeeds" });

/** Path of a feed of a room. */
export const RoomFeedParams = z.object({ id: Id, feed_id: Id });

/** Path of a hashtag. */
export const FeedTagParams = z.object({ tag: z.string().min(1).max(TAG_LENGTH_MAX) });

/** Path of an entry of the log. */
export const DeliveryParams = z.object({ id: Id, did: Id });
