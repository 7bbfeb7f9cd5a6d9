/** @module Shapes of bots, their tokens, and incoming webhooks. */
import { z } from "zod";
import { BotScope, Id, Time } from "../core/shapes.ts";
import { DisplayName, Handle, PROFILE_LIMITS, ProfileSummary } from "../profiles/schemas.ts";

/** Longest address of a picture; the table has the same bound. */
const URL_LENGTH_MAX = 500;

/** A new bot. */
export const NewBot = z.object({ handle: Handle, display_name: DisplayName });
/** A new bot. */
export type NewBot = z.output<typeof NewBot>;

/** Changes of a bot. */
export const BotChanges = z.object({
  display_name: DisplayName,
  bio: z.string().max(PROFILE_LIMITS.bio),
}).partial();
/** Changes of a bot. */
export type BotChanges = z.output<typeof BotChanges>;

/** A token as its owner sees it afterwards: without the token. */
export const BotToken = z.object({
  id: Id,
  scopes: z.array(BotScope),
  created_at: Time,
  expires_at: Time.nullable(),
}).meta({ id: "BotToken" });
/** A token as its owner sees it afterwards. */
export type BotToken = z.output<typeof BotToken>;

/** A token that was made: the only answer that holds it. */
export const MadeBotToken = BotToken.extend({ token: z.string() }).meta({ id: "MadeBotToken" });
/** A token that was made. */
export type MadeBotToken = z.output<typeof MadeBotToken>;

/** A bot as its owner sees it. */
export const Bot = z.object({
  id: Id,
  user: ProfileSummary,
  created_at: Time,
  tokens: z.array(BotToken),
}).meta({ id: "Bot" });
/** A bot as its owner sees it. */
export type Bot = z.output<typeof Bot>;

/** All bots of a person; they are few. */
export const Bots = z.object({ items: z.array(Bot), next_cursor: z.null() }).meta({ id: "Bots" });

/** A new token. */
export const NewBotToken = z.object({
  scopes: z.array(BotScope).min(1).max(BotScope.options.length),
  expires_at: Time.optional(),
});
/** A new token. */
export type NewBotToken = z.output<typeof NewBotToken>;

/** Path of a token. */
export const BotTokenParams = z.object({ id: Id, token_id: Id });

/** Path of a bot in a room. */
export const BotRoomParams = z.object({ id: Id, room_id: Id });

/** Where a picture is; the clients that show it fetch it there. */
const PictureUrl = z.url({ protocol: /^https$/ }).max(URL_LENGTH_MAX);

/** A new incoming webhook. */
export const NewWebhook = z.object({ name: DisplayName, avatar_url: PictureUrl.optional() });
/** A new incoming webhook. */
export type NewWebhook = z.output<typeof NewWebhook>;

/** An incoming webhook, for those who may change its room. */
export const IncomingWebhook = z.object({
  id: Id,
  room_id: Id,
  name: z.string(),
  avatar_url: z.string().nullable(),
  created_at: Time,
  created_by: ProfileSummary.nullable(),
}).meta({ id: "IncomingWebhook" });
/** An incoming webhook. */
export type IncomingWebhook = z.output<typeof IncomingWebhook>;

/** A webhook that was made: the only answer that holds its address. */
export const MadeWebhook = IncomingWebhook.extend({ url: z.string() }).meta({ id: "MadeWebhook" });
/** A webhook that was made. */
export type MadeWebhook = z.output<typeof MadeWebhook>;

/** All incoming webhooks of a room; they are few. */
export const IncomingWebhooks = z.object({
  items: z.array(IncomingWebhook),
  next_cursor: z.null(),
}).meta({ id: "IncomingWebhooks" });

/** Path of a webhook. */
export const WebhookParams = z.object({ id: Id, hook_id: Id });

/** What comes by a webhook. Other systems send more than this: what is not known is let pass. */
export const WebhookCall = z.object({
  text: z.string().refine((text) => text.trim() !== "", "A message says something"),
  username: DisplayName.optional(),
  icon_url: PictureUrl.optional(),
  thread_id: Id.optional(),
});
/** What comes by a webhook. */
export type WebhookCall = z.output<typeof WebhookCall>;
