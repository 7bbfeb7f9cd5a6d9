/** @module Logs of IRC: tables of lines as JSON, and what clients write. Pure. */
import { BODY_MAX, IrcLine } from "./archive_schemas.ts";
import { type ArchiveLine, LEFT_OUT, malformed } from "./rules.ts";

const MINUTE_MS = 60_000;
const NICK = String.raw`[^\s<>]{1,60}`;
/** `10:05`, `[10:05:59]`, `2020-02-03 10:05:59`, `2020-02-03T10:05:59`, all UTC. */
const STAMP =
  /^\[?(?:(\d{4}-\d{2}-\d{2})[T ])?((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d))?Z?\]?[\s]+/;
const SAID = new RegExp(String.raw`^<[@+%&~ ]?(${NICK})>\s(.*)$`);
const DID = new RegExp(String.raw`^\*\s(${NICK})\s(.*)$`);
/** WeeChat parts its columns by tabs; what is not said begins with a sign. */
const COLUMNS = /^[@+%&~]?([\w[\]\\`^{}|][^\s<>]{0,59})\t(.*)$/;
/** `--- Log opened Mon Feb 03 10:00:00 2020`, `--- Day changed Mon Feb 03 2020`. */
const NEW_DAY = /^--- (?:Log opened|Day changed) \w{3} (\w{3}) (\d{2})(?: [\d:]{8})? (\d{4})$/;
const DAY = /\d{4}-\d{2}-\d{2}/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Minutes are as exact as IRC logs are; within one the order of lines is kept by milliseconds. */
export function createIrcReader(): (value: unknown) => ArchiveLine {
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
    // Of several that it answers, the nearest; what is said later is answered by nobody.
    const answered = Math.max(-1, ...(data.replyTo ?? []).filter((line) => line < i));
    return {
      kind: "message",
      message: {
        key: `${log}:${i}`,
        author: user.toLowerCase(),
        authorName: user,
        body: data.action === 1 ? `* ${user} ${text}` : text,
        at: new Date(start + Math.min(count, MINUTE_MS - 1)).toISOString(),
        ...(answered < 0
          ? {}
          : { parent: `${log}:${answered}`, alsoInRoom: true, isParentVague: true }),
      },
    };
  };
}

interface Said {
  readonly user: string;
  readonly text: string;
}

function readSaid(rest: string): Said | undefined {
  const action = DID.exec(rest);
  if (action !== null) return { user: action[1] ?? "", text: `* ${action[1]} ${action[2]}` };
  const [, user, text] = SAID.exec(rest) ?? COLUMNS.exec(rest) ?? [];
  return user === undefined || text === undefined ? undefined : { user, text };
}

/** Reads a log as clients write it; its day stands in the lines or in its name. */
export function createIrcLogReader(name: string): (line: string) => ArchiveLine {
  let day = DAY.exec(name)?.[0];
  let [second, count, number] = ["", 0, 0];
  return (line) => {
    number += 1;
    const changed = NEW_DAY.exec(line.trimEnd());
    if (changed !== null) {
      const month = String(MONTHS.indexOf(changed[1] ?? "") + 1).padStart(2, "0");
      day = `${changed[3]}-${month}-${changed[2]}`;
      return LEFT_OUT;
    }
    const stamp = STAMP.exec(line);
    if (stamp === null) {
      return line.startsWith("---") || line.startsWith("***")
        ? LEFT_OUT
        : { kind: "malformed", reason: "does not begin with a time" };
    }
    day = stamp[1] ?? day;
    const said = readSaid(line.slice(stamp[0].length));
    if (said === undefined || said.text.trim() === "") return LEFT_OUT;
    if (day === undefined) {
      return { kind: "malformed", reason: "has no day, neither has the name of the file" };
    }
    if (said.text.length > BODY_MAX) return { kind: "malformed", reason: "is too long" };
    const at = `${day}T${stamp[2]}:${stamp[3] ?? "00"}Z`;
    count = second === at ? count + 1 : 0;
    second = at;
    const start = Date.parse(at);
    if (Number.isNaN(start)) return { kind: "malformed", reason: "is of no day" };
    return {
      kind: "message",
      message: {
        key: `${name}:${number}`,
        author: said.user.toLowerCase(),
        authorName: said.user,
        body: said.text,
        at: new Date(start + Math.min(count, MINUTE_MS - 1)).toISOString(),
      },
    };
  };
}
