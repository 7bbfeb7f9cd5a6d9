/** @module Archives of IRC and Gitter: files of lines or lists, a channel each. Pure. */
import { invalidField } from "../core/errors.ts";
import { type ArchiveNames, createGitterReader } from "./gitter_rules.ts";
import { createIrcLogReader, createIrcReader } from "./irc_rules.ts";
import { linesOf, readEntries, readJsonLine } from "./json_rules.ts";
import type { Archive, ArchiveFiles, ArchivePart, ArchiveRecord, LineReader } from "./rules.ts";

/** Formats whose files are lines. */
export type LineFormat = "irc" | "gitter";

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

function* readFile(
  files: ArchiveFiles,
  name: string,
  room: string,
  format: LineFormat,
): Generator<ArchiveRecord> {
  const inRoom = (record: ArchiveRecord): ArchiveRecord =>
    record.kind === "message" ? { ...record, message: { ...record.message, room } } : record;
  const text = files.text(name);
  if (/^\uFEFF?\s*\[\s*[{\]]/.test(text)) {
    const read = format === "irc" ? createIrcReader() : createGitterReader({});
    for (const record of readEntries(files, name, read)) yield inRoom(record);
    return;
  }
  const read = createLineReader(format, {}, name);
  for (const [line, number] of linesOf(text)) yield inRoom({ ...read(line), line: number });
}

/**
 * Opens logs, one or more.
 *
 * @throws `invalid-input` that says what is wrong
 */
export function openLines(files: ArchiveFiles, format: LineFormat): Archive {
  const names = files.names.length === 1 ? files.names : files.names.filter((n) => FILE.test(n));
  if (names.length === 0) throw invalidField("file", "The archive has no log (.txt, .log, .json)");
  const rooms = new Map<string, Archive["rooms"][number]>();
  const parts = names.map((name): ArchivePart => {
    const channel = channelOf(name);
    const key = channel.toLowerCase();
    if (!rooms.has(key)) rooms.set(key, { key, name: channel, isPrivate: false });
    return { name, read: () => readFile(files, name, key, format) };
  });
  return { rooms: [...rooms.values()], parts };
}
