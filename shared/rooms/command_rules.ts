/** @module What a text that begins with a slash asks for. The database knows the same names. */

/** Every command: how it is written, what it does, and what one must be able to do in the room. */
export const COMMANDS = {
  help: { usage: "/help", does: "lists the commands", needs: "read" },
  invite: {
    usage: "/invite [@handle …]",
    does: "invites people, or makes a link for anybody",
    needs: "invite",
  },
  leave: { usage: "/leave", does: "leaves the room", needs: "leave" },
  me: { usage: "/me waves", does: "says what you do", needs: "send" },
  mute: {
    usage: "/mute @handle [10m] [reason]",
    does: "mutes a member, for a while or until it is lifted",
    needs: "mute",
  },
  poll: {
    usage: '/poll "Tea?" "Yes" "No"',
    does: "asks the room; everybody can vote for a day",
    needs: "send",
  },
  remind: {
    usage: "/remind 10m text",
    does: "reminds you; `/remind list` shows what waits, `/remind clear` forgets it",
    needs: "read",
  },
  topic: { usage: "/topic [text]", does: "shows or sets what the room is about", needs: "read" },
  unmute: { usage: "/unmute @handle", does: "lifts a mute", needs: "mute" },
} as const;

/** Name of a command. */
export type CommandName = keyof typeof COMMANDS;

/** A command with what was written after it. */
export interface Command {
  readonly name: CommandName;
  readonly rest: string;
}

const START = /^(\/\/?)([A-Za-z]+)(?=\s|$)/;
const HANDLE = /^@?([A-Za-z0-9_]{3,30})$/;
/** Longest span of time: what is further off is written into a calendar. */
const DURATION_MS_MAX = 366 * 86_400_000;
const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const DURATION = /^(?:\d{1,5}[smhdw]){1,5}$/i;
const QUOTED = /"([^"]*)"|“([^”]*)”/g;

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

function startOf(body: string): { slashes: string; name: CommandName; length: number } | undefined {
  const [start = "", slashes = "", word = ""] = START.exec(body) ?? [];
  const name = word.toLowerCase();
  return isCommandName(name) ? { slashes, name, length: start.length } : undefined;
}

/** The command that a text is; unknown ones are texts like any other. */
export function commandOf(body: string): Command | undefined {
  const start = startOf(body);
  if (start?.slashes !== "/") return undefined;
  return { name: start.name, rest: body.slice(start.length).trim() };
}

/** What a text says once it is stored: two slashes say a command instead of doing it. */
export function spokenText(body: string): string {
  return startOf(body)?.slashes === "//" ? body.slice(1) : body;
}

/** Milliseconds of `90m` or `1h30m`; nothing when it is no span of time, or none that is taken. */
export function durationOf(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  const parts = text.toLowerCase().match(/\d+[smhdw]/g) ?? [];
  const ms = parts.reduce(
    (sum, part) => sum + Number.parseInt(part) * (UNIT_MS[part.at(-1) ?? ""] ?? 0),
    0,
  );
  return ms > 0 && ms <= DURATION_MS_MAX ? ms : undefined;
}

/** A handle as it is stored; nothing when it cannot be one. */
export function handleOf(text: string | undefined): string | undefined {
  return HANDLE.exec(text ?? "")?.[1]?.toLowerCase();
}

/** The first word of a text, and what comes after it. */
export function splitWord(text: string): readonly [word: string, rest: string] {
  const [, word = "", rest = ""] = /^(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  return [word, rest];
}

/** A question and its options, each in quotation marks; nothing when it is not that. */
export function pollOf(rest: string): { question: string; options: string[] } | undefined {
  const [question, ...options] = [...rest.matchAll(QUOTED)]
    .map(([, straight, curly]) => (straight ?? curly ?? "").trim());
  const isBare = rest.replaceAll(QUOTED, "").trim() === "";
  if (!isBare || question === undefined || question === "" || options.length < 2) return undefined;
  return { question, options };
}
