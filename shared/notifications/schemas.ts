/** @module Shapes of notifications. */
import { z } from "zod";
import { Id, ListQuery, QueryFlag, Time } from "../core/shapes.ts";
import { ProfileSummary } from "../profiles/schemas.ts";
import { NotificationType } from "../settings/schemas.ts";

/** One thing a person is told. */
export const Notification = z.object({
  id: Id,
  type: NotificationType,
  actors: z.array(ProfileSummary),
  actors_count: z.number().int(),
  subject: z.object({ type: z.string(), id: Id }),
  text: z.string(),
  created_at: Time,
  seen_at: Time.nullable(),
  read_at: Time.nullable(),
  delivered_at: Time.nullable(),
}).meta({ id: "Notification" });
/** One thing a person is told. */
export type Notification = z.output<typeof Notification>;

/** Query of the list. */
export const NotificationsQuery = ListQuery.extend({ unread: QueryFlag.optional() });
/** Query of the list. */
export type NotificationsQuery = z.output<typeof NotificationsQuery>;

/** What waits for the person. */
export const NotificationCount = z.object({
  unread_count: z.number().int(),
  unseen_count: z.number().int(),
  rooms: z.array(z.object({ room_id: Id, name: z.string(), unread_count: z.number().int() })),
}).meta({ id: "NotificationCount" });
/** What waits for the person. */
export type NotificationCount = z.output<typeof NotificationCount>;

/** Most ids in one request. */
const IDS_MAX = 100;

/** Body that names notifications. */
export const MarkRead = z.object({ ids: z.array(Id).min(1).max(IDS_MAX) });

/** What was marked, and what is left. */
export const ReadResult = z.object({
  ids: z.array(Id),
  unread_count: z.number().int(),
}).meta({ id: "NotificationsRead" });
/** What was marked, and what is left. */
export type ReadResult = z.output<typeof ReadResult>;

/** What a device tells of a notification. */
export const Acknowledge = z.object({ state: z.enum(["delivered", "opened"]) });
/** What a device tells of a notification. */
export type Acknowledge = z.output<typeof Acknowledge>;

const TEXT_LENGTH_MAX = 300;
const SUBJECT_TYPE = /^[a-z_]{1,40}$/;

/** What a server of the project asks to be told. The same `source_id` is told once. */
export const CreateNotification = z.object({
  user_id: Id,
  type: NotificationType,
  actor_id: Id.optional(),
  subject: z.strictObject({ type: z.string().regex(SUBJECT_TYPE, "A word"), id: Id }),
  source_id: Id.optional(),
  /** For types that have no sentence of their own, as `announcement`. */
  text: z.string().trim().min(1).max(TEXT_LENGTH_MAX).optional(),
});

/** What became of it; suppressed by a block, a mute, a preference, or told before. */
export const CreatedNotification = z.object({
  id: Id.nullable(),
  status: z.enum(["pending", "suppressed"]),
}).meta({ id: "CreatedNotification" });

const KEY_P256DH = /^[A-Za-z0-9_-]{87}=?$/;
const KEY_AUTH = /^[A-Za-z0-9_-]{22}(?:==)?$/;
const ENDPOINT_LENGTH_MAX = 2_048;
const Endpoint = z.url({ protocol: /^https?$/ }).max(ENDPOINT_LENGTH_MAX);

/** A browser's `PushSubscription.toJSON()`. */
export const PushSubscription = z.object({
  endpoint: Endpoint,
  expirationTime: z.number().nullable().optional(),
  keys: z.strictObject({
    p256dh: z.string().regex(KEY_P256DH, "The browser's public key, base64url"),
    auth: z.string().regex(KEY_AUTH, "The browser's secret, base64url"),
  }),
});
/** A browser's `PushSubscription.toJSON()`. */
export type PushSubscription = z.output<typeof PushSubscription>;

/** A browser that is rung. */
export const SavedPushSubscription = z.object({ id: Id, endpoint: z.string() })
  .meta({ id: "PushSubscription" });

/** Names the browser that is to be rung no more. */
export const DropPushSubscription = z.object({ endpoint: Endpoint });

/** What a browser needs to subscribe. */
export const PushKey = z.object({ public_key: z.string() }).meta({ id: "PushKey" });
