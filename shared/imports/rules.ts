/** @module What archives are made of, whatever their form. Pure. */
import type { z } from "zod";

/** Somebody in an archive. */
export interface ArchivePerson {
  /** Names the person within the format. */
  readonly key: string;
  readonly name: string;
}

/** Somebody whom a text names, and how it does. */
export interface ArchiveMention extends ArchivePerson {
  readonly find: string;
}

/** Who felt what about a message. */
export interface ArchiveReaction {
  readonly emoji: string;
  readonly people: readonly ArchivePerson[];
}

/** A message of an archive. */
export interface ArchiveMessage {
  /** Names the message within its format and room, whatever file it came in. */
  readonly key: string;
  /** Names the author within the format. */
  readonly author: string;
  readonly authorName: string;
  /** Markdown; of any length. */
  readonly body: string;
  readonly at: string;
  /** The channel that it was said in; without one, the only one. */
  readonly room?: string;
  readonly editedAt?: string;
  /** The message whose thread it belongs to. */
  readonly parent?: string;
  /** An answer that was seen outside of its thread too. */
  readonly alsoInRoom?: boolean;
  /** Somebody's guess: it is no error when what is answered is not there. */
  readonly isParentVague?: boolean;
  readonly mentions?: readonly ArchiveMention[];
  readonly reactions?: readonly ArchiveReaction[];
}

/** What an entry of an archive is. */
export type ArchiveLine =
  | { readonly kind: "message"; readonly message: ArchiveMessage }
  | { readonly kind: "left_out" }
  | { readonly kind: "malformed"; readonly reason: string };

/** An entry with its place: a line, or how many entries its file has had. */
export type ArchiveRecord = ArchiveLine & { readonly line: number };

/** Reads lines in their order in the file. */
export type LineReader = (line: string) => ArchiveLine;

/** A channel of an archive. */
export interface ArchiveRoom {
  readonly key: string;
  readonly name: string;
  readonly topic?: string;
  readonly isPrivate: boolean;
  /** A conversation of a few people, which becomes no room by itself. */
  readonly isDirect?: boolean;
}

/** A file of an archive that holds messages. */
export interface ArchivePart {
  readonly name: string;
  read(): Iterable<ArchiveRecord>;
}

/** An archive that is ready to be read. */
export interface Archive {
  readonly rooms: readonly ArchiveRoom[];
  readonly parts: readonly ArchivePart[];
}

/** Files of an archive, unpacked when they are asked for. */
export interface ArchiveFiles {
  /** In the order in which they are to be read. */
  readonly names: readonly string[];
  /** @throws `invalid-input` that names the file */
  text(name: string): string;
}

/** An entry that is no message: notices, empty texts, other rooms. */
export const LEFT_OUT: ArchiveLine = { kind: "left_out" };
/** Before that nobody chatted: such times were never set. */
const EARLIEST = Date.parse("1980-01-01T00:00:00Z");
/** How far the clock of whoever wrote an archive may be ahead of ours. */
const AHEAD_MS = 86_400_000;
/** Signs that show nothing, but for those that words and emoji are joined by. */
const NO_NAME = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]+/gu;
/** More marks than any language puts on a letter. */
const PILED = /(\p{M}{4})\p{M}+/gu;
const HANDLE_LENGTH_MIN = 3;
/** Leaves room for a mark that keeps handles apart. */
const HANDLE_LENGTH_MAX = 23;

/** An entry that does not fit. */
export function malformed(error: z.ZodError): ArchiveLine {
  return { kind: "malformed", reason: reasonOf(error) };
}

/** What does not fit first, with the name of its field. */
export function reasonOf(error: z.ZodError): string {
  const [issue] = error.issues;
  const path = issue?.path.join(".") ?? "";
  return `${path} ${issue?.message ?? "does not fit"}`.trim();
}

/** What is wrong with the times of a message, if anything is. */
export function timeFault({ at, editedAt }: ArchiveMessage, now: number): string | undefined {
  for (const [what, time] of [["was said", at], ["was edited", editedAt ?? at]] as const) {
    const ms = Date.parse(time);
    if (Number.isNaN(ms)) return `${what} at no time`;
    if (ms < EARLIEST) return `${what} in ${time.slice(0, 10)}, before there was chat`;
    if (ms > now + AHEAD_MS) return `${what} in the future: ${time}`;
  }
  return undefined;
}

/** A name on one line, of so many signs at most, as the database takes it. */
export function nameLine(name: string, length: number): string {
  const plain = name.toWellFormed().normalize("NFC").replaceAll(NO_NAME, " ")
    .replaceAll(PILED, "$1").trim();
  return [...plain].slice(0, length).join("").trim();
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
