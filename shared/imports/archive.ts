/** @module Bytes of archives: packed or not, unpacked in pieces, refused when they trick. */
import { gunzipSync, unzipSync } from "fflate";
import { AppError, invalidField } from "../core/errors.ts";
import { openDiscord } from "./discord_rules.ts";
import { type ArchiveTables, openLines } from "./line_rules.ts";
import { openMattermost } from "./mattermost_rules.ts";
import type { Archive, ArchiveFiles } from "./rules.ts";
import type { ArchiveFormat } from "./schemas.ts";
import { openSlack } from "./slack_rules.ts";

/** How large an archive may be. */
export interface ArchiveLimits {
  /** All files together, unpacked. */
  readonly unpackedBytes: number;
  /** One file, unpacked. */
  readonly fileBytes: number;
}

/** What a function's memory bears. */
export const ARCHIVE_LIMITS: ArchiveLimits = { unpackedBytes: 400_000_000, fileBytes: 60_000_000 };
const FILES_MAX = 50_000;
const PATH_LENGTH_MAX = 500;
/** What is unpacked at once, so that many small files do not each search the directory. */
const GROUP_BYTES = 8_000_000;
const NAME_SHOWN = 80;
/** What programs leave behind. */
const CLUTTER = /(?:^|\/)(?:__MACOSX\/|\.DS_Store$|Thumbs\.db$)/;
const GZIP_ENDING = /\.gz$/i;

function refuse(message: string, cause?: unknown): AppError {
  const error = invalidField("file", message);
  return cause === undefined ? error : new AppError(error.problem, message, {
    cause,
    errors: error.errors,
  });
}

function decode(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    // Logs of old are in the alphabet of their writers.
    if (/\.(?:txt|log)$/i.test(name)) return new TextDecoder("windows-1252").decode(bytes);
    throw refuse(`${name} is not UTF-8`, cause);
  }
}

/** One file that is no archive of files. */
function openSingle(name: string, bytes: Uint8Array, limits: ArchiveLimits): ArchiveFiles {
  if (bytes.byteLength > limits.fileBytes) {
    throw refuse(`${name} is larger than ${limits.fileBytes} bytes`);
  }
  return { names: [name], text: () => decode(name, bytes) };
}

function isTrick(name: string): boolean {
  // deno-lint-ignore no-control-regex
  return name.length > PATH_LENGTH_MAX || /^[/\\]|^[a-z]:|\\|[\x00-\x1f]/i.test(name) ||
    name.split("/").some((part) => part === ".." || part === ".");
}

interface Entry {
  readonly name: string;
  readonly group: number;
}

/** Reads the directory; nothing is unpacked before all of it was found to be right. */
function listEntries(bytes: Uint8Array, limits: ArchiveLimits): Entry[] {
  const found = new Map<string, number>();
  let total = 0;
  unzip(bytes, ({ name, originalSize }) => {
    const shown = name.slice(0, NAME_SHOWN);
    if (isTrick(name)) throw refuse(`The archive holds "${shown}", which is no path of a file`);
    if (name.endsWith("/") || CLUTTER.test(name)) return false;
    if (found.has(name)) throw refuse(`The archive holds ${shown} twice`);
    found.set(name, originalSize);
    total += originalSize;
    if (found.size > FILES_MAX) throw refuse(`The archive holds more than ${FILES_MAX} files`);
    if (originalSize > limits.fileBytes && !isUnread(name)) {
      throw refuse(`Unpacked, ${shown} is larger than ${limits.fileBytes} bytes`);
    }
    if (total > limits.unpackedBytes) {
      throw refuse(`Unpacked, the archive is larger than ${limits.unpackedBytes} bytes`);
    }
    return false;
  });
  const names = [...found.keys()].filter((name) => !isUnread(name)).sort();
  let [group, size] = [0, 0];
  return names.map((name) => {
    const bytes = found.get(name) ?? 0;
    if (size > 0 && size + bytes > GROUP_BYTES) [group, size] = [group + 1, 0];
    size += bytes;
    return { name, group };
  });
}

/** Pictures and the like, which some exports carry along. */
function isUnread(name: string): boolean {
  return !/\.(?:json|jsonl|ndjson|txt|log|csv)$/i.test(name);
}

function unzip(
  bytes: Uint8Array,
  filter: (file: { name: string; originalSize: number }) => boolean,
): Record<string, Uint8Array> {
  try {
    // The output of each file has the size that the directory names, and never grows.
    return unzipSync(bytes, { filter });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw refuse("The file is no ZIP archive, or is cut off or damaged", cause);
  }
}

/** The folder that some pack an export of Slack in. */
function commonFolder(names: readonly string[]): string {
  const folder = names.find((name) => /^[^/]+\/users\.json$/.test(name))?.split("/")[0];
  return folder !== undefined && names.every((name) => name.startsWith(`${folder}/`))
    ? `${folder}/`
    : "";
}

function openZip(bytes: Uint8Array, limits: ArchiveLimits): ArchiveFiles {
  const entries = listEntries(bytes, limits);
  const folder = commonFolder(entries.map(({ name }) => name));
  const byName = new Map(entries.map((entry) => [entry.name.slice(folder.length), entry]));
  const groups = Map.groupBy(entries, ({ group }) => group);
  let open: { group: number; files: Record<string, Uint8Array> } | undefined;
  return {
    names: [...byName.keys()],
    text(name) {
      const entry = byName.get(name);
      if (entry === undefined) throw refuse(`The archive lacks ${name}`);
      if (open?.group !== entry.group) {
        const wanted = new Set(groups.get(entry.group)?.map((other) => other.name));
        open = { group: entry.group, files: unzip(bytes, (file) => wanted.has(file.name)) };
      }
      return decode(name, open.files[entry.name] ?? new Uint8Array());
    },
  };
}

/** The size that a gzip file says it has unpacked is in its last four bytes, modulo 2³². */
function gunzip(name: string, bytes: Uint8Array, limits: ArchiveLimits): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.byteLength < 18 ? 0 : view.getUint32(bytes.byteLength - 4, true);
  if (size > limits.fileBytes) {
    // Cut off, it ends in four bytes of something else.
    throw refuse(
      `${name} is cut off or damaged, or unpacked larger than ${limits.fileBytes} bytes`,
    );
  }
  try {
    // What is longer than it says is cut there, and found to be broken.
    return gunzipSync(bytes, { out: new Uint8Array(size) });
  } catch (cause) {
    throw refuse(`${name} is cut off or damaged`, cause);
  }
}

/** Opens a file as what it holds: a ZIP archive, one packed file, or itself. */
export function openFiles(
  name: string,
  bytes: Uint8Array,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): ArchiveFiles {
  if (bytes.byteLength === 0) throw refuse("The file is empty");
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return openZip(bytes, limits);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    const inner = name.replace(GZIP_ENDING, "");
    return openSingle(inner, gunzip(name, bytes, limits), limits);
  }
  return openSingle(name, bytes, limits);
}

/**
 * Opens an archive of a format.
 *
 * @throws `invalid-input` that says what is wrong with it
 */
export function openArchive(
  format: ArchiveFormat,
  files: ArchiveFiles,
  tables?: ArchiveTables,
): Archive {
  switch (format) {
    case "slack":
      return openSlack(files);
    case "discord":
      return openDiscord(files);
    case "mattermost":
      return openMattermost(files);
    case "gitter":
    case "irc":
      return openLines(files, format, tables);
  }
}
