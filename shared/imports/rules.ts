/** @module How lines of archives become messages. Pure. */
import type { z } from "zod";
import { type ArchiveFormat, GitterLine, IrcLine } from "./schemas.ts";

/** A message of an archive. */
export interface ArchiveMessage {
  /** Names the message within its format, whatever file it came in. */
  readonly key: string;
  /** Names the author within the format. */
  readonly author: string;
  readonly authorName: string;
  readonly body: string;
  readonly at: string;
}

/** What a line is. */
export type ArchiveLine =
  | { readonly kind: "message"; readonly message: ArchiveMessage }
  | { readonly kind: "left_out" }
  | { readonly kind: "malformed"; readonly reason: string };

/** Reads lines in their order in the file. */
export type LineReader = (line: string) => ArchiveLine;

/** What an archive keeps in files of its own. */
export interface ArchiveNames {
  /** Gitter: handles by number of the person. */
  readonly users?: ReadonlyMap<string, string>;
  /** Gitter: only messages of the room with this number. */
  readonly onlyRoom?: string;
}

const LEFT_OUT: ArchiveLine = { kind: "left_out" };
const MINUTE_MS = 60_000;
const HANDLE_LENGTH_MIN = 3;
/** Leaves room for a mark that keeps handles apart. */
const HANDLE_LENGTH_MAX = 23;

function malformed(error: z.ZodError): ArchiveLine {
  const [issue] = error.issues;
  const path = issue?.path.join(".") ?? "";
  return { kind: "malformed", reason: `${path} ${issue?.message ?? "does not fit"}`.trim() };
}

/** Minutes are as exact as IRC logs are; within one the order of lines is kept by milliseconds. */
function createIrcReader(): (value: unknown) => ArchiveLine {
  let [minute, count] = ["", 0];
  return (value) => {
    const { success, data, error } = IrcLine.safeParse(value);
    if (!success) return malformed(error);
    const { log, i, text, time, user } = data;
    if (data.system === 1) return LEFT_OUT;
    if (user === undefined) return { kind: "malformed", reason: "user is missing" };
    if (time === undefined) return { kind: "malformed", reason: "time is missing" };
    count = minute === `${log} ${time}` ? count + 1 : 0;
    minute = `${log} ${time}`;
    const start = Date.parse(`${log.slice(0, 10)}T${time}:00Z`);
    if (Number.isNaN(start)) return { kind: "malformed", reason: "log names no day" };
    if (text.trim() === "") return LEFT_OUT;
    const message: ArchiveMessage = {
      key: `${log}:${i}`,
      author: user.toLowerCase(),
      authorName: user,
      body: data.action === 1 ? `* ${user} ${text}` : text,
      at: new Date(start + Math.min(count, MINUTE_MS - 1)).toISOString(),
    };
    return { kind: "message", message };
  };
}

function createGitterReader(names: ArchiveNames): (value: unknown) => ArchiveLine {
  return (value) => {
    const { success, data, error } = GitterLine.safeParse(value);
    if (!success) return malformed(error);
    const isOther = names.onlyRoom !== undefined && String(data.room) !== names.onlyRoom;
    if (isOther || data.text.trim() === "") return LEFT_OUT;
    const author = String(data.user);
    const message: ArchiveMessage = {
      key: String(data.id),
      author,
      authorName: names.users?.get(author) ?? `gitter_${author}`,
      body: data.text,
      at: data.at,
    };
    return { kind: "message", message };
  };
}

/** Makes a reader for one file, from its first line to its last. */
export function createLineReader(format: ArchiveFormat, names: ArchiveNames = {}): LineReader {
  const read = format === "irc" ? createIrcReader() : createGitterReader(names);
  return (line) => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return { kind: "malformed", reason: "is not JSON" };
    }
    return read(value);
  };
}

/** The handle that a name asks for, if it is free. */
export function handleFor(name: string): string {
  const letters = name.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "").slice(0, HANDLE_LENGTH_MAX);
  return letters.length < HANDLE_LENGTH_MIN ? `${letters}_imported`.replace(/^_/, "") : letters;
}

/** Reads a table with a header: one column by another. Quoted fields are not part of the format. */
export function readColumns(text: string, key: string, value: string): Map<string, string> {
  const [header = "", ...lines] = text.split(/\r?\n/).filter((line) => line !== "");
  const columns = header.split(",");
  const [from, to] = [columns.indexOf(key), columns.indexOf(value)];
  if (from < 0 || to < 0) throw new Error(`The table has no columns ${key} and ${value}`);
  return new Map(lines.map((line, index) => {
    const cells = line.split(",");
    if (line.includes('"') || cells.length !== columns.length) {
      throw new Error(`Line ${index + 2} of the table does not fit its header`);
    }
    return [cells[from] ?? "", cells[to] ?? ""];
  }));
}
