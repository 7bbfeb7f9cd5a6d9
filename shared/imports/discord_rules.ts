/** @module Exports of DiscordChatExporter: a JSON file for each channel. Pure. */
import { invalidField } from "../core/errors.ts";
import { DiscordHead, DiscordMessage } from "./archive_schemas.ts";
import { numbered, valueOf } from "./json_rules.ts";
import {
  type Archive,
  type ArchiveFiles,
  type ArchiveLine,
  type ArchivePerson,
  type ArchiveRoom,
  LEFT_OUT,
  malformed,
} from "./rules.ts";
import { fileLine, joinLines } from "./text_rules.ts";

/** What people say; the rest are notices of the server. */
const SAID = new Set(["Default", "Reply"]);

type Author = DiscordMessage["author"];

function personOf({ id, name }: Author): ArchivePerson {
  return { key: id, name };
}

function mentionsOf(people: readonly Author[]) {
  return people.flatMap((person) => {
    const { id, name, nickname } = person;
    const finds = new Set([`<@${id}>`, `<@!${id}>`, `@${nickname || name}`, `@${name}`]);
    return [...finds].map((find) => ({ find, ...personOf(person) }));
  });
}

function createReader(room: ArchiveRoom): (value: unknown) => ArchiveLine {
  return (value) => {
    const { success, data, error } = DiscordMessage.safeParse(value);
    if (!success) return malformed(error);
    if (!SAID.has(data.type)) return LEFT_OUT;
    const body = joinLines(data.content, [
      ...data.embeds.filter(({ url }) => url && !data.content.includes(url))
        .map(({ title, url }) => fileLine(title || url || "", url ?? undefined)),
      ...data.attachments.map(({ fileName, url }) => fileLine(fileName, url)),
    ]);
    if (body.trim() === "") return LEFT_OUT;
    const answered = data.reference?.channelId && data.reference.channelId !== room.key
      ? undefined
      : data.reference?.messageId;
    return {
      kind: "message",
      message: {
        key: data.id,
        room: room.key,
        author: data.author.id,
        authorName: data.author.name,
        body,
        at: data.timestamp,
        mentions: mentionsOf(data.mentions),
        // Emoji of a server have an id, and are known nowhere else.
        reactions: data.reactions.filter(({ emoji }) => !emoji.id)
          .map(({ emoji, users = [] }) => ({ emoji: emoji.name, people: users.map(personOf) })),
        ...(data.timestampEdited ? { editedAt: data.timestampEdited } : {}),
        // An answer there stands among the other messages.
        ...(answered ? { parent: answered, alsoInRoom: true } : {}),
      },
    };
  };
}

/** When the first message of a file was said, which may stand last in it. */
function firstTime(messages: readonly unknown[]): number {
  const times = [messages[0], messages.at(-1)].map((message) => {
    const { success, data } = DiscordMessage.safeParse(message);
    return success ? Date.parse(data.timestamp) : Infinity;
  });
  return Math.min(...times);
}

/**
 * Opens exports of channels, one or more. Who might read a channel they do not say: rooms that come
 * of them are private.
 *
 * @throws `invalid-input` that says what is wrong with it
 */
export function openDiscord(files: ArchiveFiles): Archive {
  const names = files.names.filter((name) => name.endsWith(".json"));
  if (names.length === 0) throw invalidField("file", "The archive has no JSON file of a channel");
  const rooms = new Map<string, ArchiveRoom>();
  const parts = names.map((name) => {
    const { channel, messages } = valueOf(files, name, DiscordHead);
    const room: ArchiveRoom = {
      key: channel.id,
      name: channel.name,
      topic: channel.topic ?? "",
      isPrivate: true,
      isDirect: channel.type.startsWith("Direct"),
    };
    rooms.set(room.key, room);
    return {
      name,
      first: firstTime(messages),
      read: () => numbered(valueOf(files, name, DiscordHead).messages, createReader(room)),
    };
  });
  // Long channels come in pieces, whose names are in no order.
  parts.sort((a, b) => a.first - b.first);
  return { rooms: [...rooms.values()], parts };
}
