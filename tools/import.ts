/**
 * @module Loads a chat archive: a log into a room, or each channel of an export into its own.
 *
 * `deno task import --format FORMAT --file PATH [--room NAME] [--owner HANDLE]
 * [--users-file PATH] [--rooms-file PATH --from-room NAME] [--db-url URL | --stack PATH]`
 */
import { parseArgs } from "node:util";
import {
  ARCHIVE_FORMATS,
  type ArchiveFormat,
  importArchive,
  importFile,
  type ImportReport,
  type LineFormat,
  readColumns,
} from "../shared/imports/mod.ts";
import { systemClock } from "../shared/core/clock.ts";
import { createDatabase } from "../shared/platform/postgres.ts";

const USAGE = `Usage: deno task import --format ${ARCHIVE_FORMATS.join("|")} --file PATH
  --room NAME         all of a log of irc or gitter goes into this room; of an export, only this
                      channel; without it, every channel becomes a room
  --owner HANDLE      who owns rooms that are new
  --users-file PATH   gitter: table of handles (columns user, handle)
  --rooms-file PATH   gitter: table of rooms (columns room, name)
  --from-room NAME    gitter: only messages of this room
  --db-url URL        the database; otherwise the one of the running stack
  --stack PATH        file of the running stack; default .townsquare/stack.json`;
const USAGE_EXIT_CODE = 2;
const STACK_FILE = ".townsquare/stack.json";
const LINE_LENGTH_MAX = 1_000_000;
/** What a machine's memory bears. */
const LIMITS = { unpackedBytes: 8_000_000_000, fileBytes: 500_000_000 };
const FILE_BYTES_MAX = 2_000_000_000;
const BAR_WIDTH = 30;
const PERCENT = 100;
/** Off a terminal, a line for each step of so many percent. */
const PLAIN_STEP = 10;
const CLEAR_LINE = "\r\x1b[2K";

/** What was asked for does not fit; the message says why. */
export class ImportUsageError extends Error {
  override readonly name = "ImportUsageError";
}

const OPTIONS = {
  "format": { type: "string" },
  "file": { type: "string" },
  "room": { type: "string" },
  "owner": { type: "string" },
  "users-file": { type: "string" },
  "rooms-file": { type: "string" },
  "from-room": { type: "string" },
  "db-url": { type: "string" },
  "stack": { type: "string" },
} as const;

type Options = { readonly [name in keyof typeof OPTIONS]?: string };

function readOptions(args: readonly string[]): Options {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new ImportUsageError(error instanceof Error ? error.message : String(error));
  }
}

function required(options: Options, name: keyof Options): string {
  const value = options[name];
  if (value === undefined || value === "") throw new ImportUsageError(`--${name} is missing`);
  return value;
}

function formatOf(options: Options): ArchiveFormat {
  const format = ARCHIVE_FORMATS.find((known) => known === required(options, "format"));
  if (format === undefined) {
    throw new ImportUsageError(`--format is one of ${ARCHIVE_FORMATS.join(", ")}`);
  }
  return format;
}

async function databaseUrl(options: Options): Promise<string> {
  if (options["db-url"] !== undefined) return options["db-url"];
  const path = options.stack ?? STACK_FILE;
  const text = await Deno.readTextFile(path).catch(() => {
    throw new ImportUsageError(`No stack runs (${path}); start one or give --db-url`);
  });
  const info: unknown = JSON.parse(text);
  const url: unknown = typeof info === "object" && info !== null && Reflect.get(info, "db_url");
  if (typeof url !== "string") throw new ImportUsageError(`${path} names no database`);
  return url;
}

async function namesOf(options: Options) {
  const { "users-file": users, "rooms-file": rooms, "from-room": from } = options;
  if ((rooms === undefined) !== (from === undefined)) {
    throw new ImportUsageError("--rooms-file and --from-room go together into one --room");
  }
  const found = rooms === undefined
    ? []
    : [...readColumns(await Deno.readTextFile(rooms), "room", "name")]
      .filter(([, name]) => name === from);
  if (rooms !== undefined && found.length !== 1) {
    throw new ImportUsageError(`--rooms-file has ${found.length} rooms called ${from}`);
  }
  return {
    ...(users === undefined
      ? {}
      : { users: readColumns(await Deno.readTextFile(users), "user", "handle") }),
    ...(found[0] === undefined ? {} : { onlyRoom: found[0][0] }),
  };
}

/** Names by number, for an archive of which every room is brought. */
async function tablesOf(options: Options) {
  const { "users-file": users, "rooms-file": rooms } = options;
  return {
    ...(users === undefined
      ? {}
      : { users: readColumns(await Deno.readTextFile(users), "user", "handle") }),
    ...(rooms === undefined
      ? {}
      : { rooms: readColumns(await Deno.readTextFile(rooms), "room", "name") }),
  };
}

/** Lines of a file, packed or not; `onBytes` hears how much of the file was read. */
export async function* readLines(
  path: string,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<string> {
  const file = await Deno.open(path);
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      onBytes(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  const bytes = file.readable.pipeThrough(counter);
  const plain = path.endsWith(".gz") ? bytes.pipeThrough(new DecompressionStream("gzip")) : bytes;
  let [rest, number] = ["", 0];
  const texts = plain.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  while (true) {
    const { value: text, done } = await texts.next().catch((cause: unknown) => {
      throw new Error(`${path} is cut off or damaged behind line ${number}`, { cause });
    });
    if (done === true) break;
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    number += lines.length;
    if (rest.length > LINE_LENGTH_MAX) {
      throw new Error(`${path} has a line that never ends: ${number + 1}`);
    }
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** Draws a bar on a terminal, or a line now and then elsewhere. */
function createProgress(isTerminal: boolean) {
  let shown = -1;
  return {
    show(part: number, report: ImportReport): void {
      const percent = Math.min(PERCENT, Math.floor(part * PERCENT));
      const count = `${report.imported + report.existing} messages`;
      if (isTerminal) {
        const filled = Math.round(BAR_WIDTH * percent / PERCENT);
        const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
        write(`${CLEAR_LINE}${bar} ${percent} %  ${count}`);
      } else if (percent >= shown + PLAIN_STEP) {
        shown = percent - percent % PLAIN_STEP;
        write(`${percent} %, ${count}\n`);
      }
    },
    end(): void {
      if (isTerminal) write(CLEAR_LINE);
    },
  };
}

function write(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}

/** What came of it, for people. */
function summaryOf(report: ImportReport, place: string): string {
  const named = report.malformed_lines.map(({ file, line, reason }) =>
    `${file === undefined ? "" : `${file} `}line ${line}: ${reason}`
  );
  const more = report.malformed - report.malformed_lines.length;
  return [
    ...named,
    ...(more > 0 ? [`and ${more} more malformed lines`] : []),
    `${place}: ${report.imported} imported, ${report.existing} there already, ` +
    `${report.left_out} left out, ${report.malformed} malformed`,
  ].join("\n");
}

interface Job {
  readonly path: string;
  readonly size: number;
  readonly options: Options;
  readonly url: string;
}

/** A log, line by line, however large. */
async function loadLines({ path, size, options, url }: Job, format: LineFormat, room: string) {
  const names = await namesOf(options);
  const progress = createProgress(Deno.stderr.isTerminal());
  let read = 0;
  const lines = readLines(path, (bytes) => {
    read += bytes;
  });
  await using db = createDatabase(url, { max: 1 });
  const owner = options.owner === undefined ? {} : { owner: options.owner };
  const report = await importArchive(
    { db, now: systemClock },
    { format, names, room, lines, ...owner },
    (at) => progress.show(size === 0 ? 1 : read / size, at),
  ).finally(() => progress.end());
  console.log(summaryOf(report, `${room} (${report.room_id})`));
  return report;
}

/** An export as a whole. */
async function loadFile({ path, size, options, url }: Job, format: ArchiveFormat) {
  if (size > FILE_BYTES_MAX) throw new ImportUsageError(`${path} is larger than 2 GB`);
  const bytes = await Deno.readFile(path);
  const fileName = path.split("/").at(-1) ?? path;
  const progress = createProgress(Deno.stderr.isTerminal());
  await using db = createDatabase(url, { max: 1 });
  const report = await importFile(
    { db, now: systemClock },
    {
      format,
      fileName,
      bytes,
      limits: LIMITS,
      tables: await tablesOf(options),
      ...(options.owner === undefined ? {} : { owner: options.owner }),
      ...(options.room === undefined ? {} : { channel: options.room }),
    },
    (at, total) =>
      progress.show(total === 0 ? 1 : (at.imported + at.existing + at.held) / total, at),
  ).finally(() => progress.end());
  console.log(summaryOf(report, `${report.rooms} rooms`));
  return report;
}

/** Runs the command. */
export async function runImport(args: readonly string[]): Promise<ImportReport> {
  const options = readOptions(args);
  const [format, path] = [formatOf(options), required(options, "file")];
  const url = await databaseUrl(options);
  const { size } = await Deno.stat(path).catch(() => {
    throw new ImportUsageError(`There is no file ${path}`);
  });
  const job = { path, size, options, url };
  const isLog = (format === "irc" || format === "gitter") && !path.endsWith(".zip");
  return isLog && options.room !== undefined
    ? await loadLines(job, format, options.room)
    : await loadFile(job, format);
}

if (import.meta.main) {
  try {
    await runImport(Deno.args);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.error(error instanceof ImportUsageError ? `${message}\n\n${USAGE}` : message);
    Deno.exit(error instanceof ImportUsageError ? USAGE_EXIT_CODE : 1);
  }
}
