/** @module Files of archives as entries: arrays of JSON, and lines of it. Pure. */
import type { z } from "zod";
import { invalidField } from "../core/errors.ts";
import { type ArchiveFiles, type ArchiveLine, type ArchiveRecord, reasonOf } from "./rules.ts";

/** Parses a file as a whole. */
function parseFile(files: ArchiveFiles, name: string): unknown {
  try {
    return JSON.parse(files.text(name).replace(/^\uFEFF/, ""));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw invalidField("file", `${name} is not JSON`);
  }
}

/**
 * The entries of a file without which an archive cannot be read.
 *
 * @throws `invalid-input` that names the file, the entry and the field
 */
export function entriesOf<T>(files: ArchiveFiles, name: string, shape: z.ZodType<T>): T[] {
  const value = parseFile(files, name);
  if (!Array.isArray(value)) throw invalidField("file", `${name} is not a list`);
  return value.map((entry, n) => {
    const parsed = shape.safeParse(entry);
    if (parsed.success) return parsed.data;
    throw invalidField("file", `${name} #${n + 1}: ${reasonOf(parsed.error)}`);
  });
}

/**
 * A file that is one value.
 *
 * @throws `invalid-input` that names the file and the field
 */
export function valueOf<T>(files: ArchiveFiles, name: string, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(parseFile(files, name));
  if (parsed.success) return parsed.data;
  throw invalidField("file", `${name}: ${reasonOf(parsed.error)}`);
}

function timeOf(record: ArchiveRecord): number {
  const time = record.kind === "message" ? Date.parse(record.message.at) : NaN;
  // What has no time stands first, and is read as what it is.
  return Number.isNaN(time) ? -Infinity : time;
}

/** Entries that were read already, each with its place, by time: some exports begin at the end. */
export function numbered(
  values: readonly unknown[],
  read: (value: unknown) => ArchiveLine,
): readonly ArchiveRecord[] {
  return values.map((value, n): ArchiveRecord => ({ ...read(value), line: n + 1 }))
    .sort((a, b) => {
      const [one, other] = [timeOf(a), timeOf(b)];
      return one === other ? a.line - b.line : one - other;
    });
}

/** Messages of a file that is a list; one that is none is one malformed entry. */
export function* readEntries(
  files: ArchiveFiles,
  name: string,
  read: (value: unknown) => ArchiveLine,
): Generator<ArchiveRecord> {
  let value: unknown;
  try {
    value = parseFile(files, name);
  } catch {
    yield { kind: "malformed", reason: "is not JSON", line: 1 };
    return;
  }
  if (Array.isArray(value)) yield* numbered(value, read);
  else yield { kind: "malformed", reason: "is not a list", line: 1 };
}

/** A line as JSON, or what is wrong with it. */
export function readJsonLine(line: string, read: (value: unknown) => ArchiveLine): ArchiveLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: "malformed", reason: "is not JSON" };
  }
  return read(value);
}

/** Lines of a text with their numbers, but for empty ones. */
export function* linesOf(text: string): Generator<[line: string, number: number]> {
  let [start, number] = [0, 0];
  while (start < text.length) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    number += 1;
    const line = text.slice(start, end).replace(/\r$/, "");
    if (line.trim() !== "") yield [line, number];
    start = end + 1;
  }
}
