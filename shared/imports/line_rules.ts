/** @module Archives of IRC and Gitter: files of lines or lists, a channel each. Pure. */
import { invalidField } from "../core/errors.ts";
import { type ArchiveNames, createGitterReader, gitterRoom } from "./gitter_rules.ts";
import { createIrcLogReader, createIrcReader } from "./irc_rules.ts";
import { linesOf, readEntries, readJsonLine } from "./json_rules.ts";
import {
  type Archive,
  type ArchiveFiles,
  type ArchivePart,
  type ArchiveRecord,
  type LineReader,
  readColumns,
} from "./rules.ts";

/** Formats whose files are lines. */
export type LineFormat = "irc" | "gitter";

/** Names by number, for archives that keep them in files of their own. */
export interface ArchiveTables {
  readonly users?: ReadonlyMap<string, string>;
  readonly rooms?: ReadonlyMap<string, string>;
}

/** The room of a message in a table; within texts, quotes are escaped. */
const ROOM_NUMBER = /"room":\s*(\d{1,15})\b/;
const FILE = /\.(?:json|jsonl|ndjson|txt|log)$/i;
/** What stands around the name of a channel in the name of a log. */
const AROUND = /^[#_.\s-]+|[_.\s-]*\d{4}-\d{2}-\d{2}|[_.\s-]+$/g;

/** Makes a reader for one file, from its first line to its last. */
export function createLineReader(
  format: LineFormat,
  names: ArchiveNames = {},
  fileName = "",
): LineReader {
  const readValue = format === "irc" ? createIrcReader() : createGitterReader(names);
  const readLog = createIrcLogReader(fileName);
  return (line) =>
    format === "gitter" || line.startsWith("{") ? readJsonLine(line, readValue) : readLog(line);
}

/** The channel that a file is of: its folder, or its name without the day. */
function channelOf(name: string): string {
  const parts = name.split("/");
  const last = (parts.at(-1) ?? name).replace(FILE, "").replaceAll(AROUND, "");
  const folder = (parts.at(-2) ?? "").replaceAll(AROUND, "");
  return folder || last || "archive";
}

/** A file of an archive, and the channel that all of it is of unless its entries say otherwise. */
interface Log {
  readonly name: string;
  readonly room: string;
  readonly format: LineFormat;
  readonly names: ArchiveNames;
}

function inRoom(record: ArchiveRecord, room: string): ArchiveRecord {
  return record.kind === "message" && record.message.room === undefined
    ? { ...record, message: { ...record.message, room } }
    : record;
}

function* readLog(files: ArchiveFiles, { name, room, format, names }: Log) {
  const text = files.text(name);
  if (/^\uFEFF?\s*\[\s*[{\]]/.test(text)) {
    const read = format === "irc" ? createIrcReader() : createGitterReader(names);
    for (const record of readEntries(files, name, read)) yield inRoom(record, room);
    return;
  }
  const read = createLineReader(format, names, name);
  for (const [line, number] of linesOf(text)) yield inRoom({ ...read(line), line: number }, room);
}

/** Lines of a table of messages by the number of their room; those without one by an empty text. */
function linesByRoom(text: string): Map<string, [line: string, number: number][]> {
  const rooms = new Map<string, [string, number][]>();
  for (const entry of linesOf(text)) {
    const room = ROOM_NUMBER.exec(entry[0])?.[1] ?? "";
    const lines = rooms.get(room);
    if (lines === undefined) rooms.set(room, [entry]);
    else lines.push(entry);
  }
  return rooms;
}

/** One part for each room, so that a batch is of one room, or of few. */
function partsOfTable(files: ArchiveFiles, log: Log, found: Iterable<string>): ArchivePart[] {
  let open: ReturnType<typeof linesByRoom> | undefined;
  return [...found].map((room) => ({
    name: log.name,
    *read() {
      open ??= linesByRoom(files.text(log.name));
      const read = createLineReader("gitter", log.names, log.name);
      for (const [line, number] of open.get(room) ?? []) yield { ...read(line), line: number };
    },
  }));
}

/** A table of names that lies beside the messages. */
function tableOf(files: ArchiveFiles, file: string, key: string, value: string) {
  const name = files.names.find((known) => known === file || known.endsWith(`/${file}`));
  if (name === undefined) return new Map<string, string>();
  try {
    return readColumns(files.text(name), key, value);
  } catch (error) {
    throw invalidField(
      "file",
      `${name}: ${error instanceof Error ? error.message : "is no table"}`,
    );
  }
}

/**
 * Opens logs, one or more. Tables of Gitter's messages name their rooms by number; what rooms and
 * people are called stands in `rooms.csv` and `users.csv` beside them.
 *
 * @throws `invalid-input` that says what is wrong
 */
export function openLines(files: ArchiveFiles, format: LineFormat, given?: ArchiveTables): Archive {
  const names = files.names.length === 1 ? files.names : files.names.filter((n) => FILE.test(n));
  if (names.length === 0) throw invalidField("file", "The archive has no log (.txt, .log, .json)");
  const users = given?.users ?? tableOf(files, "users.csv", "user", "handle");
  const roomNames = given?.rooms ?? tableOf(files, "rooms.csv", "room", "name");
  const rooms = new Map<string, Archive["rooms"][number]>();
  const parts = names.flatMap((name): ArchivePart[] => {
    const channel = channelOf(name);
    const log = { name, room: channel.toLowerCase(), format, names: { users } };
    const text = format === "gitter" ? files.text(name) : "";
    if (!ROOM_NUMBER.test(text.slice(0, text.indexOf("\n") >>> 0))) {
      rooms.set(log.room, { key: log.room, name: channel, isPrivate: false });
      return [{ name, read: () => readLog(files, log) }];
    }
    const found = [...linesByRoom(text).keys()];
    for (const number of found.filter((known) => known !== "")) {
      const key = gitterRoom(number);
      const alone = found.length === 1 ? channel : `${channel} ${number}`;
      rooms.set(key, { key, name: roomNames.get(number) ?? alone, isPrivate: false });
    }
    return partsOfTable(files, log, found);
  });
  return { rooms: [...rooms.values()], parts };
}
