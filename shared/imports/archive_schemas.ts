/** @module Shapes of what archives hold. Fields that are not used are not looked at. */
import { z } from "zod";

/** Most characters of a message here. */
export const BODY_MAX = 5_000;
/** Most characters of a message elsewhere; it becomes several here. */
const TEXT_MAX = 50_000;
const NAME_MAX = 200;
const URL_MAX = 2_000;
const LIST_MAX = 1_000;

const Name = z.string().trim().min(1).max(NAME_MAX).transform((name) => name.toWellFormed());
const Key = z.string().min(1).max(NAME_MAX);
function noNul(text: string): boolean {
  return !text.includes("\0");
}

const Text = z.string().max(BODY_MAX).refine(noNul, "holds a NUL")
  .transform((text) => text.toWellFormed());
const LongText = z.string().max(TEXT_MAX).refine(noNul, "holds a NUL")
  .transform((text) => text.toWellFormed());
const Url = z.string().max(URL_MAX);
/** A time in milliseconds that calendars know. */
const Millis = z.number().int().min(0).max(253_402_300_799_999);
/** A time with a zone; what is before 1970 is a mistake of the archive. */
const Moment = z.iso.datetime({ offset: true });

/** A line of IRC: of a person, or of the server (joins and such, without person and time). */
export const IrcLine = z.object({
  log: z.string().regex(/^\d{4}-\d{2}-\d{2}/, "must begin with a day").max(NAME_MAX),
  i: z.number().int().nonnegative(),
  text: Text,
  time: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "must be HH:MM").optional(),
  user: Name.optional(),
  action: z.literal(1).optional(),
  /** Lines that this one answers, as somebody has found out. */
  replyTo: z.array(z.number().int().nonnegative()).max(LIST_MAX).optional(),
  system: z.literal(1).optional(),
});

/** A message of a table made of Gitter. */
export const GitterLine = z.object({
  id: z.number().int().nonnegative(),
  room: z.number().int().nonnegative(),
  user: z.number().int().nonnegative(),
  at: z.iso.datetime(),
  text: Text,
  mentions: z.array(z.number().int().nonnegative()).max(LIST_MAX).optional(),
});

/** A message as Gitter's own API tells it. */
export const GitterMessage = z.object({
  id: Key,
  text: LongText,
  sent: Moment,
  editedAt: Moment.nullish(),
  parentId: Key.nullish(),
  fromUser: z.object({ id: Key, username: Name }),
  mentions: z.array(z.object({ screenName: Name, userId: Key.nullish() })).max(LIST_MAX).default(
    [],
  ),
});

/** Somebody in a workspace of Slack. */
export const SlackUser = z.object({
  id: Key,
  name: Name.optional(),
  profile: z.object({ display_name: z.string().optional(), real_name: z.string().optional() })
    .optional(),
});

/** A channel of Slack. */
export const SlackChannel = z.object({
  id: Key,
  name: Name,
  topic: z.object({ value: z.string() }).optional(),
});

const SlackTime = z.string().regex(/^\d{1,10}\.\d{1,9}$/, "must be seconds since 1970");

/** A message of Slack. */
export const SlackMessage = z.object({
  type: z.string().max(NAME_MAX),
  subtype: z.string().max(NAME_MAX).optional(),
  user: Key.optional(),
  bot_id: Key.nullish(),
  username: z.string().max(NAME_MAX).nullish(),
  user_profile: z.object({ display_name: z.string().optional(), real_name: z.string().optional() })
    .nullish(),
  text: LongText.default(""),
  ts: SlackTime,
  thread_ts: SlackTime.optional(),
  edited: z.object({ ts: SlackTime }).nullish(),
  reactions: z.array(z.object({ name: Key, users: z.array(Key).max(LIST_MAX) })).max(LIST_MAX)
    .default([]),
  files: z.array(z.object({
    name: z.string().nullish(),
    title: z.string().nullish(),
    permalink: Url.nullish(),
    url_private: Url.nullish(),
  })).max(LIST_MAX).default([]),
  attachments: z.array(z.object({
    fallback: LongText.nullish(),
    text: LongText.nullish(),
    title: z.string().max(NAME_MAX).nullish(),
    title_link: Url.nullish(),
    from_url: Url.nullish(),
  })).max(LIST_MAX).default([]),
});
/** A message of Slack. */
export type SlackMessage = z.output<typeof SlackMessage>;

const DiscordUser = z.object({ id: Key, name: Name, nickname: z.string().max(NAME_MAX).nullish() });

/** What an export of a Discord channel says before its messages. */
export const DiscordHead = z.object({
  channel: z.object({
    id: Key,
    type: z.string().max(NAME_MAX),
    name: Name,
    topic: z.string().nullish(),
  }),
  messages: z.array(z.unknown()),
});

/** A message of Discord. */
export const DiscordMessage = z.object({
  id: Key,
  type: z.string().max(NAME_MAX),
  timestamp: Moment,
  timestampEdited: Moment.nullish(),
  content: LongText,
  author: DiscordUser,
  attachments: z.array(z.object({ url: Url, fileName: z.string() })).max(LIST_MAX).default([]),
  embeds: z.array(z.object({ title: z.string().nullish(), url: Url.nullish() })).max(LIST_MAX)
    .default([]),
  reactions: z.array(z.object({
    emoji: z.object({ id: z.string().nullish(), name: z.string().max(NAME_MAX) }),
    users: z.array(DiscordUser).max(LIST_MAX).optional(),
  })).max(LIST_MAX).default([]),
  mentions: z.array(DiscordUser).max(LIST_MAX).default([]),
  reference: z.object({ messageId: Key.nullish(), channelId: Key.nullish() }).nullish(),
});
/** A message of Discord. */
export type DiscordMessage = z.output<typeof DiscordMessage>;

/** What a line of a Mattermost export is about. */
export const MattermostLine = z.object({ type: Key });

/** A channel of Mattermost. */
export const MattermostChannel = z.object({
  channel: z.object({
    team: Key,
    name: Name,
    display_name: z.string().optional(),
    type: z.enum(["O", "P"]),
    header: z.string().optional(),
  }),
});

const MattermostSaid = z.object({
  user: Name,
  message: LongText,
  create_at: Millis,
  edit_at: Millis.nullish(),
  reactions: z.array(z.object({ user: Name, emoji_name: Key })).max(LIST_MAX).nullish(),
  attachments: z.array(z.object({ path: z.string() })).max(LIST_MAX).nullish(),
});
/** Something that was said in Mattermost. */
export type MattermostSaid = z.output<typeof MattermostSaid>;

/** When a post of Mattermost was written. */
export const MattermostPostTime = z.object({ post: z.object({ create_at: z.number() }) });

/** A message of Mattermost with its answers. */
export const MattermostPost = z.object({
  post: MattermostSaid.extend({
    team: Key,
    channel: Name,
    type: z.string().nullish(),
    replies: z.array(MattermostSaid).max(10 * LIST_MAX).nullish(),
  }),
});
