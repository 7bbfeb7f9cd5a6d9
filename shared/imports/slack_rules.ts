/** @module Exports of Slack: people, channels, and a file of messages for each day. Pure. */
import { invalidField } from "../core/errors.ts";
import { emojiOf, plainText, slackMarkdown } from "../text/mod.ts";
import { SlackChannel, SlackMessage, SlackUser } from "./archive_schemas.ts";
import {
  type Archive,
  type ArchiveFiles,
  type ArchiveLine,
  type ArchiveMention,
  type ArchiveRecord,
  type ArchiveRoom,
  LEFT_OUT,
  malformed,
} from "./rules.ts";
import { fileLine, joinLines } from "./text_rules.ts";
import { entriesOf, readEntries } from "./json_rules.ts";

/** What people say; the rest (joins, topics, pins, what was deleted) is not said by anybody. */
const SAID = new Set([undefined, "bot_message", "me_message", "thread_broadcast", "file_share"]);
const USER_FORM = /<@([A-Z0-9]+)(?:\|[^<>]*)?>/g;

type Names = ReadonlyMap<string, string>;

/** Seconds with a fraction as a time; of the fraction three digits are kept. */
function timeOf(ts: string): string {
  const [seconds = "", fraction = ""] = ts.split(".");
  return new Date(Number(seconds) * 1_000 + Number(fraction.padEnd(3, "0").slice(0, 3)))
    .toISOString();
}

function authorOf(message: SlackMessage, names: Names): { key: string; name: string } | undefined {
  const shown = message.user_profile?.display_name || message.user_profile?.real_name;
  if (message.user !== undefined) {
    return { key: message.user, name: names.get(message.user) ?? shown ?? message.user };
  }
  const key = message.bot_id ?? message.username;
  return key ? { key: `bot:${key}`, name: message.username || `bot_${key}` } : undefined;
}

function linesOf({ files, attachments }: SlackMessage): string[] {
  return [
    ...attachments.map(({ fallback, text, title, title_link: link, from_url: from }) => {
      const url = link ?? from ?? undefined;
      // What a page showed of itself stands behind its address, which the text holds already.
      if (from) return "";
      return title
        ? joinLines(fileLine(title, url), [slackMarkdown(text ?? "")])
        : slackMarkdown(text ?? fallback ?? "");
    }),
    ...files.map((file) =>
      fileLine(file.title || file.name || "file", file.permalink ?? file.url_private ?? undefined)
    ),
  ];
}

function mentionsIn(body: string, names: Names): ArchiveMention[] {
  const keys = new Set([...body.matchAll(USER_FORM)].map(([, key = ""]) => key));
  return [...keys].map((key) => ({ find: `<@${key}>`, key, name: names.get(key) ?? key }));
}

function createReader(room: ArchiveRoom, names: Names): (value: unknown) => ArchiveLine {
  return (value) => {
    const { success, data, error } = SlackMessage.safeParse(value);
    if (!success) return malformed(error);
    if (data.type !== "message" || !SAID.has(data.subtype)) return LEFT_OUT;
    const author = authorOf(data, names);
    if (author === undefined) return { kind: "malformed", reason: "user is missing" };
    const text = slackMarkdown(data.text);
    const body = joinLines(
      data.subtype === "me_message" ? `* ${plainText(author.name)} ${text}` : text,
      linesOf(data),
    );
    if (body.trim() === "") return LEFT_OUT;
    const isAnswer = data.thread_ts !== undefined && data.thread_ts !== data.ts;
    return {
      kind: "message",
      message: {
        key: `${room.key}:${data.ts}`,
        room: room.key,
        author: author.key,
        authorName: author.name,
        body,
        at: timeOf(data.ts),
        mentions: mentionsIn(body, names),
        reactions: data.reactions.flatMap(({ name, users }) => {
          const emoji = emojiOf(name);
          const people = users.map((key) => ({ key, name: names.get(key) ?? key }));
          return emoji === undefined ? [] : [{ emoji, people }];
        }),
        ...(isAnswer ? { parent: `${room.key}:${data.thread_ts}` } : {}),
        ...(data.subtype === "thread_broadcast" ? { alsoInRoom: true } : {}),
        ...(data.edited ? { editedAt: timeOf(data.edited.ts) } : {}),
      },
    };
  };
}

function roomsIn(files: ArchiveFiles, name: string, isPrivate: boolean): ArchiveRoom[] {
  if (!files.names.includes(name)) return [];
  return entriesOf(files, name, SlackChannel)
    .map(({ id, name, topic }) => ({ key: id, name, isPrivate, topic: topic?.value ?? "" }));
}

/**
 * Opens an export of Slack. Direct conversations are left out.
 *
 * @throws `invalid-input` that says what is wrong with it
 */
export function openSlack(files: ArchiveFiles): Archive {
  for (const name of ["users.json", "channels.json"]) {
    if (!files.names.includes(name)) {
      throw invalidField("file", `The archive is no export of Slack: it has no ${name}`);
    }
  }
  const names = new Map(
    entriesOf(files, "users.json", SlackUser).map(({ id, name, profile }) => [
      id,
      profile?.display_name || name || profile?.real_name || id,
    ]),
  );
  const rooms = [
    ...roomsIn(files, "channels.json", false),
    ...roomsIn(files, "groups.json", true),
  ];
  const byFolder = new Map(rooms.map((room) => [room.name, room]));
  const parts = files.names.flatMap((name) => {
    const [folder = "", file = ""] = name.split("/");
    const room = byFolder.get(folder);
    if (room === undefined || !/^\d{4}-\d{2}-\d{2}\.json$/.test(file)) return [];
    function read(): Iterable<ArchiveRecord> {
      return room === undefined ? [] : readEntries(files, name, createReader(room, names));
    }
    return [{ name, read }];
  });
  return { rooms, parts };
}
