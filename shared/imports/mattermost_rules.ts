/** @module Bulk exports of Mattermost: lines of JSON, one for each channel and post. Pure. */
import { invalidField } from "../core/errors.ts";
import {
  MattermostChannel,
  MattermostLine,
  MattermostPost,
  MattermostPostTime,
  type MattermostSaid,
} from "./archive_schemas.ts";
import { linesOf } from "./json_rules.ts";
import {
  type Archive,
  type ArchiveFiles,
  type ArchiveLine,
  type ArchiveRecord,
  type ArchiveRoom,
  LEFT_OUT,
  malformed,
  reasonOf,
} from "./rules.ts";
import { fileLine, joinLines } from "./text_rules.ts";
import { emojiOf, outsideOfCode, withEmoji } from "../text/mod.ts";

const NAMED = /(?<![\w@])@([a-z0-9][a-z0-9._-]{1,62})/gi;
/** Names of everybody, which are nobody's. */
const CALLS = new Set(["all", "channel", "here"]);

function roomKey(team: string, channel: string): string {
  return JSON.stringify([team, channel]);
}

/** Posts have no id in an export. Who said what where and when is one. */
function keyOf(room: string, { user, create_at: at, message }: MattermostSaid): string {
  return JSON.stringify([room, user, at, message]);
}

function mentionsIn(text: string) {
  const names = new Set<string>();
  outsideOfCode(text, (plain) => {
    for (const [, name = ""] of plain.matchAll(NAMED)) names.add(name.replace(/[._-]+$/, ""));
    return plain;
  });
  return [...names].filter((name) => !CALLS.has(name.toLowerCase()))
    .map((name) => ({ find: `@${name}`, key: name.toLowerCase(), name: name.toLowerCase() }));
}

function messageOf(room: string, said: MattermostSaid, parent?: MattermostSaid): ArchiveLine {
  const body = joinLines(
    outsideOfCode(said.message, withEmoji),
    (said.attachments ?? []).map(({ path }) => fileLine(path.split("/").at(-1) ?? "", undefined)),
  );
  if (body.trim() === "") return LEFT_OUT;
  return {
    kind: "message",
    message: {
      key: keyOf(room, said),
      room,
      author: said.user,
      authorName: said.user,
      body,
      at: new Date(said.create_at).toISOString(),
      mentions: mentionsIn(said.message),
      reactions: (said.reactions ?? []).flatMap(({ user, emoji_name: name }) => {
        const emoji = emojiOf(name);
        return emoji === undefined ? [] : [{ emoji, people: [{ key: user, name: user }] }];
      }),
      ...(parent === undefined ? {} : { parent: keyOf(room, parent) }),
      ...(said.edit_at ? { editedAt: new Date(said.edit_at).toISOString() } : {}),
    },
  };
}

function* readPost(value: unknown, rooms: ReadonlySet<string>): Generator<ArchiveLine> {
  const { success, data, error } = MattermostPost.safeParse(value);
  if (!success) return yield malformed(error);
  const { post } = data;
  const room = roomKey(post.team, post.channel);
  if (!rooms.has(room)) {
    yield { kind: "malformed", reason: `post.channel ${post.channel} is not in the archive` };
  } else if (post.type?.startsWith("system_")) yield LEFT_OUT;
  else {
    yield messageOf(room, post);
    for (const reply of post.replies ?? []) yield messageOf(room, reply, post);
  }
}

function parseLine(line: string): { type: string; value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const { success, data } = MattermostLine.safeParse(value);
    return success ? { type: data.type, value } : undefined;
  } catch {
    return undefined;
  }
}

function timeOf(line: string): number {
  const { success, data } = MattermostPostTime.safeParse(parseLine(line)?.value);
  return success ? data.post.create_at : 0;
}

/** Lines by time: exports have posts in the order of their ids, which are random. */
function inOrder(text: string): [line: string, number: number][] {
  return [...linesOf(text)].map(([line, number]) => ({ line, number, at: timeOf(line) }))
    .sort((a, b) => a.at - b.at || a.number - b.number)
    .map(({ line, number }) => [line, number]);
}

function* readPosts(text: string, rooms: ReadonlySet<string>): Generator<ArchiveRecord> {
  for (const [line, number] of inOrder(text)) {
    const entry = parseLine(line);
    if (entry === undefined) {
      yield { kind: "malformed", reason: "is not a line of an export", line: number };
    } else if (entry.type === "post") {
      for (const read of readPost(entry.value, rooms)) yield { ...read, line: number };
    } else if (entry.type === "direct_post") yield { ...LEFT_OUT, line: number };
  }
}

function roomsIn(name: string, text: string): ArchiveRoom[] {
  const rooms: ArchiveRoom[] = [];
  for (const [line, number] of linesOf(text)) {
    // Most lines are posts, which nobody looks into twice.
    if (!/"type":\s*"channel"/.test(line)) continue;
    const entry = parseLine(line);
    if (entry?.type !== "channel") continue;
    const { success, data, error } = MattermostChannel.safeParse(entry.value);
    if (!success) throw invalidField("file", `${name} #${number}: ${reasonOf(error)}`);
    const { channel } = data;
    rooms.push({
      key: roomKey(channel.team, channel.name),
      name: channel.display_name || channel.name,
      topic: channel.header ?? "",
      isPrivate: channel.type === "P",
    });
  }
  return rooms;
}

/**
 * Opens a bulk export. Direct conversations are left out.
 *
 * @throws `invalid-input` that says what is wrong with it
 */
export function openMattermost(files: ArchiveFiles): Archive {
  // Beside it, in a folder, lies what was attached.
  const names = files.names.filter((name) => name.endsWith(".jsonl") && !name.includes("data/"));
  const [name] = names;
  if (name === undefined || names.length > 1) {
    throw invalidField("file", `The archive has ${names.length} files of lines (.jsonl), not one`);
  }
  const [first] = linesOf(files.text(name));
  if (first === undefined || parseLine(first[0])?.type !== "version") {
    throw invalidField("file", `${name} #1: the export does not begin with its version`);
  }
  const rooms = roomsIn(name, files.text(name));
  const keys = new Set(rooms.map(({ key }) => key));
  return { rooms, parts: [{ name, read: () => readPosts(files.text(name), keys) }] };
}
